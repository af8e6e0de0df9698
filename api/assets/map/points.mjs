// Places with a label each: proposals, homes, the crimes of a series.

import { Marker, Popup } from "maplibre-gl";
import { boundsOf, circle } from "./geodesy.mjs";
import { open } from "./ground.mjs";
import { icon, look, outline } from "./looks.mjs";
import { made, svg } from "./made.mjs";

// All of Great Britain and Ireland, where there is nothing to show yet.
export const EVERYWHERE = [-10.7, 49.8, 1.9, 59.5];
export const LOWEST_POINT_LAYER = "place-areas";
// More labels than this hide each other: a click tells them instead.
const MOST_LABELS = 60;

/** A map of a GeoJSON FeatureCollection; the map and its lowest layer. */
export async function pointsMap(element, places) {
  const canvas = made("div", { class: "app-map__canvas" });
  element.append(canvas);
  const bounds = boundsOf(places.features.flatMap(cornersOf)) ?? EVERYWHERE;
  const map = await open({ container: canvas, whole: element, bounds });
  element.append(addPlaces(map, places));
  return { map, lowest: LOWEST_POINT_LAYER };
}

/** Draw the places; a legend of their groups. */
export function addPlaces(map, { features }) {
  const groups = [...new Set(features.map(({ properties }) => properties.group ?? ""))];
  const looks = new Map(groups.map((group, index) => [group, look(index)]));
  for (const [group, one] of looks)
    map.addImage(`place-${group}`, icon(one, false), { pixelRatio: 2 });
  const data = {
    type: "FeatureCollection",
    features: features.flatMap((one) => drawn(one, looks)),
  };
  map.addSource("places", { type: "geojson", data });
  layers().forEach((layer) => map.addLayer(layer));
  const points = features.filter(({ geometry }) => geometry.type === "Point");
  if (points.length <= MOST_LABELS) points.forEach((one) => named(map, one));
  map.on("click", "place-icons", ({ lngLat, features: [one] }) => {
    new Popup().setLngLat(lngLat).setDOMContent(text(one.properties)).addTo(map);
  });
  return legend(looks);
}

function layers() {
  const colour = ["get", "colour"];
  const area = ["==", ["geometry-type"], "Polygon"];
  return [
    {
      id: LOWEST_POINT_LAYER,
      source: "places",
      type: "fill",
      filter: area,
      paint: { "fill-color": colour, "fill-opacity": 0.12 },
    },
    {
      id: "place-rims",
      source: "places",
      type: "line",
      paint: { "line-color": colour, "line-width": 2 },
    },
    {
      id: "place-icons",
      source: "places",
      type: "symbol",
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true },
    },
  ];
}

/** A feature as it is drawn, and the circle of its radius in true metres. */
function drawn({ geometry, properties }, looks) {
  const group = properties.group ?? "";
  const shown = {
    ...properties,
    colour: looks.get(group).colour,
    icon: `place-${group}`,
  };
  const one = { type: "Feature", geometry, properties: shown };
  if (geometry.type !== "Point" || !properties.radius_m) return [one];
  const ring = circle(geometry.coordinates, properties.radius_m);
  return [{ ...one, geometry: { type: "Polygon", coordinates: [ring] } }, one];
}

function named(map, { geometry, properties }) {
  const element = made("span", { class: "app-map__place" }, text(properties));
  const marker = new Marker({ element, anchor: "left", offset: [12, 0] });
  marker.setLngLat(geometry.coordinates).addTo(map);
  element.removeAttribute("aria-label");
  element.removeAttribute("role");
}

/** What a place says: a link where it has an address of ours. */
function text({ label, detail, href }) {
  const own = href?.startsWith("/") && !href.startsWith("//");
  const name = own
    ? made("a", { class: "govuk-link", href, text: label })
    : made("span", { text: label });
  return made("span", { class: "app-text" }, name, ...(detail ? [` ${detail}`] : []));
}

function legend(looks) {
  const rows = [...looks]
    .filter(([group]) => group)
    .map(([group, { colour, shape }]) => {
      const sign = svg("svg", { width: 20, height: 20, "aria-hidden": "true" });
      sign.append(svg("path", { d: outline(shape, 10, 10, 6), fill: colour }));
      return made("li", {}, sign, made("span", { class: "app-text", text: group }));
    });
  return made("ul", { class: "app-map__groups" }, ...rows);
}

function cornersOf({ geometry, properties }) {
  if (geometry.type === "Point")
    return circle(geometry.coordinates, properties.radius_m ?? 100);
  return geometry.coordinates.flat(
    geometry.type === "MultiPolygon" ? 2 : geometry.type === "Polygon" ? 1 : 0,
  );
}
