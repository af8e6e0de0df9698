"""WMP-6.3-ALLOCATE. Where a tag spent the last nights, for those of no fixed abode.

A night is spent where the tag rested longest: trusted fixes that stay together. Nights
in custody, in hospital or at approved premises say nothing of where someone belongs,
and are left out with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from geocorr.arrays import US_PER_S, Trails, Wearers
from geocorr.dates import LONDON
from geocorr.model import DeviceEvent, EventKind, to_us
from geocorr.ownership.allocation import Allocation

_HOUR_US = 3_600 * US_PER_S
_ENDS = {
    EventKind.CUSTODY_FROM: EventKind.CUSTODY_TO,
    EventKind.HOSPITAL_FROM: EventKind.HOSPITAL_TO,
}
_WHERE = {
    EventKind.CUSTODY_FROM: "in custody",
    EventKind.HOSPITAL_FROM: "in hospital",
}
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Night:
    """The night that ends on the morning of `day`, in UTC microseconds [from, to)."""

    day: date
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Spell:
    """A time of a device in which its place says nothing, and why."""

    device_id: str
    from_us: int
    to_us: int
    why: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A night of a nominal: where the tag rested, or why that is not told.

    `x_m` and `y_m` (working-CRS metres) and `rest_s` are of the longest rest; where
    `left_out` says why, the night counts for nothing.
    """

    nominal_id: str
    night: date
    x_m: float | None
    y_m: float | None
    rest_s: float
    left_out: str = ""


def last_nights(day: date, choices: Allocation) -> tuple[Night, ...]:
    """The nights that end by the morning of `day`, the last one last."""
    days = (day - timedelta(days=n) for n in reversed(range(choices.nights)))
    return tuple(_night(morning, choices) for morning in days)


def _night(morning: date, choices: Allocation) -> Night:
    evening = morning - timedelta(days=1)
    begins = datetime.combine(evening, time(choices.night_from_h), LONDON)
    ends = datetime.combine(morning, time(choices.night_to_h), LONDON)
    return Night(morning, to_us(begins), to_us(ends))


def spells(events: Sequence[DeviceEvent], end_us: int) -> tuple[Spell, ...]:
    """Custody and hospital as devices reported them; open ones last to `end_us`."""
    found = []
    for begins, ends in _ENDS.items():
        since: dict[str, int] = {}
        for event in sorted(events, key=lambda e: (e.device_id, e.at)):
            at = to_us(event.at)
            if event.kind is begins:
                since.setdefault(event.device_id, at)
            elif event.kind is ends and event.device_id in since:
                first = since.pop(event.device_id)
                found.append(Spell(event.device_id, first, at, _WHERE[begins]))
        why = _WHERE[begins]
        found += [Spell(device, at, end_us, why) for device, at in since.items()]
    return tuple(found)


def rests(
    trails: Trails,
    wearers: Wearers,
    nights: Sequence[Night],
    away: tuple[Sequence[Spell], dict[str, Sequence[Place]]],
    choices: Allocation,
) -> tuple[Rest, ...]:
    """Each wearer's nights, where anything is known of them.

    `away` are the spells of devices, and the approved premises of nominals. A wearer's
    order must allow trails for ownership (LEICS-16): that is the caller's to see to.
    """
    spells_of, premises = away
    found = []
    for i, device in enumerate(wearers.device.tolist()):
        whose = wearers.nominal_id[i]
        in_force = (int(wearers.from_us[i]), int(wearers.to_us[i]))
        mine = [s for s in spells_of if s.device_id == trails.fixes.devices[device]]
        for night in nights:
            span = max(night.from_us, in_force[0]), min(night.to_us, in_force[1])
            rest = _rest(trails, device, span, choices) if span[0] < span[1] else None
            why = _away(night, mine)
            if why or rest is not None:
                x_m, y_m, rest_s = rest or (None, None, 0.0)
                here = premises.get(whose, ())
                if rest is not None and _near(rest[:2], here, choices.premises_m):
                    why = why or "at approved premises"
                found.append(Rest(whose, night.day, x_m, y_m, rest_s, why))
    return tuple(found)


def _away(night: Night, spells: Sequence[Spell]) -> str:
    """Why a night is left out, if any of it was spent in custody or hospital."""
    within = (s for s in spells if s.from_us < night.to_us and night.from_us < s.to_us)
    return next((spell.why for spell in within), "")


def _rest(
    trails: Trails, device: int, span: tuple[int, int], choices: Allocation
) -> tuple[float, float, float] | None:
    """Place and seconds of the longest rest in a span of one device; None = none."""
    starts = trails.fixes.device_starts()
    t_us = trails.fixes.t_us[starts[device] : starts[device + 1]]
    first, last = np.searchsorted(t_us, span) + starts[device]
    numbers = np.unique(trails.stop[first:last])
    numbers = numbers[numbers >= 0]
    if not len(numbers):
        return None
    stops = trails.stops
    begins = np.maximum(stops.from_us[numbers], span[0])
    ends = np.minimum(stops.to_us[numbers], span[1])
    spent = (ends - begins).astype(np.float64)
    x, y = stops.x_m[numbers], stops.y_m[numbers]
    # A stop is told hour by hour: what lies together is one rest.
    together = np.hypot(x[:, None] - x, y[:, None] - y) <= choices.rest_m
    totals = together @ spent
    longest = int(np.argmax(totals))
    if totals[longest] < choices.min_rest_h * _HOUR_US:
        return None
    return float(x[longest]), float(y[longest]), float(totals[longest]) / US_PER_S


def _near(place: Sequence[float], others: Sequence[Place], metres: float) -> bool:
    return any(float(np.hypot(place[0] - x, place[1] - y)) <= metres for x, y in others)
