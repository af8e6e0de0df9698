// Where everybody was last seen at a moment, over the map and in its true metres.
//
// Elements of the page, moved as time goes: the map beneath need not be drawn again, so
// that playback stays smooth where there is no graphics processor.

import { outline } from "./looks.mjs";
import { svg } from "./made.mjs";
import { lastFix, stretches } from "./scene.mjs";

// The way to the moment is drawn this far back.
const MOST_PAIRS = 100;
const MARK_PX = 9;

/** An overlay of a map; call `draw(people, at)` as the moment moves. */
export function overlay(map) {
  const element = svg("svg", { class: "app-map__present", "aria-hidden": "true" });
  map.getCanvas().after(element);
  let shown = [];
  let key = "";
  const project = (place) => {
    const { x, y } = map.project(place);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const redraw = () => {
    element.replaceChildren(
      ...shown.flatMap(({ person, index }) => signs(person, index, project)),
    );
  };
  map.on("move", redraw);
  map.on("resize", redraw);
  return (people, at) => {
    shown = people
      .map((person) => ({ person, index: lastFix(person.fixes, at) }))
      .filter(({ index }) => index >= 0);
    const wanted = shown.map(({ person, index }) => `${person.index}:${index}`).join();
    // Nobody is drawn between two fixes, so most frames change nothing.
    if (wanted !== key) redraw();
    key = wanted;
  };
}

function signs(person, index, project) {
  const { colour, shape, fixes } = person;
  const { place, circle, trusted } = fixes[index];
  const [x, y] = project(place).split(",").map(Number);
  const joined = (places) => `M${places.map(project).join("L")}`;
  const ways = waysTo(person, index);
  const way = ways.map((run) => joined(run.map((end) => fixes[end].place)));
  return [
    svg("path", { class: "app-map__way", stroke: colour, d: way.join("") }),
    svg("path", {
      class: "app-map__doubted",
      stroke: colour,
      d: doubted(person, ways.flat(), project),
    }),
    ...(circle
      ? [
          svg("path", {
            class: "app-map__within",
            fill: colour,
            stroke: colour,
            d: circle.map(joined).join(""),
          }),
        ]
      : []),
    svg("path", {
      class: "app-map__mark",
      fill: trusted ? colour : "#fff",
      "data-fix": `${person.index}:${index}`,
      d: outline(shape, x, y, MARK_PX),
    }),
  ];
}

/** Fixes on the way that are not trusted: hollow over it too. */
function doubted({ fixes, shape }, indices, project) {
  const hollow = indices.filter((one) => !fixes[one].trusted);
  const places = hollow.map((one) => project(fixes[one].place).split(",").map(Number));
  return places.map(([x, y]) => outline(shape, x, y, 5)).join("");
}

/** The observed runs of fixes up to one, of no more pairs than `MOST_PAIRS`. */
function waysTo({ pairs }, index) {
  const last = pairsUpTo(pairs, index);
  return stretches({ pairs: pairs.slice(Math.max(0, last - MOST_PAIRS), last) });
}

/** How many pairs end at a fix or before it; pairs are in time order. */
function pairsUpTo(pairs, index) {
  let [low, high] = [0, pairs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pairs[middle].to <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
