"""Comparable hours: where a tag was in other weeks, at the crime's weekday and hour.

A control is the window of a target moved by whole weeks of London's clock, so that the
hour of a habit stays the hour through a change of the clock. It counts for a wearer
whose order and trail cover it, whatever the trail then shows.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from geocorr import matcher, verdict
from geocorr.arrays import Bools, Ints, Targets, Trails, check_lengths, rows
from geocorr.candidates import Pairs
from geocorr.choices import Surprise
from geocorr.cover import Covered, Population, covered_counts, windows_of
from geocorr.dates import LONDON
from geocorr.model import Verdict, from_us, to_us
from geocorr.policy import Policy


@dataclass(frozen=True, slots=True)
class Controls:
    """The comparable windows of some targets, by target, then week.

    `target` is the position of the target that a control belongs to, `week` how many
    weeks after it the control lies (before: negative), `windows` the moved targets.
    """

    target: Ints
    week: Ints
    windows: Targets

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.week)

    def of(self, targets: slice) -> "Controls":
        """The controls of these targets (without a step), which count from 0 then."""
        first, last = np.searchsorted(self.target, [targets.start, targets.stop])
        own = slice(int(first), int(last))
        target, windows = self.target[own] - targets.start, self.windows.take(own)
        return Controls(target, self.week[own], windows)


@dataclass(frozen=True, slots=True)
class Sightings:
    """Persons whose trail shows them at a control's place, by a hit or a passing."""

    person: Ints
    control: Ints
    hit: Bools

    def __post_init__(self) -> None:
        check_lengths(self)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of each person and target [people, targets]: controls, and those at the place.

    `n` covered controls, `k` of them a hit by the policy's rule, `k_listed` of them a
    hit or a passing.
    """

    n: Ints
    k: Ints
    k_listed: Ints


def controls(targets: Targets, as_at_us: int, choice: Surprise) -> Controls:
    """The weeks before each target and, of those after it, the ones that have come."""
    before = range(-choice.weeks_before, 0)
    weeks = np.array([*before, *range(1, choice.weeks_after + 1)], np.int64)
    target = np.repeat(np.arange(len(targets)), len(weeks))
    week = np.tile(weeks, len(targets))
    moves = zip(targets.from_us[target].tolist(), week.tolist(), strict=True)
    by_us = np.array([_weeks_us(t_us, w) for t_us, w in moves], np.int64)
    moved = targets.take(target)
    windows = replace(moved, from_us=moved.from_us + by_us, to_us=moved.to_us + by_us)
    come = windows.to_us <= as_at_us
    return Controls(target[come], week[come], windows.take(come))


def _weeks_us(t_us: int, weeks: int) -> int:
    """How far off the same weekday and hour of London is, so many weeks on."""
    local = from_us(t_us).astimezone(LONDON)
    return to_us(local + timedelta(weeks=weeks)) - t_us


def sighted(
    trails: Trails, worn: Population, windows: Targets, pairs: Pairs, policy: Policy
) -> Sightings:
    """Which of these pairs of wearer row and control are a hit or a passing.

    By the rule of any hit (`policy.match`); the trails must hold the windows and a gap
    either side.
    """
    near = matcher.screen(trails, worn.wearers, windows, pairs, policy)
    pairs = Pairs(pairs.target[near], pairs.wearer[near])
    signs = matcher.signs(trails, worn.wearers, windows, pairs, policy)
    words = verdict.listed(signs, policy)
    listed = words != ""
    hit = (words[listed] == Verdict.HIT).astype(np.bool_)
    return Sightings(worn.person[pairs.wearer[listed]], pairs.target[listed], hit)


def count(
    of: Covered,
    people: int,
    asked: Controls,
    seen: Sightings,
    n_targets: int,
    choice: Surprise,
) -> Counts:
    """n and k of every person and target; a control without cover counts for neither.

    A window is covered if lines of one order cover `min_covered_share` of it.
    """
    seen = rows(seen, np.argsort(seen.person, kind="stable"))
    ends = np.searchsorted(seen.person, np.arange(people + 1))
    n, counts = covered_counts(
        of,
        windows_of(asked.windows),
        (asked.target, n_targets),
        (ends.astype(np.int64), seen.control),
        choice.min_covered_share,
    )
    at_place = rows(seen, counts)
    k_listed = _distinct(at_place, asked, n.shape)
    k = _distinct(rows(at_place, at_place.hit), asked, n.shape)
    return Counts(n, k, k_listed)


def _distinct(seen: Sightings, asked: Controls, shape: tuple[int, int]) -> Ints:
    """How many controls of each person and target; two orders of one count once."""
    k = np.zeros(shape, np.int64)
    both = np.unique(np.stack([seen.person, seen.control], axis=1), axis=0)
    np.add.at(k, (both[:, 0], asked.target[both[:, 1]]), 1)
    return k
