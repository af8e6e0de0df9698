// Distance from the target over time, in step with the map.

import { across, LEFT_PX, RIGHT_PX, shade } from "./axis.mjs";
import { clock } from "./clock.mjs";
import { outline } from "./looks.mjs";
import { svg } from "./made.mjs";
import { stretches } from "./scene.mjs";

const HEIGHT_PX = 200;
const TOP_PX = 12;
const FLOOR_PX = 188;
const MARK_PX = 5;
// What is farther than this many radii would press the vicinity flat.
const MOST_RADII = 10;
const STEPS_M = [
  10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 2500, 5e3, 1e4, 2e4, 5e4, 1e5,
];

/** The chart of these people over a width in pixels; `whole` keeps the far away too. */
export function chart(scene, people, width, whole) {
  const scale = { ...across(scene, width), ...upward(scene, people, whole) };
  const size = { width, height: HEIGHT_PX, viewBox: `0 0 ${width} ${HEIGHT_PX}` };
  const element = svg(
    "svg",
    {
      class: "app-map__chart",
      role: "img",
      "aria-label": summary(scene, people),
      ...size,
    },
    shade(scene, scale, TOP_PX, FLOOR_PX - TOP_PX),
    ...grid(scale, width),
    radiusLine(scene, scale, width),
    clipped(
      width,
      people.flatMap((person) => personOn(person, scale)),
    ),
    ...people.map((person) => beyond(person, scale)),
  );
  return { element, x: scale.x, at: scale.at };
}

/** Whether anything is farther away than the chart shows at first. */
export function reachesBeyond({ target, people }) {
  return farthest(people) > target.radius_m * MOST_RADII;
}

/** Whether everything is: the chart would be empty. */
export function beginsBeyond({ target, steps }) {
  const most_m = target.radius_m * MOST_RADII;
  return steps.length > 0 && steps.every(({ fix }) => fix.distance_m > most_m);
}

function farthest(people) {
  return people.reduce(
    (most, { fixes }) =>
      fixes.reduce((far, fix) => Math.max(far, fix.distance_m ?? 0), most),
    0,
  );
}

/** Metres to pixels, and round distances to draw lines at. */
function upward({ target }, people, whole) {
  const far = Math.max(farthest(people) * 1.05, target.radius_m * 1.5);
  const top_m = whole ? far : Math.min(far, target.radius_m * MOST_RADII);
  const step_m = STEPS_M.find((metres) => top_m / metres <= 5) ?? top_m;
  const lines_m = Array.from(
    { length: Math.floor(top_m / step_m) + 1 },
    (_, n) => n * step_m,
  );
  const room = FLOOR_PX - TOP_PX;
  const y = (metres) => FLOOR_PX - (Math.max(metres, 0) / top_m) * room;
  return { y, top_m, lines_m };
}

function grid({ y, lines_m }, width) {
  return lines_m.flatMap((metres) => [
    svg("path", {
      class: "app-map__grid",
      d: `M${LEFT_PX},${y(metres)}H${width - RIGHT_PX}`,
    }),
    svg("text", {
      class: "app-map__metres",
      x: LEFT_PX - 6,
      y: y(metres) + 4,
      text: `${metres.toLocaleString("en-GB")} m`,
    }),
  ]);
}

function radiusLine({ target }, { y }, width) {
  const d = `M${LEFT_PX},${y(target.radius_m)}H${width - RIGHT_PX}`;
  return svg("path", { class: "app-map__radius", d });
}

/** Accuracy band and line of each observed stretch, dashes over gaps, and the fixes. */
function personOn(person, scale) {
  const { colour, fixes, shape } = person;
  const lines = stretches(person).map((indices) =>
    indices.map((index) => fixes[index]),
  );
  const point = ({ at, distance_m }) => `${scale.x(at)},${scale.y(distance_m)}`;
  const joined = (run) => `M${run.map(point).join("L")}`;
  const gaps = person.gaps.map(({ from, to }) => joined([fixes[from], fixes[to]]));
  const marks = (some) =>
    some.map((fix) => outline(shape, scale.x(fix.at), scale.y(fix.distance_m), 3.5));
  const drawn = fixes.filter(({ distance_m }) => distance_m <= scale.top_m);
  return [
    svg("path", {
      class: "app-map__band",
      fill: colour,
      d: lines.map((run) => band(run, scale)).join(""),
    }),
    svg("path", {
      class: "app-map__line",
      stroke: colour,
      d: lines.map(joined).join(""),
    }),
    svg("path", {
      class: "app-map__line app-map__line--gap",
      stroke: colour,
      d: gaps.join(""),
    }),
    svg("path", {
      class: "app-map__fix",
      fill: colour,
      d: marks(drawn.filter(({ trusted }) => trusted)).join(""),
    }),
    svg("path", {
      class: "app-map__fix app-map__fix--hollow",
      stroke: colour,
      d: marks(drawn.filter(({ trusted }) => !trusted)).join(""),
    }),
  ];
}

/** What reaches farther up than the chart does is cut off at its edge. */
function clipped(width, shapes) {
  const height = FLOOR_PX - TOP_PX + MARK_PX;
  const view = {
    x: 0,
    y: TOP_PX,
    width,
    height,
    viewBox: `0 ${TOP_PX} ${width} ${height}`,
  };
  return svg("svg", view, ...shapes);
}

/** An arrow over each fix that is farther away than the chart reaches. */
function beyond({ colour, fixes }, { x, top_m }) {
  const far = fixes.filter(({ distance_m }) => distance_m > top_m);
  const d = far.map(({ at }) => `M${x(at) - 3},${TOP_PX - 3}l3,-5l3,5`).join("");
  return svg("path", { class: "app-map__beyond", stroke: colour, d });
}

function band(run, { x, y }) {
  const edge =
    (sign) =>
    ({ at, distance_m, r95_m }) =>
      `${x(at)},${y(distance_m + sign * (r95_m ?? 0))}`;
  return `M${[...run.map(edge(1)), ...run.map(edge(-1)).reverse()].join("L")}z`;
}

function summary({ window, target }, people) {
  const said = people.map(({ name, fixes }) => {
    const near = fixes.reduce(
      (best, fix) => (fix.distance_m < best.distance_m ? fix : best),
      fixes[0],
    );
    return near
      ? `${name} nearest at ${Math.round(near.distance_m)} m, ${clock(near.at)}`
      : `${name} without fix`;
  });
  const marked = `crime window from ${clock(window.from)} to ${clock(window.to)}, vicinity ${Math.round(target.radius_m)} m`;
  return `Distance from the target over time; ${marked}. ${said.join(". ")}.`;
}
