// Slider, buttons and the words of the moment: all that moves time, by hand or key.

import { clock } from "./clock.mjs";
import { button, made } from "./made.mjs";
import { PLAYED, STEPPED } from "./player.mjs";
import { ofFix, ofMoment } from "./words.mjs";

const SPEEDS = [1, 10, 60, 300];
const PAGE_MS = 60e3;

/** The controls of a player as one element; `shown()` gives the people in view. */
export function controls(player, scene, shown) {
  const slider = sliderOf(player, scene);
  const [play, ...buttons] = buttonsOf(player, scene);
  const told = made("p", { class: "govuk-body app-map__told", "aria-live": "polite" });
  const clockFace = made("output", { class: "app-map__clock" });
  player.listen((at, how, step) => {
    slider.value = String(Math.round(at / 1000));
    slider.setAttribute("aria-valuetext", clock(at));
    clockFace.textContent = clock(at);
    play.textContent = player.playing ? "Pause" : "Play";
    // While it plays nobody can listen to every fix.
    told.setAttribute("aria-live", how === PLAYED ? "off" : "polite");
    const said = how === STEPPED ? ofFix(step, scene) : momentOf(shown(), at);
    if (told.textContent !== said) told.textContent = said;
  });
  return {
    slider,
    element: made("div", { class: "app-map__controls" }, play, ...buttons, clockFace),
    told,
  };
}

const MOST_TOLD = 3;

function momentOf(people, at) {
  const told = people.slice(0, MOST_TOLD).map((person) => ofMoment(person, at));
  const rest = people.length - told.length;
  return [...told, ...(rest > 0 ? [`And ${rest} more.`] : [])].join(" ");
}

function sliderOf(player, { from, to }) {
  const slider = made("input", {
    type: "range",
    class: "app-map__slider",
    min: Math.floor(from / 1000),
    max: Math.ceil(to / 1000),
    step: 1,
    "aria-label": "Time: arrow keys step from fix to fix, page keys by a minute",
  });
  slider.addEventListener("input", () => {
    player.pause();
    player.choose(Number(slider.value) * 1000);
  });
  const keys = {
    ArrowRight: () => player.step(1),
    ArrowUp: () => player.step(1),
    ArrowLeft: () => player.step(-1),
    ArrowDown: () => player.step(-1),
    PageUp: () => player.choose(player.at + PAGE_MS),
    PageDown: () => player.choose(player.at - PAGE_MS),
  };
  slider.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
  return slider;
}

function buttonsOf(player, { window }) {
  const toggle = () => (player.playing ? player.pause() : player.play());
  const play = button("Play", () => {
    toggle();
    play.textContent = player.playing ? "Pause" : "Play";
  });
  return [
    play,
    button("Previous fix", () => player.step(-1)),
    button("Next fix", () => player.step(1)),
    button("Go to crime window", () => {
      player.pause();
      player.choose(window.from);
    }),
    speedOf(player),
  ];
}

function speedOf(player) {
  const select = made(
    "select",
    { class: "govuk-select app-map__speed" },
    ...SPEEDS.map((times) =>
      made("option", {
        value: times,
        selected: times === player.speed,
        text: `× ${times}`,
      }),
    ),
  );
  select.addEventListener("change", () => {
    player.speed = Number(select.value);
  });
  return made("label", { class: "govuk-label app-map__label", text: "Speed " }, select);
}
