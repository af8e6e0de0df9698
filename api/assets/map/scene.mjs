// The page's document, read once: who, which fixes, what was observed, and when.

import { circle } from "./geodesy.mjs";
import { look } from "./looks.mjs";

/**
 * A document (README.md beside this folder) as everything here reads it; times are
 * milliseconds. Error where it is not such a document.
 */
export function scene({ target, people, slice }) {
  const read = people.map(person);
  return {
    target: { ...target, at: [target.longitude, target.latitude] },
    window: { from: time(target.window_from), to: time(target.window_to) },
    from: time(slice.from),
    to: time(slice.to),
    people: read,
    steps: read
      .flatMap((one) => one.fixes.map((fix) => ({ person: one, fix, at: fix.at })))
      .sort((a, b) => a.at - b.at),
  };
}

function time(said) {
  const at = Date.parse(said);
  if (Number.isNaN(at)) throw new Error(`${said} is no time.`);
  return at;
}

function person({ device_id, nominal_id, label, fixes, paths, gaps, visits }, index) {
  const read = fixes.map(fixOf);
  return {
    index,
    ...look(index),
    device_id,
    name: label || nominal_id || device_id,
    fixes: read,
    pairs: paths ?? [],
    gaps: gaps ?? [],
    visits: (visits ?? []).map((visit) => visitOf(visit, read)),
  };
}

function fixOf(fix, index) {
  const place = [fix.longitude, fix.latitude];
  const round = fix.r95_m > 0 ? [circle(place, fix.r95_m)] : null;
  return { ...fix, index, at: time(fix.t), place, circle: fix.circle ?? round };
}

/** A visit's ends are times, or indices of its first and last fix. */
function visitOf({ label, from, to }, fixes) {
  const end = (said) => (typeof said === "number" ? fixes[said].at : time(said));
  const [begin, finish] = [end(from), end(to)];
  const first = fixes.find(
    (fix) => fix.at >= begin && fix.at <= finish && fix.inside !== false,
  );
  return { label, from: begin, to: finish, first };
}

/** Index of the last fix at or before a time; -1 before the first. */
export function lastFix(fixes, at) {
  let [low, high] = [0, fixes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fixes[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Runs of fixes joined by observed lines, each as the indices of its fixes. */
export function stretches({ pairs }) {
  const found = [];
  for (const { from, to } of pairs) {
    const open = found.at(-1);
    if (open?.at(-1) === from) open.push(to);
    else found.push([from, to]);
  }
  return found;
}
