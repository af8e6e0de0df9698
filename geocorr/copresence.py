"""When two tags were near each other: the straight lines of both, at common times.

paired_lines  how far apart the lines of both are, in closed form
one_fix       the probability, by the errors of both
here          stays together, and the sentence

What the lines do not cover is not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geocorr.arrays import (
    US_PER_S,
    Floats,
    Ints,
    Trails,
    Wearers,
    check_lengths,
)
from geocorr.choices import CoPresence
from geocorr.one_fix import probability
from geocorr.paired_lines import (
    Observed,
    Spells,
    covered_s,
    lines_of,
    observed,
    together,
)
from geocorr.policy import Policy

# Said with every answer.
CAVEATS = (
    "Two tags near each other are not two people together: homes in one street, a "
    "hostel, a court or a probation office bring tags near each other every day.",
    "What the lines of both trails do not cover is not told, either way.",
)
MINUTE_S, HOUR_S = 60.0, 3_600.0
NEVER_US = np.int64(-1)


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays together of two people, in time order; one row a stay.

    `together_s` = time within the radius, which a stay may leave for a short while.
    `least_m` on the lines, (x_m, y_m) half way between the two then. `probability` that
    the true positions were within the radius at `observed_us`: the observation (a fix
    of either, against the other's line) of least error; NaN and NEVER_US where a stay
    rests on lines alone.
    """

    from_us: Ints
    to_us: Ints
    together_s: Floats
    least_m: Floats
    x_m: Floats
    y_m: Floats
    probability: Floats
    observed_us: Ints

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.from_us)


@dataclass(frozen=True, slots=True)
class CoPresent:
    """What two trails show of each other in a time; cover in seconds: each, common."""

    stays: Stays
    covered_s: tuple[float, float]
    common_s: float


def co_presence(
    trails: Trails,
    wearers: Wearers,
    pair: tuple[Sequence[int], Sequence[int]],
    window_us: tuple[int, int],
    policy: Policy,
) -> CoPresent:
    """The stays together of two people in a closed time.

    `pair` holds each one's rows of `wearers`: the orders and devices of one person
    follow one another. Only trusted fixes inside an order count. A stay that leaves the
    radius for `co_presence.apart_s` or less goes on.
    """
    choice, long_s = policy.co_presence, (window_us[1] - window_us[0]) / US_PER_S
    one, other = (
        lines_of(trails, wearers, rows, window_us, policy.line.max_gap_s)
        for rows in pair
    )
    common_s, spells = together(one, other, long_s, choice.radius_m)
    both = observed(one, other, long_s), observed(other, one, long_s)
    seen = Observed(*(np.concatenate(columns) for columns in zip(*both, strict=True)))
    stays = _stays(spells, seen, window_us[0], choice)
    covered = covered_s(one, long_s), covered_s(other, long_s)
    return CoPresent(stays, covered, common_s)


def _stays(spells: Spells, seen: Observed, origin_us: int, choice: CoPresence) -> Stays:
    new = np.ones(len(spells.from_s), np.bool_)
    new[1:] = spells.from_s[1:] - spells.to_s[:-1] > choice.apart_s
    first, stay = np.flatnonzero(new), np.cumsum(new) - 1
    last = np.append(first[1:], len(new))[: len(first)] - 1
    nearest = _first_of_each(stay, spells.least_m)
    p, observed_us = _observation(spells, stay, seen, choice.radius_m)
    observed_us[~np.isnan(p)] += origin_us
    return Stays(
        origin_us + _microseconds(spells.from_s[first]),
        origin_us + _microseconds(spells.to_s[last]),
        _sums(stay, spells.to_s - spells.from_s, len(first)),
        spells.least_m[nearest],
        spells.x_m[nearest],
        spells.y_m[nearest],
        p,
        observed_us,
    )


def _sums(stay: Ints, seconds: Floats, count: int) -> Floats:
    summed: Floats = np.bincount(stay, seconds, count).astype(np.float64)
    return summed


def _first_of_each(stay: Ints, by: Floats) -> Ints:
    """Position of the smallest value of each stay, the first of equals."""
    order = np.lexsort((np.arange(len(stay)), by, stay))
    return order[np.unique(stay[order], return_index=True)[1]].astype(np.int64)


def _observation(
    spells: Spells, stay: Ints, seen: Observed, radius_m: float
) -> tuple[Floats, Ints]:
    """Probability and time (since the window begins) of each stay's best observation.

    The one of least error, the earliest of equals, not the luckiest.
    """
    count = int(stay.max(initial=-1)) + 1
    p, at_us = np.full(count, np.nan), np.full(count, NEVER_US)
    spell = np.searchsorted(spells.from_s, seen.at_s, side="right") - 1
    inside = np.flatnonzero(spell >= 0)
    inside = inside[seen.at_s[inside] <= spells.to_s[spell[inside]]]
    inside = inside[np.argsort(seen.at_s[inside], kind="stable")]
    of_stay = stay[spell[inside]]
    error = seen.r95_m[inside] ** 2 + seen.other_r95_m[inside] ** 2
    best = inside[_first_of_each(of_stay, error)]
    has = np.unique(of_stay)
    radius = np.full(len(best), radius_m)
    p[has] = probability(
        seen.apart_m[best], seen.r95_m[best], radius, seen.other_r95_m[best]
    )
    at_us[has] = _microseconds(seen.at_s[best])
    return p, at_us


def _microseconds(seconds: Floats) -> Ints:
    whole: Ints = np.round(seconds * US_PER_S).astype(np.int64)
    return whole


def explain(found: CoPresent, asked_s: float, policy: Policy) -> str:
    """What both trails show of each other in `asked_s` seconds, of the tags alone."""
    radius_m = policy.co_presence.radius_m
    if not found.common_s:
        return (
            "Nothing can be said of the two tags: the lines of their trails have no "
            "time in common here."
        )
    covered = (
        f"{_long(found.common_s)} that the lines of both trails cover "
        f"({100 * found.common_s / asked_s:.0f} % of the time asked)"
    )
    if not len(found.stays):
        return (
            f"By straight lines between their fixes the two tags were not within "
            f"{radius_m:g} m of each other at any time of the {covered}."
        )
    n, long_s = len(found.stays), found.stays.together_s
    longest = "" if n == 1 else f" (the longest {_long(float(long_s.max()))})"
    return (
        f"By straight lines between their fixes the two tags were within {radius_m:g} "
        f"m of each other for {_long(float(long_s.sum()))}, in {n:,} "
        f"stay{'' if n == 1 else 's'}{longest}, of the {covered}."
    )


def _long(seconds: float) -> str:
    """Seconds, minutes or hours, as people say them."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 3 * HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds / HOUR_S:.1f} h"
