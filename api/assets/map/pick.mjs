// A place chosen on the map: by a click, or by key at the map's centre.

import { Marker } from "maplibre-gl";
import { boundsOf, circle } from "./geodesy.mjs";
import { open } from "./ground.mjs";
import { button, made } from "./made.mjs";
import { addPlaces, EVERYWHERE, LOWEST_POINT_LAYER } from "./points.mjs";

const VICINITY = "picked-area";

/**
 * A map that fills the inputs named in `data`: `easting` and `northing`, `longitude`
 * and `latitude`, and reads `radius`; each is an input's id. `convert` is the address
 * that turns degrees into the grid's metres and back.
 */
export async function pickMap(element, data, places) {
  const canvas = made("div", { class: "app-map__canvas" });
  const told = made("p", { class: "govuk-body app-map__told", role: "status" });
  element.append(canvas);
  const inputs = inputsOf(data);
  const start = await typed(inputs, data.convert);
  const wide = data.bounds ? data.bounds.split(",").map(Number) : EVERYWHERE;
  const bounds = start ? boundsOf(circle(start, 500)) : wide;
  const map = await open({ container: canvas, whole: element, bounds });
  const legend = places ? addPlaces(map, places) : null;
  map.addSource(VICINITY, { type: "geojson", data: area(null) });
  map.addLayer({
    id: VICINITY,
    source: VICINITY,
    type: "line",
    paint: { "line-color": "#0b0c0c", "line-width": 2.5 },
  });
  const picked = { place: null, mark: new Marker({ color: "#d55e00" }) };
  const shown = (place) => {
    picked.place = place;
    picked.mark.setLngLat(place).addTo(map);
    map.getSource(VICINITY).setData(area(place, Number(inputs.radius?.value)));
  };
  const choose = async ({ lng, lat }) => {
    shown([lng, lat]);
    told.textContent = await filled(inputs, data.convert, [lng, lat]);
  };
  map.on("click", ({ lngLat }) => choose(lngLat));
  map
    .getCanvas()
    .setAttribute("aria-label", "Map; arrow keys move it, then use the button below");
  if (start) shown(start);
  for (const input of Object.values(inputs)) {
    input?.addEventListener("change", async () => {
      const place = await typed(inputs, data.convert);
      if (place) shown(place);
    });
  }
  const centre = button("Use the middle of the map", () => choose(map.getCenter()));
  element.append(
    made("div", { class: "app-map__views" }, centre),
    told,
    ...(legend ? [legend] : []),
  );
  return { map, lowest: places ? LOWEST_POINT_LAYER : VICINITY };
}

function inputsOf(data) {
  const names = ["easting", "northing", "longitude", "latitude", "radius"];
  const found = names.map((name) => [name, document.getElementById(data[name] ?? "")]);
  return Object.fromEntries(found.filter(([, input]) => input));
}

/** Write a place into the inputs; what was done, in words. */
async function filled(inputs, convert, [longitude, latitude]) {
  put(inputs.longitude, longitude.toFixed(6));
  put(inputs.latitude, latitude.toFixed(6));
  if (!inputs.easting)
    return `Placed at ${latitude.toFixed(5)}, ${longitude.toFixed(5)}.`;
  const found = await asked(convert, { longitude, latitude });
  if (!found) return "That place is outside the grid.";
  const [easting, northing] = [Math.round(found.easting), Math.round(found.northing)];
  put(inputs.easting, easting);
  put(inputs.northing, northing);
  return `Placed at easting ${easting}, northing ${northing}.`;
}

function put(input, value) {
  if (input) input.value = String(value);
}

/** The place that the inputs hold now, as degrees; null where they hold none. */
async function typed(inputs, convert) {
  const value = (name) =>
    inputs[name]?.value.trim() ? Number(inputs[name].value) : NaN;
  const [longitude, latitude] = [value("longitude"), value("latitude")];
  if (!Number.isNaN(longitude + latitude)) return [longitude, latitude];
  const [easting, northing] = [value("easting"), value("northing")];
  if (Number.isNaN(easting + northing)) return null;
  const found = await asked(convert, { easting, northing });
  return found && [found.longitude, found.latitude];
}

async function asked(convert, place) {
  const answer = await fetch(`${convert}?${new URLSearchParams(place)}`);
  return answer.ok ? answer.json() : null;
}

function area(place, radius_m) {
  const geometry = place &&
    radius_m > 0 && { type: "Polygon", coordinates: [circle(place, radius_m)] };
  return {
    type: "FeatureCollection",
    features: geometry ? [{ type: "Feature", properties: {}, geometry }] : [],
  };
}
