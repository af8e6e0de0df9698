// The map of a hit, or of several people at one crime: map, time and chart in step.

import { axis } from "./axis.mjs";
import { beginsBeyond, chart, reachesBeyond } from "./chart.mjs";
import { controls } from "./controls.mjs";
import { boundsOf } from "./geodesy.mjs";
import { open } from "./ground.mjs";
import { label } from "./labels.mjs";
import { draw, LOWEST, show } from "./layers.mjs";
import { legend } from "./legend.mjs";
import { button, made } from "./made.mjs";
import { Player } from "./player.mjs";
import { overlay } from "./present.mjs";
import { scene as read } from "./scene.mjs";

// Fixes within so many radii of the target are in view at first.
const NEAR_RADII = 6;

/** Build all of it in `element` from a document; the map and its lowest layer. */
export async function hitMap(element, document) {
  const scene = read(document);
  const canvas = made("div", { class: "app-map__canvas" });
  element.append(canvas);
  const map = await open({ container: canvas, whole: element, bounds: near(scene) });
  draw(map, scene);
  const relabel = label(map, scene);
  const view = { people: scene.people };
  const player = new Player(scene);
  const moving = controls(player, scene, () => view.people);
  const picture = timePicture(scene, player, view, moving.slider);
  const key = legend(scene, (people, withCircles) => {
    view.people = people;
    show(map, people, withCircles);
    relabel(people);
    player.through(scene.steps.filter(({ person }) => people.includes(person)));
    player.choose(player.at);
    picture.draw();
  });
  element.append(views(map, scene), key, moving.element, moving.told, picture.element);
  picture.draw();
  new ResizeObserver(picture.draw).observe(picture.element);
  const present = overlay(map);
  player.listen((at) => present(view.people, at));
  player.choose(Math.max(scene.from, scene.window.from));
  return { map, lowest: LOWEST };
}

/** Slider, axis and chart over one another, and a click on the chart as a choice. */
function timePicture(scene, player, view, slider) {
  const element = made("div", { class: "app-map__time" });
  const drawing = made("div", { class: "app-map__drawing" });
  // Beside the drawing and not in it: as it moves the drawing is not painted again.
  const cursor = made("div", { class: "app-map__cursor" });
  const whole = made("input", { type: "checkbox", checked: beginsBeyond(scene) });
  const everything = made(
    "label",
    { class: "app-map__box" },
    whole,
    "Show far distances too",
  );
  const caption = made("p", {
    class: "govuk-body-s app-map__caption",
    text: "Distance from the target; the band is the accuracy, the broken line the radius.",
  });
  element.append(slider, drawing, caption);
  if (reachesBeyond(scene)) element.append(everything);
  let current = null;
  const move = (at) => {
    if (current) cursor.style.transform = `translateX(${current.x(at).toFixed(1)}px)`;
  };
  const draw = () => {
    const width = element.clientWidth;
    if (!width) return;
    current = chart(scene, view.people, width, whole.checked);
    drawing.replaceChildren(axis(scene, width), current.element, cursor);
    move(player.at);
  };
  whole.addEventListener("change", draw);
  drawing.addEventListener("click", (event) => {
    player.pause();
    player.choose(current.at(event.clientX - drawing.getBoundingClientRect().left));
  });
  player.listen(move);
  return { element, draw };
}

/** Buttons that bring the vicinity, or everything, into view. */
function views(map, scene) {
  const to = (bounds) => () =>
    map.fitBounds(bounds, { padding: 40, maxZoom: 17, animate: false });
  const all = boundsOf([...around(scene), ...scene.steps.map(({ fix }) => fix.place)]);
  return made(
    "div",
    { class: "app-map__views" },
    button("Show vicinity", to(boundsOf(around(scene)))),
    button("Show all fixes", to(all)),
  );
}

/** The vicinity and what is near it; where nothing is, the way to what there is. */
function near(scene) {
  const close = scene.steps.filter(
    ({ fix }) => fix.distance_m <= scene.target.radius_m * NEAR_RADII,
  );
  const shown = close.length ? close : scene.steps;
  return boundsOf([...around(scene), ...shown.map(({ fix }) => fix.place)]);
}

/** The corners of the vicinity. */
function around({ target }) {
  const { type, coordinates } = target.area;
  return type === "MultiPolygon" ? coordinates.flat(2) : coordinates.flat();
}
