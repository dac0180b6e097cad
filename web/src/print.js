// Buttons with data-print open the printing of the browser.
export function printing() {
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-print]")) window.print();
  });
}
