// The theme changes at once; the form that sets its cookie is sent behind.
export function theme() {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (!form.matches("form[data-theme-form]")) return;
    e.preventDefault();
    const button = e.submitter;
    const root = document.documentElement;
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-pressed", String(b === button));
    fetch(form.action, { method: "POST", redirect: "manual", body: new URLSearchParams({ tema: button.value }) });
  });
}
