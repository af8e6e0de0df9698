"""WMP-5.2. Scores in exact integers: every entry's contribution, and their sums.

An entry contributes floor(micro-points x days left / all its days). Where a weight set
caps what one event may give, its entries fill the cap, the freshest first; what fills
it fades by the entry that it came from, and rounding carries over from one entry of the
event to the next. So the sum is as large as any way to fill the cap would make it: one
more entry never lowers a score, and without a new entry it never rises.

Of a ladder by frequency the latest entry is the first: entries leave at the far end as
they grow old, and nobody's rung changes by that.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from geocorr.arrays import Bools, Codes, Ints, compiled
from geocorr.errors import InputError
from geocorr.scoring.choices import Scoring
from geocorr.scoring.columns import EntryColumns, day_number
from geocorr.scoring.decay import Fading, fading
from geocorr.scoring.weights import NO_WEIGHT, WeightSet

# A cap that nothing reaches, and the largest weight whose products stay exact.
_NO_CAP = 2**62
_MOST = 10**11


@dataclass(frozen=True, slots=True)
class Counted:
    """Of each entry of `columns`, which are those that count on a day [entries].

    `index`: where each stands in the columns that were given. `weight` in micro-points
    (NO_WEIGHT: the set has none), `within_caps` what of it the caps leave, `left` /
    `whole` the fraction left that day, `contribution` what it gives.
    """

    columns: EntryColumns
    index: Ints
    weight: Ints
    within_caps: Ints
    left: Ints
    whole: Ints
    contribution: Ints


@dataclass(frozen=True, slots=True)
class Scores:
    """The score of every nominal with an entry that counts, by its number."""

    nominal: Codes
    micropoints: Ints
    without_weight: Codes


def scores(
    columns: EntryColumns, day: date, weights: WeightSet, choices: Scoring
) -> Scores:
    """The scores of a day; `without_weight` counts entries the set does not know."""
    counted = contributions(columns, day, weights, choices)
    nominal = counted.columns.nominal
    first = np.flatnonzero(np.r_[True, nominal[1:] != nominal[:-1]][: len(nominal)])
    if not len(first):
        none = np.zeros(0, np.int32)
        return Scores(none, np.zeros(0, np.int64), none)
    unknown = (counted.weight == NO_WEIGHT).astype(np.int32)
    return Scores(
        nominal[first],
        np.add.reduceat(counted.contribution, first),
        np.add.reduceat(unknown, first),
    )


def contributions(
    columns: EntryColumns, day: date, weights: WeightSet, choices: Scoring
) -> Counted:
    """The entries that count on a day and what each gives.

    InputError for a weight that is too large to be counted exactly.
    """
    fade = fading(day, choices)
    counts = counts_on(columns, day, choices)
    entries, index = columns.take(counts), np.flatnonzero(counts)
    weight = weights.micropoints(entries.kinds, entries.kind, _occurrences(entries))
    if len(weight) and weight.max() > _MOST:
        raise InputError("A weight is over 100,000 points: mend the weight set.")
    age = day_number(day) - entries.event_day
    left, whole = fade.left[age], fade.whole[age]
    known = np.maximum(weight, 0)
    within = _within_caps(entries, known, weights)
    given = within * left // whole
    if (within < known).any():
        given = _carried(entries, within < known, within, given, (age, fade))
    return Counted(entries, index, weight, within, left, whole, given)


def counts_on(columns: EntryColumns, day: date, choices: Scoring) -> Bools:
    """WMP-5.2, WMP-5.8. Which entries count on a day.

    Their event lies on it or before, within the period, and no outcome that ends them
    was known by then.
    """
    number, ages = day_number(day), len(fading(day, choices).left)
    age = number - columns.event_day
    counts: Bools = (age >= 0) & (age < ages) & (columns.ended_day > number)
    return counts


def _occurrences(entries: EntryColumns) -> Ints:
    """How manieth of its kind each is of its nominal, from the latest back."""
    return _how_manieth(entries.nominal, entries.kind)


def _within_caps(entries: EntryColumns, weight: Ints, weights: WeightSet) -> Ints:
    """WMP-5.4. What is left of each weight under the caps of its event."""
    caps = weights.data_set_caps or {}
    sets = sorted({kind.data_set for kind in entries.kinds})
    cap = np.array([caps.get(name, _NO_CAP) for name in sets], np.int64)
    of_kind = np.array([sets.index(k.data_set) for k in entries.kinds], np.int32)
    event_cap = _NO_CAP if weights.event_cap is None else weights.event_cap
    if event_cap == _NO_CAP and (cap == _NO_CAP).all():
        return weight
    of_set = of_kind[entries.kind] if len(of_kind) else entries.kind
    nominal, event = entries.nominal, entries.event
    return _capped((nominal, event, of_set), weight, cap, event_cap)


def _carried(
    entries: EntryColumns,
    capped: Bools,
    within: Ints,
    given: Ints,
    faded: tuple[Codes, Fading],
) -> Ints:
    """Contributions anew where a cap holds, with the rounding carried over."""
    age, fade = faded
    # What is left in parts of `common`, by age: one division an age, not an entry.
    scaled = (fade.left * (fade.common // fade.whole))[age]
    same = (entries.nominal, entries.event)
    return _carry(same, (capped, within, scaled), given, fade.common)


@compiled
def _how_manieth(nominal: Codes, kind: Codes) -> Ints:
    found = np.empty(len(nominal), np.int64)
    first = 0
    for i in range(len(nominal)):
        if nominal[i] != nominal[first]:
            first = i
        n = 1
        for j in range(i - 1, first - 1, -1):
            if kind[j] == kind[i]:
                n = found[j] + 1
                break
        found[i] = n
    return found


@compiled
def _capped(
    same: tuple[Codes, Ints, Codes], weight: Ints, cap: Ints, event_cap: int
) -> Ints:
    """Fill the caps, data set by data set and then the event's, in the rows' order."""
    nominal, event, of_set = same
    within = np.empty(len(weight), np.int64)
    first = 0
    for i in range(len(weight)):
        if nominal[i] != nominal[first]:
            first = i
        in_set, in_event = 0, 0
        for j in range(first, i):
            if event[j] == event[i]:
                in_event += within[j]
                if of_set[j] == of_set[i]:
                    in_set += within[j]
        room = min(cap[of_set[i]] - in_set, event_cap - in_event)
        within[i] = max(0, min(weight[i], room))
    return within


@compiled
def _carry(
    same: tuple[Codes, Ints],
    counted: tuple[Bools, Ints, Ints],
    given: Ints,
    common: int,
) -> Ints:
    """In an event under a cap, hand what rounding leaves to its next entry."""
    nominal, event = same
    capped, within, scaled = counted
    found = given.copy()
    done = np.zeros(len(given), np.bool_)
    for i in range(len(given)):
        if not capped[i] or done[i]:
            continue
        first = i
        while first > 0 and nominal[first - 1] == nominal[i]:
            first -= 1
        j, rest = first, 0
        while j < len(given) and nominal[j] == nominal[i]:
            if event[j] == event[i]:
                product = within[j] * scaled[j]
                points = product // common
                rest += product - points * common
                over = 1 if rest >= common else 0
                found[j] = points + over
                rest -= over * common
                done[j] = True
            j += 1
    return found
