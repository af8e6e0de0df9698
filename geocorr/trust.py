"""Which fixes may join a line, and which belong to one stop (`matching.md`, Words).

Everything here is local: the marks and the stop of a fix depend on fixes at most
`context_s` away, so that a late file touches no more than the hours around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geocorr import stops
from geocorr.arrays import (
    ASSUMED,
    COARSE,
    DEVICE,
    END_US,
    FUTURE,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
    Bools,
    Bytes,
    Fixes,
    Floats32,
    Ints,
    Trails,
    compiled,
)
from geocorr.model import DeviceEvent, EventKind, Mechanism, to_us
from geocorr.policy import Policy
from geocorr.stops import Track, distance_m, gap_us, trusted_of

# Each state of a device: the reports that begin it and those that end it.
_STATES: tuple[tuple[frozenset[EventKind], frozenset[EventKind]], ...] = (
    (
        frozenset({EventKind.BATTERY_FLAT, EventKind.POWER_OFF}),
        frozenset({EventKind.POWER_ON}),
    ),
    (
        frozenset({EventKind.STRAP_OPEN}),
        frozenset({EventKind.STRAP_CLOSED, EventKind.FITTED}),
    ),
    (frozenset({EventKind.REMOVED}), frozenset({EventKind.FITTED})),
)


@dataclass(frozen=True, slots=True)
class OffSpell:
    """A device reported flat, off, strap open or removed: [from_us, to_us)."""

    device_id: str
    from_us: int
    to_us: int


def context_s(policy: Policy) -> float:
    """How far, in seconds, a fix's marks and stop can depend on other fixes.

    A stop looks one gap beyond its hour; a fix there is judged by its neighbour, and
    whether that neighbour stands is judged by the next: three gaps.
    """
    return 3 * policy.line.max_gap_s


def off_spells(events: Iterable[DeviceEvent]) -> tuple[OffSpell, ...]:
    """The spells in which a device's own reports make its fixes untrustworthy."""
    ordered = sorted(events, key=lambda e: (e.device_id, e.at))
    spells = []
    for begins, ends in _STATES:
        since: dict[str, int] = {}
        for event in ordered:
            at = to_us(event.at)
            if event.kind in begins:
                since.setdefault(event.device_id, at)
            elif event.kind in ends and event.device_id in since:
                spells.append(OffSpell(event.device_id, since.pop(event.device_id), at))
        spells += [OffSpell(device, at, END_US) for device, at in since.items()]
    return tuple(sorted(spells, key=lambda s: (s.device_id, s.from_us, s.to_us)))


def trust(
    fixes: Fixes,
    policy: Policy,
    off: Iterable[OffSpell] | None = None,
    now_us: int | None = None,
) -> Trails:
    """Fill in R95, mark what may not be trusted and why, and find stops.

    Without `off` every later exclusion says "tamper state not known". Without
    `now_us` no fix is held to lie in the future.
    """
    r95_m, assumed = stated_or_assumed(fixes, policy)
    marks = _cheap_marks(fixes, r95_m, policy)
    marks |= np.where(assumed, np.uint8(ASSUMED), np.uint8(0))
    marks |= _device_marks(fixes, off or ())
    if now_us is not None:
        marks |= np.where(fixes.t_us > now_us, np.uint8(FUTURE), np.uint8(0))
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, r95_m, marks)
    starts = fixes.device_starts()
    _speed_marks(starts, track, _gate(policy))
    found = stops.find(starts, track, policy)
    return Trails(fixes, r95_m, marks, *found, tamper_known=off is not None)


def stated_or_assumed(fixes: Fixes, policy: Policy) -> tuple[Floats32, Bools]:
    """R95 of each fix, and whether it had to be assumed (zero or missing = unknown).

    What the feed declares is stated, too, but of satellite fixes alone: a cell tower
    is never so near.
    """
    accuracy, declared_m = policy.accuracy, policy.feed.accuracy_m
    taken = np.array([accuracy.default_m(m) for m in Mechanism], dtype=np.float32)
    stated = np.isfinite(fixes.accuracy_m) & (fixes.accuracy_m > 0)
    assumed = ~stated
    if declared_m:
        taken[Mechanism.GPS] = declared_m
        assumed &= fixes.mechanism != Mechanism.GPS
    r95_m = np.where(stated, fixes.accuracy_m, taken[fixes.mechanism])
    return np.maximum(r95_m, np.float32(accuracy.floor_m)), assumed


def _cheap_marks(fixes: Fixes, r95_m: Floats32, policy: Policy) -> Bytes:
    """What one fix, or two with one time stamp, show by themselves."""
    marks = np.zeros(len(fixes), dtype=np.uint8)
    no_position = (fixes.mechanism != Mechanism.GPS) & (
        fixes.mechanism != Mechanism.WIFI
    )
    marks[no_position] |= MECHANISM
    marks[r95_m > policy.trust.max_r95_m] |= COARSE
    twin = (np.diff(fixes.device) == 0) & (np.diff(fixes.t_us) == 0)
    marks[1:][twin] |= TWIN
    marks[:-1][twin] |= TWIN
    return marks


def _device_marks(fixes: Fixes, off: Iterable[OffSpell]) -> Bytes:
    marks = np.zeros(len(fixes), dtype=np.uint8)
    code = {device: i for i, device in enumerate(fixes.devices)}
    starts = fixes.device_starts()
    for spell in off:
        if (i := code.get(spell.device_id)) is None:
            continue
        t_us = fixes.t_us[starts[i] : starts[i + 1]]
        first, last = np.searchsorted(t_us, [spell.from_us, spell.to_us])
        marks[starts[i] + first : starts[i] + last] |= DEVICE
    return marks


class _Gate(NamedTuple):
    max_speed_m_s: float
    spike_speed_m_s: float
    spike_return_m: float
    gap_us: int


def _gate(policy: Policy) -> _Gate:
    choice = policy.trust
    speeds = (choice.max_speed_m_s, choice.spike_speed_m_s)
    return _Gate(*speeds, choice.spike_return_m, gap_us(policy))


@compiled
def _net_speed(track: Track, i: int, j: int) -> float:
    """Speed in m/s from fix i to fix j after taking off both errors."""
    net = distance_m(track, i, j) - track.r[i] - track.r[j]
    speed_m_s: float = max(0.0, net) / ((track.t[j] - track.t[i]) / 1e6)
    return speed_m_s


@compiled
def _outlier(track: Track, a: int, b: int, c: int, gate: _Gate) -> int:
    """Whether b alone is wrong between a and c: SPIKE, SPEED or 0."""
    t = track.t
    if t[b] - t[a] > gate.gap_us or t[c] - t[b] > gate.gap_us:
        return 0
    slower = min(_net_speed(track, a, b), _net_speed(track, b, c))
    near = max(gate.spike_return_m, track.r[a], track.r[c])
    if slower > gate.spike_speed_m_s and distance_m(track, a, c) <= near:
        return SPIKE
    direct = _net_speed(track, a, c)
    return SPEED if slower > gate.max_speed_m_s >= direct else 0


@compiled
def _speed_marks(starts: Ints, track: Track, gate: _Gate) -> None:
    """Mark lone outliers first, then both ends of any leg still too fast.

    Only legs within one gap are judged: over a longer silence nothing can be said.
    """
    for d in range(len(starts) - 1):
        good = trusted_of(track.marks, starts[d], starts[d + 1])
        for k in range(1, len(good) - 1):
            why = _outlier(track, good[k - 1], good[k], good[k + 1], gate)
            track.marks[good[k]] |= np.uint8(why)
        left = trusted_of(track.marks, starts[d], starts[d + 1])
        for k in range(1, len(left)):
            i, j = left[k - 1], left[k]
            near = track.t[j] - track.t[i] <= gate.gap_us
            if near and _net_speed(track, i, j) > gate.max_speed_m_s:
                track.marks[i] |= np.uint8(SPEED)
                track.marks[j] |= np.uint8(SPEED)
