"""What a verdict needs out of the database, and the verdicts of all who are asked of.

Most wearers are settled by the hours round the window; for the others the trail is read
on until fixes enclose it.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, isnan

import numpy as np

from geocorr.arrays import Bools, Ints, Targets, Wearers, rows
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.presence import Asked, Judged, Presence, everyone, judged, told
from geocorr.proof import around_us, clock_us, near_us
from sql import evidence, trail_reach
from sql.db import Connection
from sql.trail_reach import Window
from sql.verdicts import Line, Spot

# Devices judged at once, in a thread, while the next are read: few enough for what is
# read of them to stay in the cache. Farther off, where a turn costs more, more at once.
_PORTION, _PORTION_AFAR = 2_000, 5_000
_RANK = {word.value: i for i, word in enumerate(Verdict)}

Packet = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Who:
    """Wearers of whom something is asked; they index `devices`, which are sorted."""

    worn: Wearers
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Answers in the order of the list, and the evidence of each."""

    lines: tuple[Line, ...]
    packets: tuple[Packet, ...]


def target_of(spot: Spot) -> Targets:
    """A spot as a target of one row."""
    own = spot.top_speed_m_s
    return Targets(
        np.array([spot.x_m]),
        np.array([spot.y_m]),
        np.array([spot.from_us]),
        np.array([spot.to_us]),
        np.array([spot.radius_m]),
        np.array([spot.location_r95_m]),
        None if own is None else np.array([own]),
    )


def only(who: Who, which: Bools | Ints) -> Who:
    """Some of the wearers, and no device but theirs."""
    worn = rows(who.worn, which)
    chosen = np.arange(len(who.worn))[which].tolist()
    used, device = np.unique(worn.device, return_inverse=True)
    worn = replace(
        worn,
        device=device.astype(np.int32),
        nominal_id=tuple(who.worn.nominal_id[i] for i in chosen),
        order_id=tuple(who.worn.order_id[i] for i in chosen),
        rules=tuple(who.worn.rules[i] for i in chosen),
    )
    return Who(worn, tuple(who.devices[i] for i in used.tolist()))


async def settled(
    conn: Connection, spot: Spot, who: Who, policy: Policy, tamper_known: bool
) -> Settled:
    """Everyone's answer. While some are judged, in a thread, the next are read."""
    tasks: list[asyncio.Task[tuple[_Found, Ints]]] = []
    try:
        for at, some in _portions(who, _PORTION):
            asked = await _near(conn, spot, some, policy, tamper_known)
            tasks.append(asyncio.create_task(asyncio.to_thread(_sure, asked, at)))
    finally:
        parts = await asyncio.gather(*tasks)
    found = [part for part, _ in parts]
    open_ = only(who, np.concatenate([at for _, at in parts]))
    for _, some in _portions(open_, _PORTION_AFAR):
        asked = await _afar(conn, spot, some, policy, tamper_known)
        found.append(await asyncio.to_thread(_all, asked))
    return _listed(found)


@dataclass(frozen=True, slots=True)
class _Found:
    lines: list[Line]
    packets: list[Packet]
    speeds_m_s: list[float]


def _portions(who: Who, size: int) -> Iterator[tuple[Ints, Who]]:
    """So many devices at once: who wore them, by position and on their own."""
    for at in range(0, len(who.devices), size):
        these = (who.worn.device >= at) & (who.worn.device < at + size)
        yield np.flatnonzero(these), only(who, these)


def window_of(spot: Spot, around: int, policy: Policy) -> Window:
    """The window as fixes have to enclose it: by the feed's own clock."""
    clock = clock_us(policy)
    return Window(spot.from_us - clock, spot.to_us + clock, around)


async def _near(
    conn: Connection, spot: Spot, who: Who, policy: Policy, tamper_known: bool
) -> Asked:
    window = window_of(spot, near_us(policy), policy)
    trails = await trail_reach.near(conn, who.devices, window)
    target = target_of(spot)
    known = replace(trails, tamper_known=tamper_known)
    return Asked(known, who.worn, target, everyone(target, who.worn), policy)


async def _afar(
    conn: Connection, spot: Spot, who: Who, policy: Policy, tamper_known: bool
) -> Asked:
    window = window_of(spot, around_us(policy), policy)
    trails = await trail_reach.enclosing(conn, who.devices, who.worn, window)
    target = target_of(spot)
    known = replace(trails, tamper_known=tamper_known)
    return Asked(known, who.worn, target, everyone(target, who.worn), policy)


def _sure(asked: Asked, at: Ints) -> tuple[_Found, Ints]:
    """Those whom more of the trail would not change; of the others where they stand.

    `at` = the positions of the wearers asked of.
    """
    found = judged(asked)
    certain = np.flatnonzero(found.certain)
    return _found(asked, found, certain), at[~found.certain]


def _all(asked: Asked) -> _Found:
    found = judged(asked)
    return _found(asked, found, np.arange(len(found)))


def _found(asked: Asked, found: Judged, which: Ints) -> _Found:
    proofs, wearer = found.proofs, asked.pairs.wearer[which]
    spans = (proofs.first[which], proofs.last[which])
    in_force = (asked.wearers.from_us[wearer], asked.wearers.to_us[wearer])
    packets = evidence.pack_all(asked.trails, spans, in_force)
    speeds = found.alibis.required_m_s[which].tolist()
    return _Found(lines(asked, found, which), list(packets), speeds)


def _listed(parts: list[_Found]) -> Settled:
    """Hit, passed, possible by required speed, no data, ruled out."""
    every = [
        (_place(line, speed), line, packet)
        for part in parts
        for line, packet, speed in zip(
            part.lines, part.packets, part.speeds_m_s, strict=True
        )
    ]
    every.sort(key=lambda one: one[0])
    return Settled(tuple(e[1] for e in every), tuple(e[2] for e in every))


def _place(line: Line, speed_m_s: float) -> tuple[int, float, str, str, str]:
    ranked = line.verdict == Verdict.POSSIBLE and not isnan(speed_m_s)
    asked_m_s = speed_m_s if ranked else inf
    return (
        _RANK[line.verdict],
        asked_m_s,
        line.device_id,
        line.nominal_id,
        line.order_id,
    )


def lines(asked: Asked, found: Judged, which: Ints | None = None) -> list[Line]:
    """The verdicts at these positions (all: in their order) as they are kept."""
    worn, names = asked.wearers, asked.trails.fixes.devices
    devices = [names[i] for i in worn.device.tolist()]
    who = list(zip(devices, worn.nominal_id, worn.order_id, strict=True))
    every = told(asked, found, which)
    rules = {one: ";".join(one) for one in {presence.rules for presence in every}}
    return [_line(one, who[one.wearer], rules[one.rules]) for one in every]


def _line(one: Presence, who: tuple[str, str, str], rules: str) -> Line:
    return Line(
        *who,
        one.verdict.value,
        one.required_speed_kmh,
        one.margin_m,
        one.coverage,
        _uncovered(one),
        one.fixes,
        one.first_us,
        one.last_us,
        rules,
        one.because,
    )


def _uncovered(one: Presence) -> str:
    if not one.uncovered:
        return "[]"
    holes = [
        {"from": utc(hole.from_us), "to": utc(hole.to_us), "why": hole.why}
        for hole in one.uncovered
    ]
    return json.dumps(holes)


def utc(t_us: int) -> str:
    """A time as JSON has it."""
    return from_us(t_us).isoformat().replace("+00:00", "Z")
