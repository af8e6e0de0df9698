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
    """Covered stretches; those of a device are [start[device], start[device + 1])."""

    from_us: Ints
    to_us: Ints
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
    """Windows sorted by their beginning, and where each stood before."""

    from_us: Ints
    to_us: Ints
    place: Ints


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
    start = np.searchsorted(found.device, np.arange(n_devices + 1)).astype(np.int64)
    return Lines(found.from_us, found.to_us, start)


def _rows(worn: Population) -> Rows:
    order = np.argsort(worn.person, kind="stable")
    start = np.searchsorted(worn.person[order], np.arange(len(worn.people) + 1))
    w = worn.wearers
    columns = (w.device[order], w.from_us[order], w.to_us[order])
    return Rows(start.astype(np.int64), *columns)


def windows_of(windows: Targets) -> Windows:
    """The windows as they are walked through."""
    order = np.argsort(windows.from_us, kind="stable")
    return Windows(windows.from_us[order], windows.to_us[order], order)


# In one file with the kernel that it calls: numba keeps compiled code by file, and
# would not notice a change in another.
@compiled
def covered_counts(
    of: Covered,
    windows: Windows,
    targets: tuple[Ints, int],
    seen: tuple[Ints, Ints],
    least: float,
) -> tuple[Ints, Bools]:
    """Covered controls [people, targets], and which of the sightings count."""
    people = len(of.of.start) - 1
    n = np.zeros((people, targets[1]), np.int64)
    counts = np.zeros(len(seen[1]), np.bool_)
    for p in range(people):
        share = person_shares(of, p, windows)
        for j in range(len(share)):
            if share[j] >= least:
                n[p, targets[0][j]] += 1
        for s in range(seen[0][p], seen[0][p + 1]):
            counts[s] = share[seen[1][s]] >= least
    return n, counts


@compiled
def person_shares(covered: Covered, person: int, windows: Windows) -> Floats:
    """Walk windows and stretches side by side: both are sorted, so once is enough."""
    lines, of = covered
    begin, end = lines.from_us, lines.to_us
    most = np.zeros(len(windows.place))
    for r in range(of.start[person], of.start[person + 1]):
        order_from, order_to = of.from_us[r], of.to_us[r]
        i, last = lines.start[of.device[r]], lines.start[of.device[r] + 1]
        for j in range(len(most)):
            low, high = windows.from_us[j], windows.to_us[j]
            if low >= order_to or high < order_from:
                continue
            long_us = high - low
            low, high = max(low, order_from), min(high, order_to)
            while i < last and end[i] < low:
                i += 1
            # From here on: the first stretch that does not end before the window.
            under, k = 0, i
            while k < last and begin[k] < high:
                under += min(end[k], high) - max(begin[k], low)
                k += 1
            if long_us > 0:
                share = under / long_us
            else:
                share = 1.0 if i < last and begin[i] <= low else 0.0
            most[windows.place[j]] = max(most[windows.place[j]], share)
    return most
