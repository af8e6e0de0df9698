// Puts a map wherever a page asks for one: data-source, data-points or data-pick.
//
// Where no map can be drawn, or its data do not come, what the server drew stays.

import { addBasemap, addTiles } from "./map/basemap.mjs";
import { canDraw, drawn } from "./map/ground.mjs";
import { hitMap } from "./map/hit.mjs";
import { pickMap } from "./map/pick.mjs";
import { pointsMap } from "./map/points.mjs";

const WANTED = "[data-source], [data-points], [data-pick]";

async function put(element) {
  const fallback = element.querySelector("[data-map-fallback]");
  try {
    if (!canDraw())
      throw new Error("This browser cannot draw the map (WebGL is missing).");
    const frame = document.createElement("div");
    frame.className = "app-map";
    element.append(frame);
    const { map, lowest } = await built(element, frame);
    if (fallback) fallback.hidden = true;
    await drawn(map);
    await beneath(map, element.dataset, lowest);
  } catch (trouble) {
    element.querySelector(".app-map")?.remove();
    element.prepend(told(trouble));
    if (fallback) fallback.hidden = false;
  }
}

async function built(element, frame) {
  const { source, points } = element.dataset;
  if (source) return hitMap(frame, await fetched(source));
  const places = points ? await fetched(points) : null;
  return "pick" in element.dataset
    ? pickMap(frame, element.dataset, places)
    : pointsMap(frame, places);
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The map's data did not come (${answer.status}).`);
  return answer.json();
}

/** The base map last: what was found is on the screen already. */
async function beneath(map, { basemap, tiles }, lowest) {
  try {
    if (tiles) addTiles(map, tiles, lowest);
    if (basemap) await addBasemap(map, basemap, lowest);
    if (tiles || basemap) await drawn(map);
  } catch (trouble) {
    console.warn(`The base map did not come: ${trouble.message}`);
  }
}

function told({ message }) {
  const said = document.createElement("p");
  said.className = "govuk-inset-text";
  said.setAttribute("role", "status");
  said.textContent = `${message} The rest of this page works without the map.`;
  return said;
}

await Promise.all([...document.querySelectorAll(WANTED)].map(put));
// Tests wait for it.
window.__ready = true;
