// Where a moment stands across the page: the same for slider, axis and chart.

import { tick, ticks } from "./clock.mjs";
import { svg } from "./made.mjs";

// Room for the chart's distances on the left, and for half a knob on the right.
export const LEFT_PX = 64;
export const RIGHT_PX = 14;
const TICK_PX = 70;
const HEIGHT_PX = 30;

/** Milliseconds to pixels and back, over a width. */
export function across({ from, to }, width) {
  const room = Math.max(1, width - LEFT_PX - RIGHT_PX);
  const span = Math.max(1, to - from);
  return {
    x: (at) => LEFT_PX + ((at - from) / span) * room,
    at: (x) => from + ((x - LEFT_PX) / room) * span,
    ticks: ticks(from, to, Math.max(2, Math.floor(room / TICK_PX))),
  };
}

/** The crime window's shade between two heights. */
export function shade({ window, from, to }, { x }, top, height) {
  const begin = x(Math.max(from, window.from));
  const width = Math.max(2, x(Math.min(to, window.to)) - begin);
  return svg("rect", { class: "app-map__window", x: begin, y: top, width, height });
}

/** The time axis under the slider: hours, and the crime window marked. */
export function axis(scene, width) {
  const scale = across(scene, width);
  const words = svg("text", {
    class: "app-map__window-word",
    x: Math.min(Math.max(scale.x(scene.window.from), LEFT_PX), width - 90),
    y: 27,
    text: "Crime window",
  });
  const marks = scale.ticks.flatMap((at) => [
    svg("path", { class: "app-map__tick", d: `M${scale.x(at)},0v4` }),
    svg("text", {
      class: "app-map__hour",
      x: Math.min(scale.x(at), width - 18),
      y: 15,
      text: tick(at),
    }),
  ]);
  const size = { width, height: HEIGHT_PX, viewBox: `0 0 ${width} ${HEIGHT_PX}` };
  return svg(
    "svg",
    { class: "app-map__axis", "aria-hidden": "true", ...size },
    shade(scene, scale, 0, 30),
    ...marks,
    words,
  );
}
