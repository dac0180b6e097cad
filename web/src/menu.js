// Menus are <details class="drop">: they work without script. With it, one is
// open at a time, and Escape or a click elsewhere closes it.
export function menus() {
  const open = () => document.querySelectorAll("details.drop[open]");
  document.addEventListener("click", (e) => {
    for (const d of open()) if (!d.contains(e.target)) d.open = false;
  });
  document.addEventListener("focusin", (e) => {
    for (const d of open()) if (!d.contains(e.target)) d.open = false;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const d of open()) {
      d.open = false;
      d.querySelector("summary").focus();
    }
  });
}
