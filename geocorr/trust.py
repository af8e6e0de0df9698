"""Which fixes may join a line, and which belong to one stop (`matching.md`, Words).

Everything here is local: the marks and the stop of a fix depend on fixes at most
`context_s` away, so that a late file touches no more than the hours around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geocorr import marks, portions, stops
from geocorr.arrays import (
    DEVICE,
    END_US,
    Bytes,
    Codes,
    Fixes,
    Floats,
    Floats32,
    Ints,
    Stops,
    Trails,
    compiled,
)
from geocorr.model import DeviceEvent, EventKind, to_us
from geocorr.policy import Policy
from geocorr.stops import Track

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
    starts = fixes.device_starts()
    track, stop = _made(fixes, _off_marks(fixes, starts, off or ()))
    end_us = END_US if now_us is None else now_us
    own = (fixes.accuracy_m, fixes.mechanism)
    asked = (marks.accuracy(policy), marks.gate(policy), stops.choice(policy), end_us)
    tasks = portions.tasks(starts)
    found = portions.each(lambda e: _judged(starts, e, own, track, stop, *asked), tasks)
    observed = [np.concatenate(column) for column in zip(*found, strict=True)]
    _number_on(starts, tasks, stop, [len(x_m) for x_m, *_ in found])
    tamper_known = off is not None
    return Trails(fixes, track.r, track.marks, stop, Stops(*observed), tamper_known)


def _made(fixes: Fixes, told: Bytes) -> tuple[Track, Codes]:
    """The columns to be filled: R95 and stop; marks as far as they are told."""
    n = len(fixes)
    r95_m, stop = np.empty(n, np.float32), np.empty(n, np.int32)
    return Track(fixes.t_us, fixes.x_m, fixes.y_m, r95_m, told), stop


@compiled
def _judged(  # noqa: PLR0913  what is read, what is filled, and the choices
    starts: Ints,
    edges: Ints,
    own: tuple[Floats32, Bytes],
    track: Track,
    stop: Codes,
    accuracy: marks.Accuracy,
    gate: marks.Gate,
    choice: stops.Choice,
    now_us: int,
) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """Fill the columns of the devices between the edges; the columns of their stops.

    Stops are numbered from 0 on. A portion after the other, while it is in the cache.
    """
    spans = np.empty((0, 2), np.int64)
    for p in range(len(edges) - 1):
        span = (edges[p], edges[p + 1])
        marks.state(starts, span, own, track, accuracy, now_us)
        marks.speeds(starts, span, track, gate)
        found = stops.find(starts, span, track, choice, (stop, len(spans)))
        spans = np.concatenate((spans, found))
    return stops.observations(track, spans)


def _number_on(starts: Ints, tasks: list[Ints], stop: Codes, counts: list[int]) -> None:
    """Number the stops of each task on from those before."""
    before = np.cumsum([0, *counts])

    def number(k: int) -> None:
        _add(stop, starts[tasks[k][0]], starts[tasks[k][-1]], before[k])

    portions.each(number, range(1, len(tasks)))


@compiled
def _add(stop: Codes, first: int, last: int, before: int) -> None:
    for i in range(first, last):
        if stop[i] >= 0:
            stop[i] += before


def _off_marks(fixes: Fixes, starts: Ints, off: Iterable[OffSpell]) -> Bytes:
    """DEVICE where its own reports speak against a fix."""
    marks = np.zeros(len(fixes), dtype=np.uint8)
    code = {device: i for i, device in enumerate(fixes.devices)}
    for spell in off:
        if (i := code.get(spell.device_id)) is None:
            continue
        t_us = fixes.t_us[starts[i] : starts[i + 1]]
        first, last = np.searchsorted(t_us, [spell.from_us, spell.to_us])
        marks[starts[i] + first : starts[i] + last] |= DEVICE
    return marks
