import { announce, newsOf } from "./news.js";

// What somebody is filling in is not replaced under their hands. A part with
// data-keep says which version it shows; a newer one waits while the person is
// at it, and what has data-stale with the id of the part says so.
export function keeping() {
  document.addEventListener("htmx:oobBeforeSwap", (e) => {
    const old = e.detail.target;
    if (!(old instanceof Element) || !old.matches("[data-keep]") || !busy(old)) return;
    e.detail.shouldSwap = false;
    const fresh = e.detail.fragment.firstElementChild;
    const note = document.querySelector(`[data-stale="${CSS.escape(old.id)}"]`);
    if (note && fresh && fresh.dataset.keep !== old.dataset.keep) note.hidden = false;
  });
  afterwards();
}

// What is being sent stays until its answer is there and has settled, and what
// is under a finger until it is lifted: news that come meanwhile would tear
// form, focus or the press itself away, so they are asked for again afterwards.
function afterwards() {
  const missed = new Set(); // the names of the news
  const again = () => {
    const names = [...missed];
    missed.clear();
    names.forEach(announce);
  };
  const pressed = pressing(again);
  document.addEventListener("htmx:beforeSwap", (e) => {
    const t = e.detail.target, held = "form[aria-busy], .htmx-settling";
    if (e.detail.requestConfig?.verb !== "get") return;
    const news = newsOf(e);
    if (!t.closest(held) && !t.querySelector(held) && !(news && t.contains(pressed()))) return;
    e.detail.shouldSwap = false;
    missed.add(news || "live");
  });
  for (const end of ["htmx:afterSettle", "htmx:sendError", "htmx:timeout"]) document.addEventListener(end, again);
}

// pressing follows the finger or the mouse: it returns what is pressed just
// now, and calls lifted a moment after that has become a click.
function pressing(lifted) {
  const moment = 100; // milliseconds
  let pressed = null, timer = 0;
  document.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    clearTimeout(timer);
    pressed = e.target;
  }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        pressed = null;
        lifted();
      }, moment);
    }, true);
  }
  return () => pressed;
}

function busy(part) {
  const at = document.activeElement;
  const writes = part.contains(at) && at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  return writes || !!part.querySelector("details[open]") || [...part.querySelectorAll("input, select, textarea")].some(touched);
}

function touched(f) {
  if (f.type === "checkbox" || f.type === "radio") return f.checked !== f.defaultChecked;
  if (f.type === "file") return f.files.length > 0;
  if (f instanceof HTMLSelectElement) return f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected));
  return f.type !== "hidden" && f.value !== f.defaultValue;
}
