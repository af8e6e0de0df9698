// What the signs mean, with a box to tick for each person.

import { made, svg } from "./made.mjs";
import { outline } from "./looks.mjs";

const SIGNS = [
  ["now", "Last fix at the moment shown, and the observed way to it"],
  ["path", "Observed path: no fix is missing between its ends"],
  ["gap", "Gap: no fix for the minutes shown; where the tag was then is not known"],
  ["circle", "Accuracy: the true place is within the circle 95 times in 100"],
  ["hollow", "Fix that is not trusted"],
  ["vicinity", "Vicinity of the target"],
];

/** A legend; `changed(people, withCircles)` is called when a box is ticked. */
export function legend({ people, target }, changed) {
  const circles = box("Accuracy circles", true);
  const boxes = people.map((person) => box(person.name, true, swatch(person)));
  const tell = () => {
    const shown = people.filter((_, index) => boxes[index].input.checked);
    changed(shown, circles.input.checked);
  };
  for (const { input } of [...boxes, circles]) input.addEventListener("change", tell);
  return made(
    "fieldset",
    { class: "app-map__legend" },
    made("legend", { class: "govuk-visually-hidden", text: "Layers of the map" }),
    ...boxes.map(({ element }) => element),
    circles.element,
    signs(target),
  );
}

function box(text, checked, ...signs) {
  const input = made("input", { type: "checkbox", checked });
  const words = made("span", { class: "app-text", text });
  return {
    input,
    element: made("label", { class: "app-map__box" }, input, ...signs, words),
  };
}

function swatch({ colour, shape }) {
  return sign(
    svg("path", { d: "M0 10H36", stroke: colour, "stroke-width": 3 }),
    svg("path", { d: outline(shape, 18, 10, 5), fill: colour, stroke: "#fff" }),
  );
}

function signs({ radius_m }) {
  const rows = SIGNS.map(([kind, text]) => {
    const said = kind === "vicinity" ? `${text}, ${Math.round(radius_m)} m` : text;
    return made("li", {}, sign(...DRAWN[kind]()), made("span", { text: said }));
  });
  return made(
    "details",
    { class: "app-map__signs" },
    made("summary", { text: "What the signs mean" }),
    made("ul", {}, ...rows),
  );
}

const INK = "#0b0c0c";
const DRAWN = {
  now: () => [
    svg("path", {
      d: "M0 10H18",
      stroke: INK,
      "stroke-width": 6,
      "stroke-opacity": 0.35,
    }),
    svg("circle", {
      cx: 18,
      cy: 10,
      r: 7,
      fill: "#fff",
      stroke: INK,
      "stroke-width": 3,
    }),
  ],
  path: () => [svg("path", { d: "M0 10H36", stroke: INK, "stroke-width": 3 })],
  gap: () => [
    svg("path", {
      d: "M0 10H36",
      stroke: INK,
      "stroke-width": 2.5,
      "stroke-dasharray": "5 5",
    }),
  ],
  circle: () => [
    svg("circle", {
      cx: 18,
      cy: 10,
      r: 8.5,
      fill: INK,
      "fill-opacity": 0.12,
      stroke: INK,
    }),
  ],
  hollow: () => [
    svg("circle", {
      cx: 18,
      cy: 10,
      r: 5,
      fill: "#fff",
      stroke: INK,
      "stroke-width": 2,
    }),
  ],
  vicinity: () => [
    svg("circle", {
      cx: 18,
      cy: 10,
      r: 8.5,
      fill: INK,
      "fill-opacity": 0.07,
      stroke: INK,
      "stroke-width": 2.5,
    }),
  ],
};

function sign(...shapes) {
  const size = { width: 36, height: 20, viewBox: "0 0 36 20" };
  return svg(
    "svg",
    { class: "app-map__sign", "aria-hidden": "true", ...size },
    ...shapes,
  );
}
