// What of a scene is drawn on the ground, and nothing that was not observed.

import { icon } from "./looks.mjs";
import { stretches } from "./scene.mjs";

const COLOUR = ["get", "colour"];
const ROUND = { "line-cap": "round", "line-join": "round" };

// A circle smaller than its fix's own sign tells nothing, and ten thousand cost much.
const TELLING = ["any", [">", ["get", "r95_m"], 50], [">=", ["zoom"], 15]];

/** Add the scene's sources and layers to a map. */
export function draw(map, scene) {
  for (const person of scene.people) {
    for (const hollow of [false, true]) {
      const name = iconOf(person, hollow);
      if (!map.hasImage(name))
        map.addImage(name, icon(person, hollow), { pixelRatio: 2 });
    }
  }
  const sources = {
    vicinity: vicinity(scene),
    circles: each(scene, circles),
    gaps: each(scene, gaps),
    paths: each(scene, paths),
    fixes: each(scene, fixes),
  };
  for (const [name, features] of Object.entries(sources)) {
    map.addSource(name, {
      type: "geojson",
      data: collection(features),
      tolerance: 0.1,
    });
  }
  layers().forEach((layer) => map.addLayer(layer));
}

/** The lowest layer of ours: a base map goes beneath it. */
export const LOWEST = "vicinity-area";

function layers() {
  const line = (id, source, paint, more) => ({
    id,
    source,
    type: "line",
    paint,
    ...more,
  });
  const black = { "line-color": "#0b0c0c", "line-width": 2.5 };
  return [
    {
      id: LOWEST,
      source: "vicinity",
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#0b0c0c", "fill-opacity": 0.07 },
    },
    {
      id: "circle-areas",
      source: "circles",
      type: "fill",
      filter: TELLING,
      paint: { "fill-color": ["get", "pale"], "fill-outline-color": ["get", "rim"] },
    },
    line("vicinity-rim", "vicinity", black),
    line("gap-lines", "gaps", {
      "line-color": COLOUR,
      "line-width": 2.5,
      "line-dasharray": [2, 2],
    }),
    line(
      "path-casing",
      "paths",
      { "line-color": "#ffffff", "line-width": 6 },
      { layout: ROUND },
    ),
    line(
      "path-lines",
      "paths",
      { "line-color": COLOUR, "line-width": 3 },
      { layout: ROUND },
    ),
    {
      id: "fix-icons",
      source: "fixes",
      type: "symbol",
      layout: {
        "icon-image": ["get", "icon"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.4, 16, 1],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
  ];
}

const OF_PEOPLE = ["gap-lines", "path-casing", "path-lines", "fix-icons"];

/** Show only these people, and no accuracy circles unless wanted. */
export function show(map, people, withCircles) {
  const wanted = [
    "in",
    ["get", "person"],
    ["literal", people.map(({ index }) => index)],
  ];
  for (const id of OF_PEOPLE) map.setFilter(id, wanted);
  map.setFilter("circle-areas", ["all", TELLING, wanted]);
  map.setLayoutProperty("circle-areas", "visibility", withCircles ? "visible" : "none");
}

function vicinity({ target }) {
  return [{ type: "Feature", properties: {}, geometry: target.area }];
}

function circles(person) {
  const known = person.fixes.filter(({ circle }) => circle);
  const tint = (share) => `${person.colour}${share}`;
  const shown = { pale: tint("0d"), rim: tint("80") };
  return known.map(({ circle, r95_m }) =>
    feature(person, "Polygon", circle, { ...shown, r95_m }),
  );
}

function fixes(person) {
  return person.fixes.map(({ place, trusted }) =>
    feature(person, "Point", place, { icon: iconOf(person, !trusted) }),
  );
}

function paths(person) {
  return stretches(person).map((indices) =>
    feature(person, "LineString", places(person, indices)),
  );
}

function gaps(person) {
  return person.gaps.map(({ from, to }) =>
    feature(person, "LineString", places(person, [from, to])),
  );
}

function places(person, indices) {
  return indices.map((index) => person.fixes[index].place);
}

function each({ people }, features) {
  return people.flatMap(features);
}

function iconOf({ colour, shape }, hollow) {
  return `fix-${colour}-${shape}${hollow ? "-hollow" : ""}`;
}

function feature({ index, colour }, type, coordinates, more = {}) {
  const properties = { person: index, colour, ...more };
  return { type: "Feature", properties, geometry: { type, coordinates } };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}
