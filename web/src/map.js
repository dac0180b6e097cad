// The map of a chain: who supplies whom. The server says everything that is
// read; the same stands in the table below.
import cytoscape from "cytoscape";
import { paint } from "./mapstyle.js";

const FAR = 2, MANY = 400; // see Grade of the server; links from which drawing is simplified
const readable = 11.5; // pixels
const OUTSIDE = 1, JAM = 2, BOUNCE = 1;

for (const root of document.querySelectorAll("[data-chain]")) show(root);

function show(root) {
  const data = JSON.parse(document.getElementById(root.dataset.chain).textContent);
  if (data.nodes.length === 0) return;
  root.hidden = false;
  const box = root.querySelector("[data-chain-canvas]");
  const down = box.clientWidth < 600; // on a phone the chain runs down
  const graph = measure(data);
  const key = "chain:" + (down ? "d" : "r") + hash(data);
  const kept = recall(key);
  if (kept) return draw(root, box, graph, kept, 0);
  const worker = new Worker(root.dataset.layout);
  worker.onmessage = (e) => {
    worker.terminate();
    keep(key, e.data.at);
    draw(root, box, graph, e.data.at, e.data.ms);
  };
  worker.postMessage({
    nodes: graph.nodes.map((n) => [n.room, n.size + 44]), links: graph.links.map((l) => [l.from, l.to, l.n]), down,
  });
}

// measure turns what was sent into what is drawn: sizes by flow.
function measure(data) {
  const most = Math.max(1, ...data.nodes.map((n) => n[5]));
  const thick = Math.max(1, ...data.links.map((l) => l[3]));
  return {
    nodes: data.nodes.map(([id, name, url, group, flags, flow]) => {
      const size = 18 + 46 * Math.sqrt(flow / most);
      return { id, name, url, group, outside: !!(flags & OUTSIDE), jam: !!(flags & JAM), size, room: Math.max(size, Math.min(140, 9 * name.length)) };
    }),
    links: data.links.map(([from, to, grade, n, label, flags, url]) => ({
      from, to, grade, n, label, url, bounces: !!(flags & BOUNCE), width: 1.2 + 7 * Math.sqrt(n / thick),
    })),
  };
}

// The library would add a style of its own to the page, which our policy
// refuses: it looks for this name first, and what it asks for is in chain.css.
function styled() {
  if (document.getElementById("__________cytoscape_stylesheet")) return;
  const mark = document.createElement("meta");
  mark.id = "__________cytoscape_stylesheet";
  document.head.append(mark);
}

function draw(root, box, graph, at, ms) {
  styled();
  const many = graph.links.length > MANY;
  root.querySelector("[data-chain-busy]").hidden = true;
  const began = performance.now();
  const cy = cytoscape({
    container: box,
    elements: [
      ...graph.nodes.map((n, i) => ({
        data: { id: "n" + i, i, name: n.name, size: n.size }, position: { x: at[i][0], y: at[i][1] },
        classes: [n.outside && "outside", n.jam && "jam"].filter(Boolean).join(" "),
      })),
      ...graph.links.map((l, i) => ({
        data: { id: "e" + i, i, source: "n" + l.from, target: "n" + l.to, width: l.width, label: l.label },
        classes: "grade" + l.grade + (l.bounces ? " bounces" : "") + (l.grade >= FAR || l.bounces ? " told" : ""),
      })),
    ],
    style: paint(many, 14),
    layout: { name: "preset" },
    minZoom: 0.05,
    maxZoom: 3,
    autoungrabify: true,
    boxSelectionEnabled: false,
    pixelRatio: many ? 1 : "auto",
    textureOnViewport: many,
    hideEdgesOnViewport: graph.links.length > 1000, // while the map is moved; with so many they say nothing anyway
  });
  cy.fit(undefined, 24);
  const letters = Math.min(30, Math.max(14, readable / cy.zoom())); // so that the whole can be read at once, if it is small
  cy.style(paint(many, letters));
  cy.fit(undefined, 24);
  cy.one("render", () => {
    root.dataset.drawn = Math.round(performance.now() - began);
    root.dataset.placed = Math.round(ms);
  });
  box.cytoscape = cy;
  const repaint = () => cy.style(paint(many, letters));
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  use(root, box, cy, graph);
}

// use lets a person move about: by hand, by keys, by name.
function use(root, box, cy, graph) {
  const card = root.querySelector("[data-chain-card]");
  const words = root.querySelector("[data-chain-words]").dataset;
  const grade = ["unknown", "well", "below", "far"];

  const clear = () => {
    cy.elements().removeClass("chosen near dim");
    card.hidden = true;
    address("");
  };
  const mark = (chosen, near) => {
    cy.batch(() => {
      cy.elements().removeClass("chosen near").addClass("dim");
      near.removeClass("dim").addClass("near");
      chosen.removeClass("dim near").addClass("chosen");
    });
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
    const n = graph.nodes[i], el = cy.getElementById("n" + i), near = el.closedNeighborhood();
    mark(el, near);
    title(n.name, n.outside ? words.outside : n.group, n.url, "node");
    card.querySelector("[data-chain-about]").textContent = n.jam ? words.jam : "";
    side("in", graph.links.filter((l) => l.to === i), "from");
    side("out", graph.links.filter((l) => l.from === i), "to");
    if (move) {
      cy.fit(near, 48);
      if (cy.zoom() > 1.4) cy.zoom({ level: 1.4, position: el.position() });
    }
    address(n.id);
  };
  const pick = (i) => {
    const l = graph.links[i], el = cy.getElementById("e" + i);
    mark(el, el.connectedNodes());
    title(graph.nodes[l.from].name + " → " + graph.nodes[l.to].name, "", l.url, "link");
    card.querySelector("[data-chain-about]").textContent = [words[grade[l.grade]], l.label, l.bounces && !l.label ? words.bounce : ""].filter(Boolean).join(" · ");
    side("in", [], "from");
    side("out", [], "to");
  };
  cy.on("tap", "node", (e) => focus(e.target.data("i"), false));
  cy.on("tap", "edge", (e) => pick(e.target.data("i")));
  cy.on("dbltap", "edge", (e) => open(graph.links[e.target.data("i")].url));
  cy.on("dbltap", "node", (e) => open(graph.nodes[e.target.data("i")].url));
  cy.on("tap", (e) => {
    if (e.target === cy) clear();
  });
  cy.on("mouseover", "node, edge", () => box.classList.add("chain-over"));
  cy.on("mouseout", "node, edge", () => box.classList.remove("chain-over"));

  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const acts = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => cy.fit(undefined, 24), clear };
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

function fold(s) {
  return s.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}

// hash names a structure: the same nodes and links are put in place once.
function hash(data) {
  let h = 0x811c9dc5;
  const eat = (s) => {
    for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
  };
  for (const n of data.nodes) eat(n[0] + "\n");
  for (const l of data.links) eat(l[0] + ">" + l[1] + ";");
  return (h >>> 0).toString(36) + data.links.length;
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null; // nothing is kept in this browser
  }
}

function keep(key, at) {
  try {
    sessionStorage.setItem(key, JSON.stringify(at));
  } catch {
    // full, or forbidden: it is put in place again the next time
  }
}
