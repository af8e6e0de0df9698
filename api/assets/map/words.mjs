// What is said of a moment, in words: the same facts as the table of fixes.

import { clock, seconds } from "./clock.mjs";
import { lastFix } from "./scene.mjs";

/** One sentence of a fix, for the eye and for the ear. */
export function ofFix({ person, fix }, { window }) {
  const facts = [
    `${person.name}, fix ${fix.index + 1} of ${person.fixes.length}: ${clock(fix.at)}`,
    metres(fix.distance_m, "from the target"),
    fix.r95_m ? `95 % within ${metres(fix.r95_m, "")}`.trim() : "accuracy not stated",
    fix.mechanism,
    fix.inside ? "drawn inside the vicinity" : "drawn outside the vicinity",
    fix.at >= window.from && fix.at <= window.to ? "within the crime window" : null,
    fix.trusted ? null : "not trusted",
    (fix.marks ?? []).join(", "),
  ];
  return `${facts.filter(Boolean).join(", ")}.`;
}

/** One sentence of a person at a moment that need not be a fix's. */
export function ofMoment(person, at) {
  const index = lastFix(person.fixes, at);
  if (index < 0) return `${person.name}: no fix yet.`;
  const fix = person.fixes[index];
  const gap = person.gaps.find((one) => one.from === index);
  const said = `${person.name}: last fix ${seconds(fix.at)}, ${metres(fix.distance_m, "away")}`;
  if (!gap || at <= fix.at) return `${said}.`;
  return `${said}; then none for ${gap.minutes} min.`;
}

function metres(distance_m, what) {
  if (distance_m === null || distance_m === undefined) return null;
  return `${Math.round(distance_m).toLocaleString("en-GB")} m ${what}`;
}
