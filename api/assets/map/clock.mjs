// Times as people in England and Wales read them, with the offset from UTC.

const ZONE = { timeZone: "Europe/London", hourCycle: "h23" };
const PARTS = new Intl.DateTimeFormat("en-GB", {
  ...ZONE,
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "longOffset",
});

function parts(at) {
  const found = Object.fromEntries(
    PARTS.formatToParts(at).map(({ type, value }) => [type, value]),
  );
  return { ...found, offset: found.timeZoneName.replace("GMT", "") || "+00:00" };
}

/** `21:04:10 +00:00, 28 March 2026`, of milliseconds since 1970. */
export function clock(at) {
  const { day, month, year, hour, minute, second, offset } = parts(at);
  return `${hour}:${minute}:${second} ${offset}, ${day} ${month} ${year}`;
}

/** `21:04:10`. */
export function seconds(at) {
  const { hour, minute, second } = parts(at);
  return `${hour}:${minute}:${second}`;
}

/** `21:04`, or the day's date at midnight. */
export function tick(at) {
  const { day, month, hour, minute } = parts(at);
  const midnight = hour === "00" && minute === "00";
  return midnight ? `${day} ${month.slice(0, 3)}` : `${hour}:${minute}`;
}

const TICKS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];

/** Round times between two, at most `most` of them, in London's hours. */
export function ticks(from, to, most) {
  const step_min =
    TICKS_MIN.find((minutes) => (to - from) / (minutes * 60e3) <= most) ?? 2880;
  const step = step_min * 60e3;
  const found = [];
  for (let at = next(from, step); at <= to; at = next(at + 1, step)) found.push(at);
  return found;
}

/** The first multiple of `step` by London's clocks that is not before `at`. */
function next(at, step) {
  const ahead = offsetOf(at);
  const guess = Math.ceil((at + ahead) / step) * step - ahead;
  // Across a change of the clocks the guess has the other offset.
  const settled = guess + ahead - offsetOf(guess);
  return settled >= at ? settled : guess;
}

function offsetOf(at) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(parts(at).offset);
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60e3;
}
