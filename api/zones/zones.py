"""WMP2-8-EM on the database: look at zones as trails arrive, append what is new.

Read, decide, write, in one transaction. What is looked at is as long as every breach
that it touches, so that a late fix makes a breach longer instead of beginning another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

import numpy as np

from geocorr.arrays import US_PER_S, Trails, Wearers
from geocorr.breach_history import Change, Finding, Known, changes
from geocorr.breaches import Breach, find
from geocorr.model import from_us, to_us
from geocorr.orders import wearers
from geocorr.policy import Policy
from geocorr.zones import Span
from sql import breaches, evidence, jobs, orders, runs, trails, zones
from sql.breaches import Whose
from sql.db import Connection, transaction
from sql.trail_stretches import stretches
from sql.zones import Around, StoredZone

SOFTWARE = version("geocorr")
KIND = "zones"
# Devices in one job: a few months of so many trails fit into memory.
_IN_ONE_JOB = 20
_MIN_US = 60 * US_PER_S

Stretch = tuple[str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look at some devices' zones came to."""

    run: int | None
    devices: int
    zones: int
    new: int
    appended: int


async def ask(
    conn: Connection,
    spells: Sequence[Stretch],
    reason: str,
    *,
    to_the_end: bool = False,
) -> None:
    """Ask the worker to look at the zones that these stretches of trail concern.

    Of each device its hull. `to_the_end`: silence after the last fix is told, too.
    """
    concerned = await zones.with_zones(conn, sorted({device for device, *_ in spells}))
    hulls = _hulls(spells)
    for at in range(0, len(concerned), _IN_ONE_JOB):
        part = [(d, *hulls[d]) for d in concerned[at : at + _IN_ONE_JOB]]
        asked = [(d, to_us(low), to_us(high)) for d, low, high in part]
        payload = {"stretches": asked, "reason": reason, "to_the_end": to_the_end}
        await jobs.enqueue(conn, KIND, payload)


async def ask_about_silence(conn: Connection, now: datetime) -> None:
    """WMP2-8-EM. Ask for a look at last night's curfews, whether or not trails came."""
    since = now - timedelta(days=2)
    devices = await zones.in_curfew(conn, since, now)
    spells = [(device, since, now) for device in devices]
    await ask(conn, spells, "the nightly look at curfews", to_the_end=True)


def _hulls(spells: Iterable[Stretch]) -> dict[str, tuple[datetime, datetime]]:
    hulls: dict[str, tuple[datetime, datetime]] = {}
    for device, low, high in spells:
        before = hulls.get(device, (low, high))
        hulls[device] = min(low, before[0]), max(high, before[1])
    return hulls


async def examine(
    conn: Connection, asked: Mapping[str, object], policy: Policy
) -> Examined:
    """WMP2-8-EM, LEICS-16. Look at the zones of some devices; append what is new.

    `asked` is a job's payload.
    """
    spells = {d: (low, high) for d, low, high in asked["stretches"]}  # type: ignore[attr-defined]
    async with transaction(conn):
        await zones.lock(conn)
        looked = await _look(conn, spells, bool(asked["to_the_end"]), policy)
        made = changes(looked.known, looked.findings())
        if not made:
            return Examined(None, len(looked.within), len(looked.stored), 0, 0)
        decided_by = (policy.choices, policy.hash, SOFTWARE)
        run = await runs.start(conn, KIND, None, decided_by)
        new = [await _append(conn, run, c, looked, str(asked["reason"])) for c in made]
        counts = {"devices": len(looked.within), "zones": len(looked.stored)}
        counts |= {"findings": len(made), "breaches": sum(new)}
        await runs.finish(conn, run, {}, counts)
    return Examined(run, counts["devices"], counts["zones"], sum(new), len(made))


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was looked at, and what was found."""

    within: Mapping[str, Span]
    stored: Sequence[StoredZone]
    trails: Trails
    worn: Wearers
    known: Sequence[Known]
    found: Sequence[Breach]
    policy: Policy

    def findings(self) -> list[Finding]:
        return [self.finding(breach) for breach in self.found]

    def finding(self, breach: Breach) -> Finding:
        times = (breach.from_us, breach.to_us)
        device, order_id = self.device(breach), self.worn.order_id[breach.wearer]
        zone_id = self.stored[breach.zone].zone.zone_id
        return Finding(zone_id, device, order_id, breach.kind, *times, breach.because)

    def device(self, breach: Breach) -> str:
        return str(self.trails.fixes.devices[self.worn.device[breach.wearer]])


async def _look(
    conn: Connection, spells: dict[str, Span], to_the_end: bool, policy: Policy
) -> _Looked:
    known = await breaches.known(conn, list(spells))
    within = await _ranges(conn, spells, known, to_the_end, policy)
    stored = await zones.of_devices(conn, list(within))
    there = await _trails(conn, within, policy)
    held, born = await orders.with_births(conn, there.fixes.devices)
    worn = wearers(held, there.fixes.devices, policy, born=born, purpose="zones")
    spans = [within[device] for device in there.fixes.devices]
    found = find(there, worn, [s.zone for s in stored], spans, policy)
    touched = [k for k in known if _inside(k.last, within)]
    return _Looked(within, stored, there, worn, touched, found, policy)


async def _ranges(
    conn: Connection,
    spells: dict[str, Span],
    known: Sequence[Known],
    to_the_end: bool,
    policy: Policy,
) -> dict[str, Span]:
    """The time to look at of each device that has any.

    As far as the trail goes, out to the fixes next to it, so that a silence is seen
    whole; and as long as every breach that it touches.
    """
    asked = [(d, from_us(a), from_us(b)) for d, (a, b) in spells.items()]
    found = await zones.around(conn, asked)
    ranges = {}
    for device, span in spells.items():
        own = [k.last for k in known if k.last.device_id == device]
        wide = _as_far_as_it_goes(span, found[device], to_the_end, policy)
        if wide is None and own:
            wide = span[0], span[0]
        if wide is not None:
            ranges[device] = _hull(wide, own, span)
    return ranges


def _as_far_as_it_goes(
    span: Span, around: Around, to_the_end: bool, policy: Policy
) -> Span | None:
    """The stretch out to the neighbouring rows of the trail, cut to the trail."""
    near = max(policy.zones.join_min, policy.zones.absence_min)
    low, high = span[0] - round(near * _MIN_US), span[1] + round(near * _MIN_US)
    if around.first_at is None or around.last_at is None:
        return span if to_the_end else None
    if around.before_at is not None:
        low = min(low, to_us(around.before_at))
    if around.after_at is not None:
        high = max(high, to_us(around.after_at))
    low = max(low, to_us(around.first_at))
    high = min(high, to_us(around.last_at))
    if to_the_end:
        high = max(high, span[1])
    return (low, high) if low <= high else None


def _hull(wide: Span, own: Sequence[Finding], span: Span) -> Span:
    """The stretch with every breach that it, or what was asked for, touches."""
    low, high = wide
    left = list(own)
    while True:
        touched = [
            f
            for f in left
            if (f.from_us <= high and f.to_us >= low)
            or (f.from_us <= span[1] and f.to_us >= span[0])
        ]
        if not touched:
            return low, high
        left = [f for f in left if f not in touched]
        low = min(low, *(f.from_us for f in touched))
        high = max(high, *(f.to_us for f in touched))


async def _trails(
    conn: Connection, within: Mapping[str, Span], policy: Policy
) -> Trails:
    devices = tuple(sorted(within))
    gap_us = _around_us(policy)
    low = np.array([within[d][0] - gap_us for d in devices], np.int64)
    high = np.array([within[d][1] + gap_us + 1 for d in devices], np.int64)
    codes = np.arange(len(devices), dtype=np.int32)
    return await trails.slices(conn, stretches(devices, codes, low, high))


def _around_us(policy: Policy) -> int:
    """How much trail stands by a finding on either side: what could join it."""
    return round(policy.zones.join_min * _MIN_US + policy.line.max_gap_s * US_PER_S)


def _inside(last: Finding, within: Mapping[str, Span]) -> bool:
    if last.device_id not in within:
        return False
    low, high = within[last.device_id]
    return low <= last.from_us and last.to_us <= high


async def _append(
    conn: Connection, run: int, change: Change, looked: _Looked, reason: str
) -> bool:
    """Append one finding; whether it began a new breach."""
    if change.found is None:
        assert change.breach is not None
        await breaches.end(conn, change.breach, run, change.standing, change.into)
        return False
    found = looked.found[change.found]
    stored, worn = looked.stored[found.zone], looked.worn
    number = change.breach
    if number is None:
        whose = Whose(
            stored.zone.zone_id,
            found.kind.value,
            worn.nominal_id[found.wearer],
            looked.device(found),
            worn.order_id[found.wearer],
            stored.zone.owner,
        )
        deadline = timedelta(hours=looked.policy.zones.deadline_h)
        number = await breaches.begin(conn, whose, deadline)
    by = (run, stored.id, reason)
    await breaches.append(conn, number, by, found, _evidence(looked, found))
    return change.breach is None


def _evidence(looked: _Looked, found: Breach) -> bytes:
    """The fixes of a finding and what stands next to it, as they are."""
    fixes, w = looked.trails.fixes, found.wearer
    starts, device = fixes.device_starts(), looked.worn.device[w]
    own = fixes.t_us[starts[device] : starts[device + 1]]
    around_us = _around_us(looked.policy)
    edges = [found.from_us - around_us, found.to_us + around_us + 1]
    first, last = starts[device] + np.searchsorted(own, edges)
    order = int(looked.worn.from_us[w]), int(looked.worn.to_us[w])
    return evidence.pack(looked.trails, int(first), int(last), order)
