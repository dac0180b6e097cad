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

// What is being sent stays until its answer is there and has settled: news that
// come meanwhile would tear form and focus away, so they are asked for again
// afterwards.
function afterwards() {
  const missed = new Set(); // the names of the news
  document.addEventListener("htmx:beforeSwap", (e) => {
    const t = e.detail.target;
    if (e.detail.requestConfig?.verb !== "get") return;
    if (!t.closest("form[aria-busy], .htmx-settling") && !t.querySelector("form[aria-busy], .htmx-settling")) return;
    e.detail.shouldSwap = false;
    missed.add(e.detail.requestConfig.triggeringEvent?.type || "live");
  });
  const again = () => {
    const names = [...missed];
    missed.clear();
    for (const name of names) document.body.dispatchEvent(new CustomEvent(name));
  };
  for (const end of ["htmx:afterSettle", "htmx:sendError", "htmx:timeout"]) document.addEventListener(end, again);
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
