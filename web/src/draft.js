// Long texts are kept while the tab is open, so that nothing typed is lost to a
// reload or a wrong click. A form that was sent well forgets them. A form with
// autocomplete="off" keeps nothing: others use the same tab.
const key = (form, field) => `draft:${location.pathname}:${form.getAttribute("action") || form.getAttribute("hx-post") || ""}:${field.name}`;
const fields = (form) => [...form.querySelectorAll("textarea[name]")];

export function drafts() {
  document.addEventListener("input", (e) => {
    const t = e.target;
    if (!(t instanceof HTMLTextAreaElement) || !t.form || !t.name || t.form.autocomplete === "off") return;
    store((s) => (t.value ? s.setItem(key(t.form, t), t.value) : s.removeItem(key(t.form, t))));
  });
  document.addEventListener("submit", (e) => {
    const kept = fields(e.target).map((f) => key(e.target, f));
    store((s) => s.setItem("draft-sent", JSON.stringify(kept)));
  });
  document.addEventListener("htmx:afterRequest", (e) => {
    if (e.detail.successful) sent();
    else store((s) => s.removeItem("draft-sent"));
  });
  document.addEventListener("htmx:load", (e) => restore(e.target));
  // A page that came after a plain form says whether the form was right.
  if (document.querySelector("[data-bad-form]")) store((s) => s.removeItem("draft-sent"));
  else sent();
  restore(document);
}

function sent() {
  store((s) => {
    for (const k of JSON.parse(s.getItem("draft-sent") || "[]")) s.removeItem(k);
    s.removeItem("draft-sent");
  });
}

function restore(root) {
  if (!root.querySelectorAll) return;
  for (const t of root.querySelectorAll("form textarea[name]")) {
    if (t.value || t.form.autocomplete === "off") continue;
    store((s) => {
      const kept = s.getItem(key(t.form, t));
      if (kept) t.value = kept;
    });
  }
}

// store bears a browser that refuses to keep anything.
function store(f) {
  try {
    f(sessionStorage);
  } catch {
    return;
  }
}
