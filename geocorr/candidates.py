"""Which trails can concern which targets; too many may be offered, never too few.

In memory every fix, line and stop is streamed past the targets. In PostGIS the trails
lie in chunks: a chunk is a run of one device's fixes within one UTC hour and without a
gap, and its box in (x, y, t) holds everything a fix of it can put into a vicinity: the
fixes, the segment that leads to them from the chunk before, their stops' mean places.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from geocorr import stream
from geocorr.arrays import (
    END_US,
    HOUR_US,
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
from geocorr.lines import Track, Windows
from geocorr.policy import Policy

Places = tuple[Floats, Floats]

# Boxes are made larger by this, so that no rounding of ours loses a pair.
_SLACK_M, _SLACK_US = 0.01, 1_000


@dataclass(frozen=True, slots=True)
class Chunks:
    """Runs of fixes as positions [first, last), sorted as the fixes are.

    `borrowed` = how many fixes before `first` belong to a line that leads into it.
    """

    first: Ints
    last: Ints
    borrowed: Ints

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Boxes:
    """Bounds [n, 3] of x_m, y_m and t_us (as float64, exact below 2**53)."""

    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        check_lengths(self)


class Pairs(NamedTuple):
    """Target and wearer positions, equal length, sorted, each pair once."""

    target: Ints
    wearer: Ints


def cut(trails: Trails, max_gap_s: float) -> Chunks:
    """Cut trails at device, UTC hour and gap; every fix is in exactly one chunk."""
    fixes, gap_us = trails.fixes, round(max_gap_s * US_PER_S)
    new = np.ones(len(fixes), dtype=np.bool_)
    new[1:] = (
        (np.diff(fixes.device) != 0)
        | (np.diff(fixes.t_us // HOUR_US) != 0)
        | (np.diff(fixes.t_us) > gap_us)
    )
    first = np.flatnonzero(new).astype(np.int64)
    last = np.append(first[1:], len(fixes))[: len(first)]
    borrowed = _borrowed(first, fixes.device, fixes.t_us, trails.trusted, gap_us)
    return Chunks(first, last, borrowed)


@compiled
def _borrowed(
    first: Ints, device: Codes, t_us: Ints, trusted: Bools, gap_us: int
) -> Ints:
    """Fixes back to the last trusted one within one gap, 0 where there is none."""
    borrowed = np.zeros(len(first), np.int64)
    for k in range(len(first)):
        i = first[k]
        j = i - 1
        while j >= 0 and device[j] == device[i] and t_us[i] - t_us[j] <= gap_us:
            if trusted[j]:
                borrowed[k] = i - j
                break
            j -= 1
    return borrowed


def boxes(trails: Trails, chunks: Chunks) -> Boxes:
    """The box of each chunk: own and borrowed fixes, and its stops' mean places."""
    stops, fixes = trails.stops, trails.fixes
    low, high = _bounds(
        chunks.first - chunks.borrowed,
        chunks.last,
        (fixes.x_m, fixes.y_m),
        fixes.t_us,
        trails.stop,
        (stops.x_m, stops.y_m),
    )
    return Boxes(low, high)


@compiled
def _bounds(
    first: Ints, last: Ints, xy: Places, t_us: Ints, stop: Codes, stop_xy: Places
) -> tuple[Floats, Floats]:
    low, high = np.empty((len(first), 3)), np.empty((len(first), 3))
    for k in range(len(first)):
        a, b = first[k], last[k]
        low[k, 2], high[k, 2] = t_us[a], t_us[b - 1]
        for axis in range(2):
            least = most = xy[axis][a]
            for i in range(a, b):
                least, most = min(least, xy[axis][i]), max(most, xy[axis][i])
                if stop[i] >= 0:
                    mean = stop_xy[axis][stop[i]]
                    least, most = min(least, mean), max(most, mean)
            low[k, axis], high[k, axis] = least, most
    return low, high


def reach_m(targets: Targets, policy: Policy) -> Floats:
    """How far from each target an observation can lie and still count.

    The radius; more only if P below one half is asked for. The vicinity lies in a
    half-plane whose edge it touches, so P <= Phi((R - d) / s); and an observation too
    coarse to reach p on the spot, 1 - exp(-R^2 / 2 s^2) < p, cannot do so anywhere.
    """
    p = policy.match.min_probability
    if policy.match.rule != "probability" or p >= 0.5:
        return targets.radius_m
    coarsest_s = targets.radius_m / np.sqrt(-2 * np.log1p(-p))
    reach: Floats = targets.radius_m - coarsest_s * ndtri(p)
    return reach


def target_boxes(targets: Targets, reach: Floats) -> Boxes:
    """The box of each target's vicinity and window."""
    low = np.stack(
        [targets.x_m - reach, targets.y_m - reach, targets.from_us.astype(float)],
        axis=1,
    )
    high = np.stack(
        [targets.x_m + reach, targets.y_m + reach, targets.to_us.astype(float)],
        axis=1,
    )
    slack = np.array([_SLACK_M, _SLACK_M, _SLACK_US])
    return Boxes(low - slack, high + slack)


def pairs(trails: Trails, wearers: Wearers, targets: Targets, policy: Policy) -> Pairs:
    """Every (target, wearer) that could be a hit or a passing, and some more."""
    reach = np.maximum(reach_m(targets, policy), targets.radius_m) + _SLACK_M
    windows = (targets.x_m, targets.y_m, reach, targets.from_us, targets.to_us)
    fixes, gap_us = trails.fixes, round(policy.line.max_gap_s * US_PER_S)
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, trails.trusted)
    near = stream.near(track, fixes.device_starts(), windows, gap_us)
    stayed = _stops_near(trails, windows)
    target, device = (np.concatenate(both) for both in zip(near, stayed, strict=True))
    return of_devices(target, device, wearers, targets)


def _stops_near(trails: Trails, windows: Windows) -> tuple[Ints, Ints]:
    """Positions (target, device) of stops whose mean place is near in the window.

    To the stream a stop is a device of its own that stands still from first to last.
    """
    stops, fixes = trails.stops, trails.fixes
    there = (np.repeat(stops.x_m, 2), np.repeat(stops.y_m, 2))
    t_us = np.stack([stops.from_us, stops.to_us], axis=1).ravel()
    track = Track(t_us, *there, np.ones(2 * len(stops), np.bool_))
    starts = 2 * np.arange(len(stops) + 1)
    target, stop = stream.near(track, starts, windows, END_US)
    device = _devices_of(trails.stop, fixes.device, len(stops))[stop]
    return target[device >= 0], device[device >= 0].astype(np.int64)


@compiled
def _devices_of(stop: Codes, device: Codes, stops: int) -> Codes:
    """The device of each stop; -1 where no fix belongs to it."""
    devices = np.full(stops, -1, np.int32)
    for i in range(len(stop)):
        if stop[i] >= 0:
            devices[stop[i]] = device[i]
    return devices


def of_devices(target: Ints, device: Ints, wearers: Wearers, targets: Targets) -> Pairs:
    """From (target, device), repeats allowed, to (target, wearer) in force then."""
    both = np.unique(np.stack([target, device], axis=1), axis=0)
    order = np.argsort(wearers.device, kind="stable")
    sorted_device = wearers.device[order]
    lo = np.searchsorted(sorted_device, both[:, 1], "left")
    counts = np.searchsorted(sorted_device, both[:, 1], "right") - lo
    target = np.repeat(both[:, 0], counts)
    within = np.arange(len(target)) - np.repeat(np.cumsum(counts) - counts, counts)
    wearer = order[np.repeat(lo, counts) + within].astype(np.int64)
    in_force = (wearers.from_us[wearer] <= targets.to_us[target]) & (
        wearers.to_us[wearer] > targets.from_us[target]
    )
    keep = np.lexsort((wearer, target))
    keep = keep[in_force[keep]]
    return Pairs(target[keep], wearer[keep])
