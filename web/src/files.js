// files says in the words of the page which file was chosen: what browsers say
// beside the field of a file is in the language of the browser.
export function files() {
  document.addEventListener("change", (e) => {
    const field = e.target.closest?.("[data-file]");
    if (field) name(field);
  });
  document.addEventListener("reset", (e) => setTimeout(() => named(e.target)));
  document.addEventListener("htmx:load", (e) => named(e.target));
  window.addEventListener("pageshow", () => named(document));
  named(document);
}

// named does so for the fields in root: after root came into the page.
export function named(root) {
  if (!root.querySelectorAll) return;
  if (root.matches?.("[data-file]")) name(root);
  for (const field of root.querySelectorAll("[data-file]")) name(field);
}

function name(field) {
  const chosen = [...field.querySelector("input").files].map((f) => f.name);
  const said = field.querySelector("[data-file-said]");
  said.textContent = chosen.join(", ") || field.dataset.file;
  said.classList.toggle("muted", chosen.length === 0);
  said.hidden = false;
  field.classList.add("file-named");
}
