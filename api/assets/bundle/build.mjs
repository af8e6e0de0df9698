// `npm run build`: sources and packages in, ../static out, with a manifest of names.
//
// Every file's name carries a hash of what is in it, so that a browser may keep it for
// ever; manifest.json tells which file a page's name stands for.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { land } from "./land.mjs";
import { icons, sheets } from "./styles.mjs";

const assets = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(assets, "node_modules");
const finished = join(dirname(assets), "static");
const out = `${finished}.new`;
// A broken sheet or bundle is small: sass and esbuild may write one all the same.
const LEAST_BYTES = {
  "app.css": 150e3,
  "app.js": 30e3,
  "map.css": 50e3,
  "map.js": 800e3,
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = { ...copies(), ...(await styles()) };
Object.assign(manifest, await scripts(manifest));
for (const [name, bytes] of Object.entries(LEAST_BYTES)) {
  const got = readFileSync(join(out, manifest[name])).length;
  if (got < bytes)
    throw new Error(`${name} has ${got} bytes; at least ${bytes} are due.`);
}
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
rmSync(finished, { recursive: true, force: true });
renameSync(out, finished);

function copies() {
  const worker = readFileSync(
    join(packages, "maplibre-gl/dist/maplibre-gl-worker.mjs"),
  );
  const unmapped = worker.toString().replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  return {
    "map-worker.js": put("map-worker.js", unmapped),
    "land.json": put("land.json", JSON.stringify(land(packages))),
    "favicon.svg": put("favicon.svg", readFileSync(join(assets, "favicon.svg"))),
  };
}

/** Write `content` under a name that carries its hash; that name. */
function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const named = name.replace(".", `-${hash}.`);
  writeFileSync(join(out, named), content);
  return named;
}

function styles() {
  return bundled(sheets(assets), {
    plugins: [icons(assets)],
    loader: { ".svg": "dataurl" },
  });
}

function scripts(names) {
  return bundled([join(assets, "app.mjs"), join(assets, "map.mjs")], {
    format: "esm",
    define: {
      WORKER: JSON.stringify(names["map-worker.js"]),
      LAND: JSON.stringify(names["land.json"]),
    },
  });
}

/** Bundle each entry; the manifest's lines of what came of them. */
async function bundled(entryPoints, more) {
  const { metafile } = await esbuild.build({
    entryPoints,
    bundle: true,
    minify: true,
    legalComments: "eof",
    target: ["chrome109", "firefox115", "safari16.4"],
    outdir: out,
    entryNames: "[name]-[hash]",
    metafile: true,
    logLevel: "warning",
    ...more,
  });
  const made = Object.entries(metafile.outputs).filter(([, file]) => file.entryPoint);
  return Object.fromEntries(
    made.map(([path]) => {
      const name = basename(path);
      return [name.replace(/-\w+(\.\w+)$/, "$1"), name];
    }),
  );
}
