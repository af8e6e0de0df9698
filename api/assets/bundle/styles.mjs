// The style sheets: sass in, CSS in a working folder out, icons found where they lie.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as sass from "sass";

// What each of a page's sheets is made of, in the order in which they count.
const PARTS = {
  app: ["./govuk.css", "./moj.css", "./own.css"],
  map: ["maplibre-gl/dist/maplibre-gl.css", "./on-map.css"],
};

/** Compile every sheet; the files that a page's sheets are to be bundled from. */
export function sheets(assets) {
  const folder = join(assets, "node_modules/.styles");
  mkdirSync(folder, { recursive: true });
  for (const name of ["govuk", "moj", "own", "on-map"]) {
    writeFileSync(join(folder, `${name}.css`), compiled(join(assets, `${name}.scss`)));
  }
  return Object.entries(PARTS).map(([name, parts]) => {
    const path = join(folder, `${name}.css`);
    writeFileSync(path, parts.map((part) => `@import "${part}";\n`).join(""));
    return path;
  });
}

function compiled(path) {
  return sass.compile(path, {
    importers: [new sass.NodePackageImporter(join(path, ".."))],
    // The MOJ sheet names node_modules/govuk-frontend from here.
    loadPaths: [join(path, "..")],
    quietDeps: true,
    logger: { warn },
  }).css;
}

/** What a package warns of is its makers' to mend; what we are warned of is an error. */
function warn(message, { stack = "" }) {
  if (!stack.includes("node_modules")) throw new Error(`${message}\n${stack}`);
}

/** Both design systems name their icons by a path of their own. */
export function icons(assets) {
  const moj = join(assets, "node_modules/@ministryofjustice/frontend/moj");
  return {
    name: "icons",
    setup(build) {
      // The crest is not ours to show.
      build.onResolve({ filter: /crest/ }, ({ path }) => ({ path, namespace: "none" }));
      build.onLoad({ filter: /.*/, namespace: "none" }, () => ({
        contents: '<svg xmlns="http://www.w3.org/2000/svg"/>',
        loader: "dataurl",
      }));
      build.onResolve({ filter: /^\/assets\// }, ({ path }) => ({
        path: join(moj, path),
      }));
    },
  };
}
