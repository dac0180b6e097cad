// How the map looks: from the tokens of the page, so that it follows the theme.

const shade = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// colour reads a token as the rgb that the canvas library understands.
function colour(name) {
  shade.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "gray";
  shade.fillRect(0, 0, 1, 1);
  const [r, g, b] = shade.getImageData(0, 0, 1, 1).data;
  return `rgb(${r},${g},${b})`;
}

// palette is the colours of the map as the page has them now; grade by the
// grades of links.
export function palette() {
  return {
    ink: colour("--color-base-content"), paper: colour("--color-base-100"), muted: colour("--muted"), primary: colour("--color-primary"),
    bad: colour("--color-error"), grade: ["--line", "--color-success", "--color-warning", "--color-error"].map(colour),
  };
}

// paint returns the style of the map; letters are the size of names, before
// zooming. Where there are many links they are drawn elsewhere.
export function paint(many, letters) {
  const { ink, paper, muted, primary, bad, grade: [line, good, warn] } = palette();
  const font = getComputedStyle(document.body).fontFamily;
  const edge = (c, more) => ({ "line-color": c, "target-arrow-color": c, "source-arrow-color": c, color: c, ...more });
  return [
    {
      selector: "node",
      style: {
        width: "data(size)", height: "data(size)", shape: "ellipse", "background-color": paper, "border-width": 3, "border-color": primary,
        label: "data(name)", color: ink, "font-family": font, "font-size": letters, "font-weight": 600, "text-valign": "bottom", "text-margin-y": 4,
        "text-wrap": "wrap", "text-max-width": letters * 9, "text-outline-color": paper, "text-outline-width": 2.5, "min-zoomed-font-size": many ? 7 : 6,
      },
    },
    { selector: "node.outside", style: { shape: "rectangle", "border-color": muted } },
    { selector: "node.jam", style: { shape: "hexagon", "border-color": bad, "border-width": 7, "background-color": paper } },
    {
      selector: "edge",
      style: {
        width: "data(width)", "curve-style": "bezier", "control-point-step-size": 36, "target-arrow-shape": "triangle", "arrow-scale": 1.1,
        "font-family": font, "font-size": letters, "font-weight": 700, "text-background-color": paper, "text-background-opacity": 0.9, "text-background-padding": 2,
        "min-zoomed-font-size": 7, opacity: 0.85, ...edge(line),
      },
    },
    { selector: "edge.grade0", style: edge(line, { "line-style": "dotted" }) },
    { selector: "edge.grade1", style: edge(good, { "line-style": "solid" }) },
    { selector: "edge.grade2", style: edge(warn, { "line-style": "dashed", "line-dash-pattern": [5, 4] }) },
    { selector: "edge.grade3", style: edge(bad, { "line-style": "dashed", "line-dash-pattern": [14, 5] }) },
    { selector: "edge.bounces", style: { "source-arrow-shape": "triangle", "z-index": 5 } },
    { selector: "edge.told", style: { label: "data(label)", opacity: 1, "z-index": 6 } },
    { selector: ".dim", style: { opacity: 0.12 } },
    { selector: "edge.near, edge.chosen", style: { label: "data(label)", opacity: 1, "z-index": 8, "min-zoomed-font-size": 0 } },
    { selector: "node.near, node.chosen", style: { "min-zoomed-font-size": 0 } },
    { selector: "node.chosen", style: { "background-color": primary } },
    { selector: "edge.chosen", style: { "overlay-color": primary, "overlay-opacity": 0.25, "overlay-padding": 4 } },
    { selector: ":active", style: { "overlay-opacity": 0 } },
  ];
}
