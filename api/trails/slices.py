"""How much of a trail people see: a slice round a hit, a person's hours, for a reason.

Only fixes inside an order that lets the trail be matched are shown; those outside are
quarantined, and shown to nobody (HANTS-GPS-1, LEICS-16).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.matches import wearing
from api.settings import Settings
from api.trails.shown import Target, Worn, between
from geocorr.arrays import US_PER_S, Trails
from geocorr.errors import NotFound, UsageError
from geocorr.model import to_us
from geocorr.policy import Policy
from sql import orders, trail_looks
from sql.db import Connection, transaction

_PURPOSE = "match"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is shown.

    `freely` either side of a hit's window; `longest` either side for a recorded reason;
    `search`: the longest stretch of a person's time in one look.
    """

    freely: timedelta
    longest: timedelta
    search: timedelta


@dataclass(frozen=True, slots=True)
class Spell:
    """A device on a nominal while an order lets its trail be matched, half-open."""

    device_id: str
    from_us: int
    to_us: int


def limits(settings: Settings) -> Limits:
    """How much of a trail this installation shows."""
    return Limits(
        timedelta(hours=settings.slice_h),
        timedelta(hours=settings.longest_slice_h),
        timedelta(hours=settings.search_h),
    )


def edges_us(target: Target, margin: timedelta) -> tuple[int, int]:
    """So much either side of a target's window."""
    margin_us = round(margin.total_seconds() * US_PER_S)
    return target.from_us - margin_us, target.to_us + margin_us


def check_margin(margin: timedelta, limits: Limits) -> None:
    """UsageError for no margin, or more than anybody is shown."""
    if not timedelta(0) < margin <= limits.longest:
        hours = limits.longest / timedelta(hours=1)
        raise UsageError(
            f"Ask for more than nothing and at most {hours:g} hours either side."
        )


async def longer(
    conn: Connection,
    hit: int,
    worn: Worn,
    spell: Spell,
    look: tuple[timedelta, str],
    limits: Limits,
) -> Worn:
    """More of the trail than a hit keeps, as it is stored now; the look is noted.

    `look` = how much either side of the window, and why. NotFound where it is gone.
    """
    margin, reason = look
    check_margin(margin, limits)
    async with transaction(conn):
        found = await trail_looks.round_hit(conn, hit, margin, limits.freely, reason)
    if not found:
        raise NotFound(f"No trail is kept round hit {hit} any more.")
    trails = between(found[0].trails, spell.from_us, spell.to_us - 1)
    return Worn(worn.device_id, worn.nominal_id, trails)


def check_search(time: tuple[datetime, datetime], limits: Limits) -> None:
    """UsageError for a stretch that ends before it begins, or is too long."""
    from_at, to_at = time
    if to_at <= from_at:
        raise UsageError("The time ends before it begins: give the earlier one first.")
    if to_at - from_at > limits.search:
        hours = limits.search / timedelta(hours=1)
        raise UsageError(f"At most {hours:g} hours in one search: ask in parts.")


async def spells(conn: Connection, nominal_id: str, policy: Policy) -> list[Spell]:
    """LEICS-16. When which devices were on a nominal, as far as matching may use it.

    `conn` of the worker's role; NotFound for a nominal without any order.
    """
    held = await orders.of_nominals(conn, [nominal_id])
    if not held:
        raise NotFound(
            f"No tag order names the nominal {nominal_id}: look at how the id is spelt."
        )
    who, _ = await wearing.of_orders(conn, held, policy, _PURPOSE)
    return [
        Spell(who.devices[device], begin, end)
        for device, begin, end in zip(
            who.worn.device.tolist(),
            who.worn.from_us.tolist(),
            who.worn.to_us.tolist(),
            strict=True,
        )
    ]


async def of_nominal(
    conn: Connection,
    nominal_id: str,
    time: tuple[datetime, datetime],
    allowed: Sequence[Spell],
    look: tuple[str, Limits],
) -> list[Worn]:
    """Where a nominal's tags were; the search is noted with its reason."""
    reason, limits = look
    check_search(time, limits)
    async with transaction(conn):
        found = await trail_looks.of_nominal(
            conn, nominal_id, time, limits.search, reason
        )
    return [
        Worn(one.device_id, nominal_id, part)
        for one in found
        for part in _allowed(one, allowed)
    ]


def _allowed(stretch: trail_looks.Stretch, allowed: Sequence[Spell]) -> list[Trails]:
    """The parts of a stretch that lie in a spell of its device."""
    low, high = to_us(stretch.from_at), to_us(stretch.to_at)
    edges = [
        (max(low, spell.from_us), min(high, spell.to_us - 1))
        for spell in allowed
        if spell.device_id == stretch.device_id
    ]
    parts = [between(stretch.trails, a, b) for a, b in edges if a <= b]
    return [part for part in parts if len(part.fixes)]
