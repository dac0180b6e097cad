// Tabs that do not fit scroll; the one where we are must be in sight.
export function tabs() {
  for (const here of document.querySelectorAll(".tabs-bar [aria-current]")) {
    const bar = here.closest(".tabs-bar");
    const [tab, box] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
    bar.scrollLeft += tab.left - box.left - (box.width - tab.width) / 2;
  }
}
