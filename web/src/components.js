import { fold } from "./fold.js";

// Alpine components for pages: named, since the CSP build evaluates no text.
export function components(Alpine) {
  // A group that is open or closed: x-data="toggle", @click="flip", x-show="open".
  Alpine.data("toggle", () => ({
    open: false,
    flip() { this.open = !this.open; },
    close() { this.open = false; },
  }));
  // A list that filters while one types: data-text on each item.
  Alpine.data("filter", () => ({
    wanted: "",
    none: false,
    init() { this.wanted = this.$root.querySelector("input[type=search]")?.getAttribute("value") || ""; },
    narrow() {
      const words = fold(this.wanted).split(/\s+/).filter(Boolean);
      let seen = 0;
      for (const item of this.$root.querySelectorAll("[data-text]")) {
        const text = fold(item.dataset.text);
        item.hidden = !words.every((w) => text.includes(w));
        if (!item.hidden) seen++;
      }
      this.none = seen === 0;
    },
  }));
  // A list of boxes with one box for all, and how many are chosen.
  Alpine.data("choose", () => ({
    chosen: 0,
    boxes() { return [...this.$root.querySelectorAll("input[type=checkbox][name]")]; },
    count() {
      const boxes = this.boxes(), whole = this.$root.querySelector("input[type=checkbox]:not([name])");
      this.chosen = boxes.filter((b) => b.checked).length;
      if (!whole) return;
      whole.checked = this.chosen > 0 && this.chosen === boxes.length;
      whole.indeterminate = this.chosen > 0 && !whole.checked;
    },
    all(event) {
      for (const b of this.boxes()) b.checked = event.target.checked;
      this.count();
    },
    init() { this.count(); },
  }));
  // A text in which an @ calls people: data-names on the root, the names that
  // begin as what is typed appear in [data-offers].
  Alpine.data("mention", () => ({
    look(event) {
      const text = event.target, box = this.$root.querySelector("[data-offers]");
      const begun = /(?:^|\s)@([^@\n]{0,40})$/u.exec(text.value.slice(0, text.selectionStart));
      const wanted = begun && fold(begun[1]);
      const names = begun ? JSON.parse(this.$root.dataset.names).filter((n) => starts(n, wanted)).slice(0, offered) : [];
      box.replaceChildren(...names.map((name) => {
        const b = document.createElement("button");
        b.type = "button";
        b.className = "btn btn-plain";
        b.textContent = "@" + name;
        b.addEventListener("click", () => {
          const at = text.selectionStart - begun[1].length;
          text.setRangeText(name + " ", at, text.selectionStart, "end");
          text.dispatchEvent(new Event("input", { bubbles: true }));
          text.focus();
        });
        return b;
      }));
    },
  }));
}

const offered = 5; // names at once

// starts reports whether a name, or a later part of it, begins with wanted.
function starts(name, wanted) {
  const n = fold(name);
  return n !== wanted.trim() && (n.startsWith(wanted) || n.split(" ").some((part) => part.startsWith(wanted)));
}
