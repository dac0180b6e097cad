// The map of a chain: who supplies whom. The server says everything that is
// read; the same stands in the table below.
import cytoscape from "cytoscape";
import { lines } from "./maplines.js";
import { paint } from "./mapstyle.js";
import { use, whole } from "./mapuse.js";

const FAR = 2, MANY = 400; // see Grade of the server; links from which on they are drawn all together
const readable = 11.5, around = 24, low = 250; // pixels
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
  if (many) at = spread(box, at);
  box.classList.toggle("chain-low", reach(graph, at, 1) < low);
  const letters = lettering(box, graph, at);
  const cy = cytoscape({
    container: box,
    elements: [
      ...graph.nodes.map((n, i) => ({
        data: { id: "n" + i, i, name: n.name, size: n.size }, position: { x: at[i][0], y: at[i][1] },
        classes: [n.outside && "outside", n.jam && "jam"].filter(Boolean).join(" "),
      })),
      ...(many ? [] : graph.links).map((l, i) => ({
        data: { id: "e" + i, i, source: "n" + l.from, target: "n" + l.to, width: l.width, label: l.label },
        classes: "grade" + l.grade + (l.bounces ? " bounces" : "") + (l.grade >= FAR || l.bounces ? " told" : ""),
      })),
    ],
    style: paint(many, letters),
    layout: { name: "preset" },
    minZoom: 0.05,
    maxZoom: 3,
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  whole(cy, around);
  const below = many ? lines(cy, box, graph, at, letters) : null;
  cy.one("render", () => {
    root.dataset.drawn = Math.round(performance.now() - began);
    root.dataset.placed = Math.round(ms);
  });
  box.cytoscape = cy;
  box.links = below;
  const repaint = () => {
    cy.style(paint(many, letters));
    below?.repaint();
  };
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  use(root, box, cy, graph, below);
}

// spread widens a picture that is too slim for its window: many nodes stand in
// few ranks.
function spread(box, at) {
  const most = 6, span = (axis) => Math.max(...at.map((p) => p[axis])) - Math.min(...at.map((p) => p[axis]));
  const by = Math.min(most, (box.clientWidth / box.clientHeight) * (span(1) / Math.max(1, span(0))));
  return by > 1 ? at.map(([x, y]) => [x * by, y]) : at.map(([x, y]) => [x, y * Math.min(most, 1 / by)]);
}

// lettering is how large names are, so that the whole can be read at once if it
// is small.
function lettering(box, graph, at) {
  const zoom = Math.min((box.clientWidth - 2 * around) / reach(graph, at, 0), (box.clientHeight - 2 * around) / reach(graph, at, 1));
  return Math.min(30, Math.max(14, readable / zoom));
}

// reach is how far a picture reaches along an axis.
function reach(graph, at, axis) {
  const ends = (side) => graph.nodes.map((n, i) => at[i][axis] + (side * n.room) / 2);
  return Math.max(...ends(1)) - Math.min(...ends(-1));
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
