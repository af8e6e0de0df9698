"""Comparable hours: where a tag was in other weeks, at the crime's weekday and hour.

A control is the window of a target moved by whole weeks of London's clock, so that the
hour of a habit stays the hour through a change of the clock. It counts for a wearer
whose order and trail cover it, whatever the trail then shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from geocorr import candidates, matcher, verdict
from geocorr.arrays import (
    US_PER_S,
    Bools,
    Codes,
    Floats,
    Ints,
    Targets,
    Trails,
    Wearers,
    check_lengths,
)
from geocorr.candidates import Pairs
from geocorr.model import Verdict, from_us, to_us
from geocorr.orders import LONDON
from geocorr.policy import Policy, Surprise


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

    def of(self, target: int) -> Ints:
        """The positions of one target's controls."""
        first, last = np.searchsorted(self.target, [target, target + 1])
        return np.arange(first, last)


@dataclass(frozen=True, slots=True)
class Cover:
    """Stretches [from_us, to_us] under lines, by device (a position), apart, sorted.

    A trusted fix that stands alone covers its own instant.
    """

    device: Codes
    from_us: Ints
    to_us: Ints

    def __post_init__(self) -> None:
        check_lengths(self)


@dataclass(frozen=True, slots=True)
class Population:
    """Wearers and the person that each row is: a position in `people`.

    A person's orders and devices follow one another; the habit is the person's.
    """

    wearers: Wearers
    people: tuple[str, ...]
    person: Ints


@dataclass(frozen=True, slots=True)
class Sightings:
    """Wearer rows whose trail shows them at a control's place, by hit or passing."""

    wearer: Ints
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


def cover(trails: Trails, max_gap_s: float) -> Cover:
    """What the lines of these trails cover."""
    good = trails.trusted
    device, t_us = trails.fixes.device[good], trails.fixes.t_us[good]
    new = np.ones(len(t_us), np.bool_)
    new[1:] = (np.diff(device) != 0) | (np.diff(t_us) > round(max_gap_s * US_PER_S))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(t_us))[: len(first)] - 1
    return Cover(device[first], t_us[first], t_us[last])


def sighted(
    trails: Trails, wearers: Wearers, windows: Targets, pairs: Pairs, policy: Policy
) -> Sightings:
    """Which of these pairs of wearer and control are a hit or a passing.

    The same rule as a hit's (`policy.match`); the trails must hold the windows and a
    gap either side.
    """
    near = matcher.screen(trails, wearers, windows, pairs, policy)
    pairs = Pairs(pairs.target[near], pairs.wearer[near])
    words = verdict.listed(
        matcher.signs(trails, wearers, windows, pairs, policy), policy
    )
    listed = words != ""
    hit = words[listed] == Verdict.HIT
    return Sightings(pairs.wearer[listed], pairs.target[listed], hit.astype(np.bool_))


def all_sighted(
    trails: Trails, wearers: Wearers, windows: Targets, policy: Policy
) -> Sightings:
    """The sightings of all these wearers, found through the boxes of their trails."""
    pairs = candidates.pairs(trails, wearers, windows, policy)
    return sighted(trails, wearers, windows, pairs, policy)


def population(wearers: Wearers, devices: Sequence[str]) -> Population:
    """Whose each wearer row is: its nominal's, without orders its device's."""
    named = zip(wearers.nominal_id, wearers.device.tolist(), strict=True)
    keys = [nominal or devices[device] for nominal, device in named]
    names = sorted(set(keys))
    place = {name: i for i, name in enumerate(names)}
    person = np.array([place[key] for key in keys], np.int64)
    return Population(wearers, tuple(names), person)


def shares(covered: Cover, worn: Population, person: int, windows: Targets) -> Floats:
    """Covered share of each window for one person, by the order that covers most."""
    raise NotImplementedError


def count(
    covered: Cover,
    worn: Population,
    asked: Controls,
    seen: Sightings,
    n_targets: int,
    choice: Surprise,
) -> Counts:
    """n and k of every person and target. A control without cover counts as none."""
    raise NotImplementedError
