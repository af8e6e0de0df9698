"""How good a trail is, device by device and day by day (UTC), and what that means.

Nothing here changes a verdict: it says beforehand where verdicts will be weak. From
where on a day is told to be poor stands in the policy, [quality].
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    COARSE,
    DAY_US,
    DEVICE,
    FUTURE,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
    US_PER_S,
    Bytes,
    Codes,
    Ints,
    Trails,
    rows,
)
from geocorr.model import DeviceEvent, from_us, to_us
from geocorr.policy import Policy
from geocorr.two_tracks import Tracks, two_tracks

Backwards = tuple[Codes, Ints]


@dataclass(frozen=True, slots=True)
class DeviceDay:
    """A device's day (UTC). A silence counts on the day that it ends.

    `outliers` are spikes and impossible speeds; `gaps` silences between trusted fixes
    too long for a line; `blind_s` the time in spells on cell towers or the home box
    alone; `backwards` None where the order of the file is not known; `swaps` leaps
    from one of two tracks to the other; `events` the device's own reports by kind.
    """

    device_id: str
    day: date
    fixes: int
    trusted_share: float
    assumed: int
    median_interval_s: float | None
    gaps: int
    longest_gap_s: float | None
    outliers: int
    twins: int
    future: int
    backwards: int | None
    reported_off: int
    blind_spells: int
    blind_s: float
    swaps: int
    two_places: bool
    events: tuple[tuple[str, int], ...]


def device_days(
    trails: Trails,
    policy: Policy,
    events: Iterable[DeviceEvent] = (),
    backwards: Backwards | None = None,
) -> tuple[DeviceDay, ...]:
    """Every day of every device that has a fix, by device and day.

    `backwards` names, by device and time, the fixes whose clock had run backwards.
    """
    fixes = trails.fixes
    if not len(fixes):
        return ()
    day = fixes.t_us // DAY_US
    begins = np.flatnonzero((np.diff(fixes.device) != 0) | (np.diff(day) != 0)) + 1
    edges = [0, *begins.tolist(), len(fixes)]
    told = _events(events)
    back = None if backwards is None else _counted(backwards)
    return tuple(
        _device_day(trails, first, last, policy, (told, back))
        for first, last in pairwise(edges)
    )


_Told = dict[tuple[str, int], Counter[str]]
_Back = Counter[tuple[int, int]] | None


def _events(events: Iterable[DeviceEvent]) -> _Told:
    told: _Told = {}
    for event in events:
        key = (event.device_id, to_us(event.at) // DAY_US)
        told.setdefault(key, Counter())[event.kind.value] += 1
    return told


def _counted(backwards: Backwards) -> Counter[tuple[int, int]]:
    device, t_us = backwards
    return Counter(zip(device.tolist(), (t_us // DAY_US).tolist(), strict=True))


def _device_day(
    trails: Trails, first: int, last: int, policy: Policy, told: tuple[_Told, _Back]
) -> DeviceDay:
    fixes = trails.fixes
    code, day = int(fixes.device[first]), int(fixes.t_us[first] // DAY_US)
    # The fix before counts for the silence that ends in this day.
    before = first - int(first > 0 and fixes.device[first - 1] == code)
    marks = trails.marks[first:last]
    trusted = trails.trusted[before:last]
    silences_s = np.diff(fixes.t_us[before:last][trusted]) / US_PER_S
    intervals_s = np.diff(fixes.t_us[before:last]) / US_PER_S
    blind = _blind_s(trails, first, last, policy.quality.min_blind_s)
    tracks = _tracks(trails, first, last, policy)
    key, back = (fixes.devices[code], day), told[1]
    return DeviceDay(
        fixes.devices[code],
        from_us(day * DAY_US).date(),
        last - first,
        round(float(trails.trusted[first:last].mean()), 3),
        _marked(marks, ASSUMED),
        round(float(np.median(intervals_s)), 1) if len(intervals_s) else None,
        int((silences_s > policy.line.max_gap_s).sum()),
        round(float(silences_s.max()), 1) if len(silences_s) else None,
        _marked(marks, SPEED | SPIKE),
        _marked(marks, TWIN),
        _marked(marks, FUTURE),
        None if back is None else back[(code, day)],
        _marked(marks, DEVICE),
        len(blind),
        round(float(sum(blind)), 1),
        tracks.swaps,
        _plainly_two(tracks, policy),
        tuple(sorted(told[0].get(key, Counter()).items())),
    )


def _marked(marks: Bytes, bits: int) -> int:
    return int(np.count_nonzero(marks & np.uint8(bits)))


def _blind_s(trails: Trails, first: int, last: int, least_s: float) -> list[float]:
    """Lengths of the spells without a satellite or WiFi fix between."""
    blind = (trails.marks[first:last] & np.uint8(MECHANISM)) != 0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blind, [0])).astype(np.int8)))
    t_us = trails.fixes.t_us[first:last]
    lengths = (t_us[edges[1::2] - 1] - t_us[edges[::2]]) / US_PER_S
    return [float(s) for s in lengths if s >= least_s]


def _tracks(trails: Trails, first: int, last: int, policy: Policy) -> Tracks:
    """The day as two tracks; only fixes that are places and not too coarse."""
    own = slice(first, last)
    good = (trails.marks[own] & np.uint8(MECHANISM | COARSE)) == 0
    fixes = rows(trails.fixes, own).take(good)
    columns = (fixes.t_us, fixes.x_m, fixes.y_m, trails.r95_m[own][good])
    return two_tracks(*columns, policy.trust.max_speed_m_s)


def in_two_places(trails: Trails, first: int, last: int, policy: Policy) -> bool:
    """Whether the fixes at [first, last) of one device are plainly two tags'."""
    leaps = _marked(trails.marks[first:last], SPEED | SPIKE)
    if leaps < policy.quality.min_swaps:
        return False
    return _plainly_two(_tracks(trails, first, last, policy), policy)


def _plainly_two(tracks: Tracks, policy: Policy) -> bool:
    choice = policy.quality
    swaps = tracks.swaps >= choice.min_swaps
    return swaps and tracks.shorter >= choice.min_track_fixes
