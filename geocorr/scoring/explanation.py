"""WMP-5.2, 5.4. A score explained by entry, the entries of one event together.

The contributions of the lines add up to the score to the last digit. Entries made of
intelligence are told one by one to those alone who may see them; to others, how many
there are by data set, and what they give together.
"""

from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from geocorr.model import Decision
from geocorr.scoring.bands import Band, band_of
from geocorr.scoring.choices import Scoring
from geocorr.scoring.columns import columns, kind_of
from geocorr.scoring.entry import DataSet, Entry
from geocorr.scoring.grading import graded
from geocorr.scoring.score import Counted, contributions, counts_on
from geocorr.scoring.weights import NO_WEIGHT, POINT, WeightSet
from geocorr.wording import counted

_RULE_OF = {
    DataSet.CRIMES: "WMP-5.4",
    DataSet.IMS: "WMP-5.5",
    DataSet.DIP: "WMP-5.6",
    DataSet.WARRANTS: "WMP-5.7",
    DataSet.ICIS: "WMP-5.8",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: whether of intelligence, and of which force."""

    intelligence: bool = False
    force: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What one entry gives, or (without `entry_id`) those of a data set together.

    Micro-points; `weight` None = the set has none. `left` of `whole` parts were left
    that day. `capped`: its event's cap leaves less than the weight.
    """

    data_set: DataSet
    entries: int
    contribution: int
    text: str
    entry_id: str = ""
    event_id: str = ""
    code: str = ""
    grade: str = ""
    event_on: date | None = None
    weight: int | None = None
    within_caps: int | None = None
    left: int | None = None
    whole: int | None = None

    @property
    def capped(self) -> bool:
        """Whether a cap of the event leaves less than the weight."""
        return self.weight is not None and self.within_caps != self.weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """A nominal's computed score of a day, in micro-points, and what it is made of.

    `lines` stand by event, the largest first. `left_out` says in a sentence each what
    an outcome ended, as far as the reader may see it. `warnings`: what to know of it.
    """

    nominal_id: str
    day: date
    computed: int
    band: Band
    lines: tuple[Line, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    rules: tuple[str, ...]


def explain(
    whose: tuple[str, date],
    entries: Sequence[Entry],
    weights: WeightSet,
    choices: Scoring,
    reader: Reader,
) -> Explanation:
    """WMP-5.2. The score of a nominal on a day, (nominal_id, day), from its entries."""
    nominal_id, day = whose
    found, kept = columns(entries, choices.ending_outcomes)
    told = contributions(found, day, weights, choices)
    rows = _rows(told, kept, weights)
    computed = sum(line.contribution for _, line in rows)
    return Explanation(
        nominal_id,
        day,
        computed,
        band_of(computed, choices),
        tuple(_told(rows, choices, reader)),
        tuple(_ended(kept, day, choices, reader)),
        tuple(_warnings(rows, day, weights)),
        _rules([entry for entry, _ in rows], day, weights),
    )


def decision(told: Explanation, given: int, choices: Scoring) -> Decision[int]:
    """WMP-5.2, WMP-6.4. The score that holds, in micro-points.

    `given` is a person's score where that stands in place of the computed one.
    """
    manual = given != told.computed
    band = band_of(given, choices)
    rules = (*told.rules, "WMP-6.4") if manual else told.rules
    n = sum(line.entries for line in told.lines)
    by = f"by {counted(n, 'entry', 'entries')}"
    if manual:
        by = f"given by a person, in place of {points(told.computed)} {by}"
    word = "in no band" if band is Band.NONE else band.value
    because = (
        f"{told.nominal_id} scores {points(given)} on {spoken(told.day)}, {word}: {by}."
    )
    evidence: Mapping[str, object] = {
        "day": told.day.isoformat(),
        "computed_micropoints": told.computed,
        "band": band.value,
        "lines": [line.text for line in told.lines],
        "left_out": list(told.left_out),
        "warnings": list(told.warnings),
    }
    return Decision(given, rules, evidence, because)


def points(micropoints: int) -> str:
    """Points to two decimals, cut and never rounded up into another band: 999.99."""
    whole, rest = divmod(micropoints, POINT)
    return f"{whole:,}.{rest * 100 // POINT:02}"


def may_see(entry: Entry, choices: Scoring, reader: Reader) -> bool:
    """WMP-5.5. Whether a reader may see this entry on its own.

    Of intelligence, the handling code may keep it within the force it comes from.
    """
    if entry.data_set not in choices.by_data_set_only:
        return True
    grading = graded(entry.grade)
    kept_in = grading is not None and grading.own_force_only
    own = entry.force is not None and entry.force == reader.force
    return reader.intelligence and (own or not kept_in)


def _rows(
    told: Counted, kept: Sequence[Entry], weights: WeightSet
) -> list[tuple[Entry, Line]]:
    """Each entry that counts, with its line, as a reader who may see all has it."""
    which = [kept[i] for i in told.index]
    return [(entry, _line(entry, i, told, weights)) for i, entry in enumerate(which)]


def _line(entry: Entry, i: int, told: Counted, weights: WeightSet) -> Line:
    weight, within = int(told.weight[i]), int(told.within_caps[i])
    left, whole = int(told.left[i]), int(told.whole[i])
    given = int(told.contribution[i])
    known = weight != NO_WEIGHT
    how = f"{_short(within)} x {_share(left, whole)} = {points(given)}"
    if not known:
        how = f"no weight in {weights.name} {weights.version}"
    elif within < weight:
        how += f" (the cap on its event leaves {_short(within)} of {_short(weight)})"
    grading = graded(entry.grade)
    if grading is not None and grading.with_conditions:
        how += f"; handling {grading.handling}: conditions apply to its use"
    return Line(
        entry.data_set,
        1,
        given,
        f"{_name(entry, weights)} on {spoken(entry.event_on)}: {how}",
        entry.entry_id,
        entry.event_id,
        entry.code,
        entry.grade,
        entry.event_on,
        weight if known else None,
        within,
        left,
        whole,
    )


def _name(entry: Entry, weights: WeightSet) -> str:
    """`robbery 34B`: the set's own word, with the code where it is a number."""
    row = weights.find(kind_of(entry))
    if row is None or not row.label:
        return " ".join(filter(None, (entry.data_set, entry.code, entry.grade)))
    code = entry.code if entry.code[:1].isdigit() else ""
    grade = entry.grade if entry.data_set is DataSet.IMS else ""
    return " ".join(filter(None, (row.label, code, grade)))


def _told(
    rows: Sequence[tuple[Entry, Line]], choices: Scoring, reader: Reader
) -> Iterator[Line]:
    """By event, the largest first; then by data set what may not be told singly."""
    events: dict[str, list[Line]] = {}
    closed: dict[DataSet, list[Line]] = {}
    for entry, line in rows:
        if may_see(entry, choices, reader):
            events.setdefault(entry.event_id or f"\0{entry.entry_id}", []).append(line)
        else:
            closed.setdefault(entry.data_set, []).append(line)
    for lines in sorted(events.values(), key=_total, reverse=True):
        yield from lines
    for data_set, lines in sorted(closed.items()):
        n = counted(len(lines), "entry", "entries")
        text = f"{data_set.value.upper()}: {n}, together {points(_total(lines))}"
        yield Line(data_set, len(lines), _total(lines), text)


def _total(lines: Sequence[Line]) -> int:
    return sum(line.contribution for line in lines)


def _ended(
    kept: Sequence[Entry], day: date, choices: Scoring, reader: Reader
) -> Iterator[str]:
    """WMP-5.8. What would count but for its outcome."""
    found, same = columns(kept, ())
    for i in np.flatnonzero(counts_on(found, day, choices)):
        entry, on = same[i], same[i].outcome_on
        if entry.outcome not in choices.ending_outcomes or on is None or on > day:
            continue
        if may_see(entry, choices, reader):
            word = entry.outcome.replace("_", " ")
            name = f"{entry.data_set.value} {entry.code} on {spoken(entry.event_on)}"
            yield f"{name} counts no more: {word} since {spoken(on)}."


def _warnings(
    rows: Sequence[tuple[Entry, Line]], day: date, weights: WeightSet
) -> Iterator[str]:
    if weights.overdue(day):
        yield overdue_words(weights)
    unknown = sum(line.weight is None for _, line in rows)
    if unknown:
        n = counted(unknown, "entry counts", "entries count")
        yield f"{n} nothing: {weights.name} {weights.version} has no weight for it."


def _rules(entries: Sequence[Entry], day: date, weights: WeightSet) -> tuple[str, ...]:
    rules = {"WMP-5.2", "WMP-5.9-DECAY", "WMP-5.9-BANDS"}
    rules |= {_RULE_OF[entry.data_set] for entry in entries}
    if weights.overdue(day):
        rules.add("WMP-5.3")
    return tuple(sorted(rules))


def overdue_words(weights: WeightSet) -> str:
    """WMP-5.3. What every score says that rests on a set overdue for its review."""
    return (
        f"The weights {weights.name} {weights.version} were due for review on "
        f"{spoken(weights.review_due)}: this score rests on an overdue set."
    )


def spoken(day: date) -> str:
    """`3 March 2025`."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def _share(left: int, whole: int) -> str:
    return "1" if left == whole else f"{left / whole:.2f}"


def _short(micropoints: int) -> str:
    """Points without the zeros behind them: 400, 33.333333."""
    return f"{micropoints / POINT:,.6f}".rstrip("0").rstrip(".")
