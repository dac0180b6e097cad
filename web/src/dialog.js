// What has data-opens shows the <dialog> of that id; without script it is a
// link to a page that does the same. The browser traps and returns the focus.
export function dialogs() {
  document.addEventListener("click", (e) => {
    const opener = e.target.closest("[data-opens]");
    if (opener && !e.ctrlKey && !e.metaKey) {
      const d = document.getElementById(opener.dataset.opens);
      if (d) {
        e.preventDefault();
        openDialog(d);
      }
      return;
    }
    const closer = e.target.closest("[data-closes]");
    if (closer) {
      e.preventDefault();
      closer.closest("dialog").close();
    }
    if (e.target instanceof HTMLDialogElement && outside(e)) e.target.close();
  });
}

export function openDialog(d) {
  if (!d.open) d.showModal();
}

function outside(e) {
  const b = e.target.getBoundingClientRect();
  return e.clientX < b.left || e.clientX > b.right || e.clientY < b.top || e.clientY > b.bottom;
}
