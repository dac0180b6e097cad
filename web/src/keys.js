// Keys for who works with a keyboard. The places and their keys are links of
// the page with data-key, so that the server says what exists.
import { openDialog } from "./dialog.js";

const between = 1200; // milliseconds from g to the next key

export function keys() {
  let last = 0;
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector("dialog[open]")) return;
    const second = Date.now() - last < between;
    last = 0;
    if (second) return go(e, "g " + e.key);
    if (e.key === "g") {
      last = Date.now();
      return;
    }
    if (e.key === "/") return search(e);
    if (e.key === "?") {
      const help = document.getElementById("keys");
      if (help) openDialog(help);
      return;
    }
    go(e, e.key);
  });
}

function typing(el) {
  return el instanceof Element && (el.isContentEditable || el.matches("input, textarea, select"));
}

function go(e, key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  e.preventDefault();
  target.click();
}

function search(e) {
  const field = [...document.querySelectorAll("input[type=search]")].find((i) => i.offsetParent !== null);
  if (!field) return go(e, "/");
  e.preventDefault();
  field.focus();
  field.select();
}
