import { named } from "./files.js";

// uploads shows how far a file is, and lets it be dropped on its form. The form
// works without it.
export function uploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const input = form.querySelector("input[type=file]");
    const box = form.querySelector("[data-upload-progress]");
    const bar = box.querySelector("progress");
    for (const kind of ["dragover", "drop"]) {
      form.addEventListener(kind, (e) => {
        if (!e.dataTransfer || !e.dataTransfer.types.includes("Files")) return;
        e.preventDefault();
        if (kind !== "drop" || e.dataTransfer.files.length === 0) return;
        input.files = e.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    form.addEventListener("submit", (e) => {
      if (input.files.length === 0) return;
      e.preventDefault();
      const send = new XMLHttpRequest();
      const over = (on) => {
        box.hidden = !on;
        for (const b of form.querySelectorAll("button")) b.disabled = on;
      };
      send.upload.addEventListener("progress", (p) => {
        if (p.lengthComputable) bar.value = Math.round((100 * p.loaded) / p.total);
      });
      send.addEventListener("load", () => {
        if (send.status < 400) {
          location.assign(send.responseURL);
          return;
        }
        const page = new DOMParser().parseFromString(send.responseText, "text/html");
        const told = page.querySelector("#main");
        over(false);
        if (!told) return;
        document.querySelector("#main").replaceWith(told);
        uploads();
        named(document);
        const wrong = document.querySelector("#main [role=alert], #main [tabindex='-1']");
        if (wrong) wrong.focus();
      });
      send.addEventListener("error", () => {
        over(false);
        form.submit();
      });
      over(true);
      send.open("POST", form.action);
      send.send(new FormData(form));
    });
  }
}
