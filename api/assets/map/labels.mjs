// Words on the map as elements of the page: gaps with their minutes, visits, the target.

import { Marker } from "maplibre-gl";

// Labels that would cover each other: the first stays, the table has them all.
const APART_PX = 2;

/** Put the labels on a map; a function that shows those of these people only. */
export function label(map, scene) {
  const labels = [
    ...scene.people.flatMap((person) => gaps(person)),
    ...scene.people.flatMap((person) => visits(person)),
  ];
  for (const one of labels) {
    new Marker({ element: one.element, offset: one.offset })
      .setLngLat(one.place)
      .addTo(map);
    // Asked once: a hidden element has no size.
    one.size = [one.element.offsetWidth, one.element.offsetHeight];
  }
  const target = element("app-map__target", "", "The target's place");
  new Marker({ element: target }).setLngLat(scene.target.at).addTo(map);
  let shown = new Set(scene.people);
  const spread = () => apart(map, labels, shown);
  map.on("moveend", spread);
  spread();
  return (people) => {
    shown = new Set(people);
    spread();
  };
}

function gaps(person) {
  return person.gaps.map(({ from, to, minutes }) => {
    const [a, b] = [person.fixes[from].place, person.fixes[to].place];
    const said = `No fix of ${person.name} for ${minutes} minutes`;
    return {
      person,
      place: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      // Beside the dashes, not over them.
      offset: [0, 16],
      element: element("app-map__gap", `${minutes} min`, said),
    };
  });
}

function visits(person) {
  const seen = person.visits.filter(({ first }) => first);
  return seen.map(({ label: letter, first }) => ({
    person,
    place: first.place,
    offset: [0, -18],
    element: element("app-map__visit", letter, `Visit ${letter} of ${person.name}`),
  }));
}

function element(kind, text, said) {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = text;
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", said);
  return made;
}

function apart(map, labels, people) {
  const taken = [];
  for (const { person, place, element: one, size, offset = [0, 0] } of labels) {
    const { x, y } = map.project(place);
    const box = { x: x + offset[0], y: y + offset[1], width: size[0], height: size[1] };
    one.hidden = !people.has(person) || taken.some((other) => covers(other, box));
    if (!one.hidden) taken.push(box);
  }
}

/** Whether two boxes, given by their middles, overlap. */
function covers(a, b) {
  const across = Math.abs(a.x - b.x) < (a.width + b.width) / 2 + APART_PX;
  return across && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + APART_PX;
}
