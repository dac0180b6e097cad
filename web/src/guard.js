// A second press of the same button does not send the form twice.
const sending = new WeakSet();

export function guard() {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.method.toLowerCase() !== "post" || form.matches("[hx-post], [data-theme-form]")) return;
    if (hold(form)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }, true);
  document.addEventListener("htmx:beforeRequest", (e) => {
    if (e.target instanceof HTMLFormElement && !hold(e.target)) e.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (e) => {
    if (e.detail.elt instanceof HTMLFormElement) release(e.detail.elt);
  });
  // The browser shows a page again without loading it.
  window.addEventListener("pageshow", () => {
    for (const f of document.querySelectorAll("form[aria-busy]")) release(f);
  });
}

// hold reports whether the form was free.
function hold(form) {
  if (sending.has(form)) return false;
  sending.add(form);
  form.setAttribute("aria-busy", "true");
  return true;
}

function release(form) {
  sending.delete(form);
  form.removeAttribute("aria-busy");
}
