// The links of a large network, on a canvas of their own below the nodes: the
// library would style and draw thousands of them one by one. While the map is
// moved their picture moves with it; they are drawn anew when it rests, a few
// milliseconds at a time.
import { palette } from "./mapstyle.js";

const rest = 120, slice = 6; // milliseconds
const margin = 0.25; // how much is drawn around the window, as a share of it
const reach = 8; // pixels from a link within which it is meant
const thin = 0.8, arrows = 4, legible = 9; // pixels: the thinnest line, and from which size on arrows and labels are drawn
const steps = [1.5, 2.5, 4, 6, 9]; // widths that links are drawn in
const dashes = [[2, 4], [], [5, 4], [12, 5]]; // pixels, by grade
const UNKNOWN = 0, BELOW = 2;

// lines draws the links of graph, whose nodes are at those places, below what
// cy draws in box.
export function lines(cy, box, graph, at, letters) {
  const seg = segments(graph, at);
  const groups = grouped(graph);
  let colours = palette(), near = null;
  let shown = sheet(), spare = sheet();
  let seen = null, timer = 0, drawing = 0; // the view that is shown, what begins to draw, and which drawing is the last
  box.prepend(shown);

  function sheet() {
    const c = document.createElement("canvas");
    c.className = "chain-lines";
    c.setAttribute("aria-hidden", "true");
    return c;
  }

  // place moves the picture to where the view is now.
  function place() {
    if (!seen) return;
    const by = cy.zoom() / seen.zoom, p = cy.pan();
    shown.style.transform = `translate(${p.x - seen.x * by}px,${p.y - seen.y * by}px) scale(${by})`;
  }

  function moved() {
    place();
    drawing++; // what is being drawn is of another view
    clearTimeout(timer);
    timer = setTimeout(draw, rest);
  }

  function draw() {
    const mine = ++drawing, view = { zoom: cy.zoom(), ...cy.pan() };
    const dense = Math.min(devicePixelRatio || 1, 2);
    const edge = { x: Math.round(cy.width() * margin), y: Math.round(cy.height() * margin) };
    const w = cy.width() + 2 * edge.x, h = cy.height() + 2 * edge.y;
    spare.width = w * dense;
    spare.height = h * dense;
    for (const [k, v] of [["width", w], ["height", h], ["left", -edge.x], ["top", -edge.y]]) spare.style[k] = v + "px";
    spare.style.transformOrigin = `${edge.x}px ${edge.y}px`;
    const pen = spare.getContext("2d");
    const k = dense * view.zoom;
    pen.setTransform(k, 0, 0, k, dense * (view.x + edge.x), dense * (view.y + edge.y));
    const left = (-edge.x - view.x) / view.zoom, top = (-edge.y - view.y) / view.zoom;
    const work = strokes(pen, view.zoom, { left, top, right: left + w / view.zoom, bottom: top + h / view.zoom });
    const go = () => {
      if (mine !== drawing) return;
      const until = performance.now() + slice;
      let more = true;
      while (more && performance.now() < until) more = !work.next().done;
      if (more) return void requestAnimationFrame(go);
      shown.replaceWith(spare);
      [shown, spare] = [spare, shown];
      seen = view;
      place();
      box.dataset.lines = mine;
    };
    go();
  }

  // strokes draws what can be seen, and pauses now and then.
  function* strokes(pen, zoom, part) {
    pen.lineCap = "butt";
    for (const over of near ? [false, true] : [false]) {
      for (const g of groups) {
        const list = g.links.filter((i) => visible(i, part) && (!near || near.has(i) === over));
        if (list.length === 0) continue;
        yield;
        const faint = near && !over;
        pen.globalAlpha = faint ? 0.08 : near || g.told ? 1 : 0.35;
        pen.strokeStyle = pen.fillStyle = colours.grade[g.grade];
        pen.lineWidth = Math.max(g.width, thin / zoom);
        const dashed = g.grade !== UNKNOWN || zoom * g.width > thin; // dots that small are a line, and slow
        pen.setLineDash(dashed ? dashes[g.grade].map((d) => d / Math.min(1, zoom)) : []);
        yield* lined(pen, list);
        pen.setLineDash([]);
        const tip = Math.max(6, g.width * 2.2);
        if (!faint && (tip * zoom >= arrows || over)) yield* tipped(pen, list, Math.max(tip, over ? 7 / zoom : 0));
      }
    }
    yield* labelled(pen, zoom, part);
  }

  function* lined(pen, list) {
    const many = 100;
    for (let i = 0; i < list.length; i += many) {
      pen.beginPath();
      for (const l of list.slice(i, i + many)) {
        pen.moveTo(seg[4 * l], seg[4 * l + 1]);
        pen.lineTo(seg[4 * l + 2], seg[4 * l + 3]);
      }
      pen.stroke();
      yield;
    }
  }

  function* tipped(pen, list, size) {
    pen.beginPath();
    const tip = (x, y, fx, fy) => {
      const d = Math.hypot(x - fx, y - fy) || 1, ux = (x - fx) / d, uy = (y - fy) / d;
      const bx = x - ux * size, by = y - uy * size, half = size * 0.45;
      pen.moveTo(x, y);
      pen.lineTo(bx - uy * half, by + ux * half);
      pen.lineTo(bx + uy * half, by - ux * half);
      pen.closePath();
    };
    for (const l of list) {
      const [x1, y1, x2, y2] = seg.subarray(4 * l, 4 * l + 4);
      tip(x2, y2, x1, y1);
      if (graph.links[l].bounces) tip(x1, y1, x2, y2);
    }
    pen.fill();
    yield;
  }

  // labelled writes what is said of the links that are near, or that fail.
  function* labelled(pen, zoom, part) {
    if (!near && letters * zoom < legible) return;
    const size = Math.max(letters, near ? 13 / zoom : 0);
    pen.globalAlpha = 1;
    pen.font = `700 ${size}px ${getComputedStyle(document.body).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = size / 4;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.paper;
    let n = 0;
    for (const [i, l] of graph.links.entries()) {
      if (!l.label || !visible(i, part) || !(near ? near.has(i) : told(l))) continue;
      if (++n % 40 === 0) yield;
      const x = (seg[4 * i] + seg[4 * i + 2]) / 2, y = (seg[4 * i + 1] + seg[4 * i + 3]) / 2;
      pen.strokeText(l.label, x, y);
      pen.fillStyle = colours.grade[l.grade];
      pen.fillText(l.label, x, y);
    }
  }

  function visible(i, part) {
    const [x1, y1, x2, y2] = seg.subarray(4 * i, 4 * i + 4);
    return Math.max(x1, x2) >= part.left && Math.min(x1, x2) <= part.right && Math.max(y1, y2) >= part.top && Math.min(y1, y2) <= part.bottom;
  }

  cy.on("viewport resize", moved);
  draw();
  return {
    // mark brings some links out; null for none.
    mark(links) {
      near = links && new Set(links);
      draw();
    },
    repaint() {
      colours = palette();
      draw();
    },
    // find returns the link at a position of the map, or -1.
    find({ x, y }) {
      let best = (reach / cy.zoom()) ** 2, found = -1;
      for (let i = 0; i < graph.links.length; i++) {
        if (near && !near.has(i)) continue;
        const d = distance(x, y, seg, 4 * i);
        if (d < best) [best, found] = [d, i];
      }
      return found;
    },
  };
}

const told = (l) => l.grade >= BELOW || l.bounces;

// segments are where the links begin and end, four numbers each: at the edge of
// their nodes, and a little to the right, so that the way back is another line.
function segments(graph, at) {
  const out = new Float64Array(4 * graph.links.length), aside = 3;
  graph.links.forEach((l, i) => {
    const [x1, y1] = at[l.from], [x2, y2] = at[l.to];
    const d = Math.hypot(x2 - x1, y2 - y1) || 1, ux = (x2 - x1) / d, uy = (y2 - y1) / d;
    const a = graph.nodes[l.from].size / 2 + 2, b = graph.nodes[l.to].size / 2 + 2;
    out.set([x1 + ux * a - uy * aside, y1 + uy * a + ux * aside, x2 - ux * b - uy * aside, y2 - uy * b + ux * aside], 4 * i);
  });
  return out;
}

// grouped are the links that one pen draws, what matters most at the end.
function grouped(graph) {
  const all = new Map();
  graph.links.forEach((l, i) => {
    const width = steps.find((s) => l.width <= s) || steps.at(-1);
    const key = [l.grade, told(l), width].join();
    if (!all.has(key)) all.set(key, { grade: l.grade, told: told(l), width, links: [] });
    all.get(key).links.push(i);
  });
  return [...all.values()].sort((a, b) => a.told - b.told || a.grade - b.grade || a.width - b.width);
}

// distance is that of a point from a segment, squared.
function distance(x, y, seg, k) {
  const x1 = seg[k], y1 = seg[k + 1], dx = seg[k + 2] - x1, dy = seg[k + 3] - y1;
  const t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return (x - x1 - t * dx) ** 2 + (y - y1 - t * dy) ** 2;
}
