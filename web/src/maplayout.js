// Puts the nodes of a map in place, away from the page: for hundreds of nodes
// it takes a second. Only the strongest links count, at most about one a node:
// with all of them dagre would need minutes, and the picture be no clearer.
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

cytoscape.use(dagre);

const few = 160; // links up to which all of them count
const small = 8; // nodes of a map that leaves room

onmessage = (e) => {
  const began = performance.now();
  const { nodes, links, down } = e.data;
  const backbone = links.length <= few ? links : strongest(nodes.length, links);
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: "node", style: { width: (n) => n.data("w"), height: (n) => n.data("h") } }],
    elements: [
      ...nodes.map(([w, h], i) => ({ data: { id: "n" + i, w, h } })),
      ...backbone.map(([from, to], i) => ({ data: { id: "e" + i, source: "n" + from, target: "n" + to } })),
    ],
  });
  const between = down ? 60 : nodes.length <= small ? 130 : 50; // where there is room, what a link says stands between its ends
  cy.layout({ name: "dagre", rankDir: down ? "TB" : "LR", nodeSep: down ? 30 : 34, rankSep: between, animate: false, fit: false }).run();
  const at = nodes.map((_, i) => {
    const p = cy.getElementById("n" + i).position();
    return [Math.round(p.x), Math.round(p.y)];
  });
  postMessage({ at, ms: performance.now() - began });
};

// strongest returns the heaviest links that hold the network together: a
// spanning forest (Kruskal), and as many again of the rest as a tenth.
function strongest(n, links) {
  const root = [...Array(n).keys()];
  const find = (x) => {
    while (root[x] !== x) x = root[x] = root[root[x]];
    return x;
  };
  const sorted = [...links].sort((a, b) => b[2] - a[2]);
  const kept = [], rest = [];
  for (const l of sorted) {
    const a = find(l[0]), b = find(l[1]);
    if (a !== b) {
      root[a] = b;
      kept.push(l);
    } else rest.push(l);
  }
  return kept.concat(rest.slice(0, Math.max(0, Math.round(n / 10))));
}
