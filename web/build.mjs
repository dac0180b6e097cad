// Builds what internal/web/static embeds: script, styles, letters and icon,
// with hashed names, a manifest of them, and a compressed copy of each text.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const out = "../internal/web/static/dist";
const prefix = "/estatico";
const tmp = mkdtempSync(".build-");

try {
  execFileSync("node_modules/.bin/tailwindcss", ["-i", "src/app.css", "-o", join(tmp, "app.css"), "--minify"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  mkdirSync(out, { recursive: true });
  const written = new Set([".keep"]);
  // What did not change stays untouched: somebody may be compiling meanwhile.
  const write = (name, body) => {
    written.add(name);
    const path = join(out, name);
    if (!existsSync(path) || !readFileSync(path).equals(Buffer.from(body))) writeFileSync(path, body);
  };

  const result = await build({
    entryPoints: { app: "src/main.js", style: "src/style.css", map: "src/map.js", maplayout: "src/maplayout.js" },
    outdir: out,
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: "iife",
    target: ["es2021", "chrome100", "firefox100", "safari15.4"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    publicPath: prefix,
    loader: { ".woff2": "file", ".svg": "file" },
    alias: { "built.css": "./" + join(tmp, "app.css") },
    legalComments: "none",
    logLevel: "warning",
  });

  for (const f of result.outputFiles) write(basename(f.path), f.contents);
  const manifest = {};
  for (const [path, o] of Object.entries(result.metafile.outputs)) {
    const name = basename(path);
    const plain = name.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
    manifest[plain === "style.css" ? "app.css" : plain] = name;
  }
  for (const f of readdirSync("public")) {
    const body = readFileSync(join("public", f));
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 8);
    const name = f.replace(/(\.\w+)$/, `-${hash}$1`);
    write(name, body);
    manifest[f] = name;
  }
  write("manifest.json", JSON.stringify(manifest, Object.keys(manifest).sort(), 1));

  let total = 0;
  for (const f of [...written]) {
    if (![".css", ".js", ".svg"].includes(extname(f))) continue;
    const packed = gzipSync(readFileSync(join(out, f)), { level: 9 });
    write(f + ".gz", packed);
    total += packed.length;
    console.log(`${f}  ${packed.length} bytes compressed`);
  }
  for (const f of readdirSync(out)) if (!written.has(f)) rmSync(join(out, f));
  console.log(`script, styles and icon: ${total} bytes compressed`);
} finally {
  rmSync(tmp, { recursive: true });
}
