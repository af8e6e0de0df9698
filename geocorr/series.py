"""Crimes that detectives believe to be one series: who was near more than chance allows
(`matching.md`, Series).

groups    crimes that depend on each other, which count once
weigh     each wearer's groups with a hit against his own base rates, adjusted for many
explain   the finding in one sentence, of the tag and never of the person
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geocorr.arrays import (
    HOUR_US,
    Bools,
    Floats,
    Ints,
    Targets,
    check_lengths,
)
from geocorr.choices import Series
from geocorr.errors import InputError
from geocorr.policy import Policy

# Said with every answer, because nobody can see it in the figures.
CAVEATS = (
    "This means something only if the crimes were put together for reasons other than "
    "who was near them: of crimes chosen because of their hits it means nothing.",
    "Near is not guilty: a culprit and a tag that shares the culprit's habits, home or "
    "company come out alike, and a wearer who is not in this list is not excluded.",
    "Excluded from the series holds only if one person did all of it.",
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a series says of each wearer; one row a wearer.

    `counted` = groups that count as hit; `expected` = how many chance gives at most;
    `p` = P(K >= counted) by chance alone; `p_among_hit` adjusted over the wearers with
    a group that counts, `p_among_all` over all monitored; `unassessable` = crimes whose
    base rate is not known, which therefore add nothing; `excluded` = from any crime.
    """

    counted: Ints
    expected: Floats
    p: Floats
    p_among_hit: Floats
    p_among_all: Floats
    unassessable: Ints
    excluded: Bools

    def __post_init__(self) -> None:
        check_lengths(self)

    def ranked(self) -> Ints:
        """Wearers from the strongest on; those excluded after those who are not."""
        return np.lexsort((-self.counted, self.p, self.excluded)).astype(np.int64)


def groups(targets: Targets, policy: Policy) -> Ints:
    """The group of each crime [m], numbered from 0 in order of first appearance.

    Two crimes depend on each other if their vicinities meet, or if not more than
    `series.dependent_h` lies between their windows; whatever hangs together through
    others is one group (single linkage), because a chain of nights is one habit.
    """
    tied = _near_in_place(targets) | _near_in_time(targets, policy.series)
    group = np.arange(len(targets))
    for i in range(len(targets)):
        for j in np.flatnonzero(tied[i, :i]).tolist():
            group[group == max(group[i], group[j])] = min(group[i], group[j])
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _near_in_place(targets: Targets) -> Bools:
    x, y = targets.x_m, targets.y_m
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    near: Bools = apart <= targets.radius_m[:, None] + targets.radius_m
    return near


def _near_in_time(targets: Targets, choice: Series) -> Bools:
    # Negative where the windows overlap.
    between_us = np.maximum(
        targets.from_us[:, None] - targets.to_us,
        targets.from_us - targets.to_us[:, None],
    )
    near: Bools = between_us <= round(choice.dependent_h * HOUR_US)
    return near


def weigh(
    hit: Bools,
    ruled_out: Bools,
    rates: tuple[Floats, Ints],
    group: Ints,
    policy: Policy,
) -> Weights:
    """Weigh every wearer monitored: matrices [wearers, crimes], groups [crimes].

    `rates` = b of each wearer at each crime (NaN = not assessable) and the comparable
    hours that it rests on. Not assessable counts as 1, so that the crime adds no
    evidence. A group counts as hit if the wearer hit one of its crimes and is ruled out
    of none (an exclusion counts against); by chance it does so with at most the sum of
    its b, whatever the dependence (Boole).
    """
    if hit.shape[1] < 2:
        raise InputError(
            "A series needs two crimes or more: of one crime ask for the verdict."
        )
    chance = _allowed(*rates, group, policy)
    chances = np.minimum(_by_group(chance, group), 1.0)
    counts = (_by_group(hit, group) > 0) & (_by_group(ruled_out, group) == 0)
    counted = counts.sum(axis=1).astype(np.int64)
    some = counted > 0
    p, given_one = np.ones(len(hit)), np.ones(len(hit))
    p[some] = tail(chances[some], counted[some])
    given_one[some] = p[some] / tail(chances[some], np.ones(some.sum(), np.int64))
    return Weights(
        counted,
        chances.sum(axis=1),
        p,
        _adjusted(given_one, some, int(some.sum())),
        _adjusted(p, some, len(hit)),
        np.isnan(rates[0]).sum(axis=1).astype(np.int64),
        np.asarray(ruled_out.any(axis=1)),
    )


def _allowed(base_rate: Floats, hours: Ints, group: Ints, policy: Policy) -> Floats:
    """The chances that the test holds possible: b, and what few hours may have missed.

    A habit can hide from a handful of comparable hours, at all the places at once. So
    `series.unseen_hits` is spread over all of a wearer's hours (those of one group
    once): without it innocent wearers would stand out oftener than the level says.
    """
    every = range(int(group.max()) + 1)
    apart = np.stack([hours[:, group == g].max(axis=1) for g in every])
    known = apart.sum(axis=0) + policy.surprise.shrink_m
    held = base_rate + (policy.series.unseen_hits / known)[:, None]
    return np.where(np.isnan(base_rate), 1.0, np.minimum(held, 1.0))


def _by_group(matrix: Bools | Floats, group: Ints) -> Floats:
    """Sums over the crimes of each group: [wearers, crimes] to [wearers, groups]."""
    member = np.equal.outer(group, np.arange(group.max() + 1)).astype(np.float64)
    summed: Floats = matrix.astype(np.float64) @ member
    return summed


def tail(chances: Floats, at_least: Ints) -> Floats:
    """P(K >= at_least) of each row, K the Poisson-binomial of the row's chances.

    Exact by convolution (Hong 2013 names the other ways); all terms are positive, so
    that the smallest tails are as exact as the greatest. Shapes [n, groups], [n].
    """
    n, m = chances.shape
    mass = np.zeros((n, m + 1))
    mass[:, 0] = 1.0
    for g in range(m):
        b = chances[:, g : g + 1]
        mass[:, 1:] = mass[:, 1:] * (1.0 - b) + mass[:, :-1] * b
        mass[:, :1] *= 1.0 - b
    above = np.where(np.arange(m + 1) >= at_least[:, None], mass, 0.0)
    least: Floats = np.minimum(above.sum(axis=1), 1.0)
    return least


def holm(p: Floats, family: int) -> Floats:
    """Holm's (1979) adjustment over a family in which all not given have p = 1."""
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(p[order] * (family - np.arange(len(p))), 1.0)
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(stepped)
    return adjusted


def _adjusted(p: Floats, some: Bools, family: int) -> Floats:
    """Adjusted over the family; 1 for those in whom nothing was found.

    Over the wearers with a hit, `p` must be given that they have one: picking them by
    their hits and then counting those as chance would err too often.
    """
    adjusted = np.ones(len(p))
    adjusted[some] = holm(p[some], family)
    return adjusted


def explain(
    weights: Weights, i: int, crimes: int, ruled_out_of: Sequence[str], policy: Policy
) -> str:
    """What wearer i's figures say, in plain words, of the tag and never of the person.

    `crimes` = groups that count; `ruled_out_of` names the crimes that exclude the tag.
    """
    told = [_figures(weights, i, crimes, policy.series)]
    if missing := int(weights.unassessable[i]):
        told.append(
            f"At {_many(missing, 'crime')} too few comparable hours are known: "
            "nothing is added there."
        )
    if ruled_out_of:
        told.append(
            f"The tag is ruled out of {', '.join(ruled_out_of)}: if one person did all "
            "of it, that person did not wear this tag."
        )
    return " ".join(told)


def _figures(weights: Weights, i: int, crimes: int, choice: Series) -> str:
    counted, among = int(weights.counted[i]), float(weights.p_among_all[i])
    if not counted:
        return (
            "Nothing counts for this tag: beside each hit it is ruled out of a crime "
            "that hangs together with it."
        )
    weak = "" if among <= choice.level_probability else " So it does not stand out."
    return (
        f"The tag counts as near {counted} of the {_many(crimes, 'separate crime')}; "
        f"chance alone would put it near {weights.expected[i]:.2g} at most. For some "
        f"tag of the {_many(len(weights.p), 'wearer')} monitored to look like this by "
        f"chance: {_odds(among, choice)}.{weak}"
    )


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _odds(p: float, choice: Series) -> str:
    if p < choice.least_probability:
        return f"less than 1 in {1 / choice.least_probability:,.0f}"
    if p >= choice.level_probability:
        return f"{p:.2f}"
    return f"1 in {float(f'{1 / p:.2g}'):,.0f}"
