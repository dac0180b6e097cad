// Buttons with data-copy put the text of the field with that id aside.
import { toast } from "./toast.js";

export function copying() {
  document.addEventListener("click", async (e) => {
    const b = e.target.closest("[data-copy]");
    if (!b) return;
    const field = document.getElementById(b.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      toast(b.dataset.done, "good");
    } catch {
      return; // the text is selected: the person copies it
    }
  });
}
