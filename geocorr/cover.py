"""Who was covered when: many persons and many windows, from stretches under lines.

`coverage` tells one wearer's holes and why; here is only the share, for everyone at
once, and without a single fix where the stretches are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
    compiled,
)


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


def cover(trails: Trails, max_gap_s: float) -> Cover:
    """What the lines of these trails cover."""
    good = trails.trusted
    device, t_us = trails.fixes.device[good], trails.fixes.t_us[good]
    new = np.ones(len(t_us), np.bool_)
    new[1:] = (np.diff(device) != 0) | (np.diff(t_us) > round(max_gap_s * US_PER_S))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(t_us))[: len(first)] - 1
    return Cover(device[first], t_us[first], t_us[last])


def population(
    wearers: Wearers, devices: Sequence[str], people: Sequence[str] | None = None
) -> Population:
    """Whose each wearer row is: its nominal's, without orders its device's.

    `people` (sorted) where they are known already and may be more.
    """
    named = zip(wearers.nominal_id, wearers.device.tolist(), strict=True)
    keys = [nominal or devices[device] for nominal, device in named]
    names = sorted(set(keys)) if people is None else people
    place = {name: i for i, name in enumerate(names)}
    person = np.array([place[key] for key in keys], np.int64)
    return Population(wearers, tuple(names), person)


class Lines(NamedTuple):
    """Covered stretches; `before` = covered time of the device up to each. `start` by
    device."""

    from_us: Ints
    to_us: Ints
    before: Ints
    start: Ints


class Rows(NamedTuple):
    """Wearer rows by person: `start` [people + 1], then each row's device and order."""

    start: Ints
    device: Codes
    from_us: Ints
    to_us: Ints


class Covered(NamedTuple):
    """What lines cover of each person, made ready once to be asked often."""

    lines: Lines
    of: Rows


class Windows(NamedTuple):
    """Windows, and their order by beginning and by end."""

    from_us: Ints
    to_us: Ints
    by_from: Ints
    by_to: Ints


def covered(found: Cover, worn: Population) -> Covered:
    """The stretches of the devices of each wearer row, under lines and in order."""
    return Covered(_lines(found, worn), _rows(worn))


def shares(of: Covered, person: int, windows: Targets) -> Floats:
    """The covered share of each window for one person, by the order that covers most.

    An instant is covered (1) or not (0), as with `coverage`.
    """
    found: Floats = person_shares(of, person, windows_of(windows))
    return found


def _lines(found: Cover, worn: Population) -> Lines:
    n_devices = int(worn.wearers.device.max(initial=-1)) + 1
    long_us = np.concatenate([[0], np.cumsum(found.to_us - found.from_us)])
    start = np.searchsorted(found.device, np.arange(n_devices + 1)).astype(np.int64)
    return Lines(found.from_us, found.to_us, long_us.astype(np.int64), start)


def _rows(worn: Population) -> Rows:
    order = np.argsort(worn.person, kind="stable")
    start = np.searchsorted(worn.person[order], np.arange(len(worn.people) + 1))
    w = worn.wearers
    columns = (w.device[order], w.from_us[order], w.to_us[order])
    return Rows(start.astype(np.int64), *columns)


def windows_of(windows: Targets) -> Windows:
    edges = (windows.from_us, windows.to_us)
    return Windows(*edges, *(np.argsort(e, kind="stable") for e in edges))


@compiled
def person_shares(covered: Covered, person: int, windows: Windows) -> Floats:
    """Walk windows and stretches side by side: both are sorted, so once is enough."""
    lines, of = covered
    most = np.zeros(len(windows.from_us))
    for r in range(of.start[person], of.start[person + 1]):
        span = (lines.start[of.device[r]], lines.start[of.device[r] + 1])
        order = (of.from_us[r], of.to_us[r])
        begun, inside = _until(lines, span, order, windows.from_us, windows.by_from)
        ended, _ = _until(lines, span, order, windows.to_us, windows.by_to)
        for j in range(len(most)):
            long_us = windows.to_us[j] - windows.from_us[j]
            if long_us > 0:
                most[j] = max(most[j], (ended[j] - begun[j]) / long_us)
            elif inside[j] and order[0] <= windows.from_us[j] < order[1]:
                most[j] = 1.0
    return most


@compiled
def _until(
    lines: Lines,
    span: tuple[int, int],
    order: tuple[int, int],
    t_us: Ints,
    sorted_by: Ints,
) -> tuple[Ints, Bools]:
    """Covered time of a device before each instant, cut to the order; whether it is."""
    gone, inside = np.zeros(len(t_us), np.int64), np.zeros(len(t_us), np.bool_)
    i = span[0] - 1
    for j in sorted_by:
        t = min(max(t_us[j], order[0]), order[1])
        while i + 1 < span[1] and lines.from_us[i + 1] <= t:
            i += 1
        if i >= span[0]:
            inside[j] = t <= lines.to_us[i]
            so_far = lines.before[i] - lines.before[span[0]]
            gone[j] = so_far + min(t, lines.to_us[i]) - lines.from_us[i]
    return gone, inside
