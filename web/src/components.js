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
    count() { this.chosen = this.boxes().filter((b) => b.checked).length; },
    all(event) {
      for (const b of this.boxes()) b.checked = event.target.checked;
      this.count();
    },
    init() { this.count(); },
  }));
}

function fold(s) {
  return s.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}
