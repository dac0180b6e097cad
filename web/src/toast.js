// Short news at the foot of the page: from the server (HX-Trigger "flash"),
// from requests that got no answer, and from the network going away.
import { newsOf } from "./news.js";

const shown = 6000; // milliseconds

export function toast(text, kind, link) {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const line = document.createElement("div");
  line.className = "toast-line";
  if (kind) line.dataset.kind = kind;
  line.textContent = text;
  if (link && link.url) {
    const a = document.createElement("a");
    a.href = link.url;
    a.textContent = link.label;
    line.append(a);
  }
  box.append(line);
  setTimeout(() => line.remove(), shown);
}

const words = () => document.body.dataset;

export function toasts() {
  document.addEventListener("flash", (e) => toast(e.detail.text, e.detail.kind, e.detail));
  for (const end of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(end, (e) => { if (!newsOf(e)) toast(words().offline, "bad"); }); // nobody asked for news
  }
  window.addEventListener("offline", () => toast(words().offline, "bad"));
  window.addEventListener("online", () => toast(words().online, "good"));
}
