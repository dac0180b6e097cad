// How a person moves about on the map: by hand, by keys, by name.
import { fold } from "./fold.js";

const normal = 16; // pixels of a letter

// whole shows all there is, no larger than a page is written: two posts would
// fill the window with their names.
export function whole(cy, around) {
  cy.fit(undefined, around);
  const most = normal / cy.nodes()[0].numericStyle("font-size");
  if (cy.zoom() <= most) return;
  cy.zoom(most);
  cy.center();
}

// use lets a person choose what is on the map. Below draws the links, if the
// library does not.
export function use(root, box, cy, graph, below) {
  const card = root.querySelector("[data-chain-card]");
  const words = root.querySelector("[data-chain-words]").dataset;
  const grade = ["unknown", "well", "below", "far"];

  const clear = () => {
    cy.elements().removeClass("chosen near dim");
    below?.mark(null);
    card.hidden = true;
    address("");
  };
  const node = (i) => cy.getElementById("n" + i), edge = (i) => cy.getElementById("e" + i);
  // mark brings out some links with their ends, and what was chosen; it returns them.
  const mark = (links, chosen) => {
    let near = cy.collection();
    for (const i of links) near = near.union(node(graph.links[i].from)).union(node(graph.links[i].to)).union(edge(i));
    cy.batch(() => {
      cy.elements().removeClass("chosen near").not(near).addClass("dim");
      near.removeClass("dim").addClass("near");
      chosen.removeClass("dim near").addClass("chosen");
    });
    below?.mark(links);
    return near.union(chosen);
  };
  const title = (name, group, url, what) => {
    card.hidden = false;
    card.querySelector("[data-chain-name]").textContent = name;
    card.querySelector("[data-chain-group]").textContent = group;
    const open = card.querySelector("[data-chain-open]");
    open.parentElement.hidden = !url;
    open.href = url || "#";
    open.textContent = open.dataset[what];
  };
  const side = (which, links, other) => {
    const part = card.querySelector(`[data-chain-side=${which}]`);
    part.hidden = links.length === 0;
    part.querySelector("ul").replaceChildren(...links.map((l) => {
      const li = document.createElement("li"), go = document.createElement("button"), see = document.createElement(l.url ? "a" : "span");
      go.type = "button";
      go.className = "chain-go";
      go.textContent = graph.nodes[l[other]].name;
      go.addEventListener("click", () => focus(l[other], true));
      if (l.url) see.href = l.url;
      see.className = "chain-see";
      see.textContent = l.label || words[grade[l.grade]];
      if (l.url) see.setAttribute("aria-label", graph.nodes[l.from].name + " → " + graph.nodes[l.to].name + ": " + see.textContent);
      li.append(go, see);
      return li;
    }));
  };
  const focus = (i, move) => {
    const n = graph.nodes[i], near = mark([...graph.links.keys()].filter((k) => graph.links[k].from === i || graph.links[k].to === i), node(i));
    title(n.name, n.outside ? words.outside : n.group, n.url, "node");
    card.querySelector("[data-chain-about]").textContent = n.jam ? words.jam : "";
    side("in", graph.links.filter((l) => l.to === i), "from");
    side("out", graph.links.filter((l) => l.from === i), "to");
    if (move) {
      cy.fit(near, 48);
      if (cy.zoom() > 1.4) cy.zoom({ level: 1.4, position: node(i).position() });
    }
    address(n.id);
  };
  const pick = (i) => {
    const l = graph.links[i];
    mark([i], edge(i));
    title(graph.nodes[l.from].name + " → " + graph.nodes[l.to].name, "", l.url, "link");
    card.querySelector("[data-chain-about]").textContent = [words[grade[l.grade]], l.label, l.bounces && !l.label ? words.bounce : ""].filter(Boolean).join(" · ");
    side("in", [], "from");
    side("out", [], "to");
  };
  cy.on("tap", "node", (e) => focus(e.target.data("i"), false));
  cy.on("tap", "edge", (e) => pick(e.target.data("i")));
  cy.on("dbltap", "edge", (e) => open(graph.links[e.target.data("i")].url));
  cy.on("dbltap", "node", (e) => open(graph.nodes[e.target.data("i")].url));
  const under = (e) => (e.target === cy && below ? below.find(e.position) : -1); // the link that below drew there
  cy.on("tap", (e) => {
    if (e.target !== cy) return;
    const i = under(e);
    if (i >= 0) pick(i);
    else clear();
  });
  cy.on("dbltap", (e) => open(graph.links[under(e)]?.url));
  cy.on("mousemove", (e) => box.classList.toggle("chain-over", e.target !== cy || under(e) >= 0));

  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const acts = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => whole(cy, 24), clear };
  for (const b of root.querySelectorAll("[data-chain-do]")) {
    b.addEventListener("click", () => {
      acts[b.dataset.chainDo]();
      if (b.dataset.chainDo === "clear") box.focus();
    });
  }
  const step = 80;
  const keys = {
    ArrowLeft: () => cy.panBy({ x: step, y: 0 }), ArrowRight: () => cy.panBy({ x: -step, y: 0 }),
    ArrowUp: () => cy.panBy({ x: 0, y: step }), ArrowDown: () => cy.panBy({ x: 0, y: -step }),
    "+": acts.in, "=": acts.in, "-": acts.out, 0: acts.fit, Escape: clear,
  };
  box.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });
  card.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    clear();
    box.focus();
  });

  const form = root.querySelector("[data-chain-search]"), field = form.querySelector("input");
  const none = form.querySelector("[data-chain-none]");
  const find = () => {
    const wanted = fold(field.value.trim());
    none.hidden = true;
    if (!wanted) return;
    const names = graph.nodes.map((n) => fold(n.name));
    let i = names.indexOf(wanted);
    if (i < 0) i = names.findIndex((n) => n.startsWith(wanted));
    if (i < 0) i = names.findIndex((n) => n.includes(wanted));
    none.hidden = i >= 0;
    if (i >= 0) focus(i, true);
  };
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    find();
  });
  field.addEventListener("change", find);

  const wanted = new URLSearchParams(location.search).get("puesto");
  const i = graph.nodes.findIndex((n) => n.id === wanted);
  if (i >= 0) focus(i, true);
}

function open(url) {
  if (url) location.assign(url);
}

// address keeps what is chosen where it can be sent to somebody.
function address(id) {
  const u = new URL(location.href);
  if (id) u.searchParams.set("puesto", id);
  else u.searchParams.delete("puesto");
  history.replaceState(history.state, "", u);
}
