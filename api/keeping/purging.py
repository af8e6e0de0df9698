"""What goes because its time is over, kind by kind, each removal on record and audited.

Read what is due, and where it is not only asked for: remove it in portions, each in a
transaction with the record of it. What a hold keeps is told and stays. Nothing else in
geocorr deletes what was recorded.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.keeping.keeper import Keeper, OwnWay, Portions
from api.keeping.portions import PORTIONS
from geocorr.keeping.retention import Kind
from geocorr.trust import off_spells
from sql import audit, holds, orders, purges, verdict_slices
from sql.db import Connection, taken_back, transaction
from sql.purges import Due, Gone
from sql.trail_quarantine import Purged, purge_quarantined
from sql.trail_store import Keeping

_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Planned:
    """What would go of a kind: so many, of these times; so many are held."""

    kind: Kind
    days: int
    until: datetime
    due: Due


@dataclass(frozen=True, slots=True)
class Purge:
    """What went of a kind in one portion."""

    kind: Kind
    gone: Gone


async def plan(conn: Connection, keeper: Keeper) -> list[Planned]:
    """What would go now, kind by kind in their order; nothing is removed.

    What hangs on what would go (a crime on its hits, a nominal on all that names them)
    is counted too: so what goes is removed, in a transaction that is taken back.
    """
    async with taken_back(conn):
        return [await _planned(conn, keeper, kind) for kind in Kind]


async def _planned(conn: Connection, keeper: Keeper, kind: Kind) -> Planned:
    way = _WAYS[kind]
    due = await way.ask(conn, keeper)
    if isinstance(way, Portions) and way.frees and due.n:
        await way.take(conn, keeper, _ALL)
    return Planned(kind, keeper.days(kind), keeper.until(kind), due)


async def purge(conn: Connection, keeper: Keeper) -> list[Purge]:
    """Remove what is due, in portions; what went, in its order."""
    done: list[Purge] = []
    for kind in Kind:
        done.extend([Purge(kind, gone) async for gone in _forget(conn, keeper, kind)])
    return done


async def _record(conn: Connection, keeper: Keeper, kind: Kind, gone: Gone) -> None:
    by = (keeper.days(kind), keeper.retention.hash)
    await purges.record(conn, kind.value, keeper.who, gone, by)
    await audit.note(conn, keeper.who, "purge", kind.value, dict(gone.counts))


def _forget(conn: Connection, keeper: Keeper, kind: Kind) -> AsyncIterator[Gone]:
    way = _WAYS[kind]
    if isinstance(way, OwnWay):
        return way.forget(conn, keeper)
    return _in_portions(conn, keeper, kind, way)


async def _in_portions(
    conn: Connection, keeper: Keeper, kind: Kind, way: Portions
) -> AsyncIterator[Gone]:
    """Take until nothing is left, each portion in a transaction with its record."""
    while True:
        async with transaction(conn):
            gone = await way.take(conn, keeper, way.at_most)
            if not gone.any:
                return
            await _record(conn, keeper, kind, gone)
        yield gone


async def quarantined(conn: Connection, keeper: Keeper, dry_run: bool) -> list[Purged]:
    """HANTS-GPS-1. Fixes outside every order; also of a time that is held, none go."""
    async with transaction(conn):
        off = off_spells(await orders.events(conn))
        keeping = Keeping(keeper.policy, keeper.crs.srid, off)
        kept = await holds.times(conn, keeper.margin)
        return await purge_quarantined(conn, keeper.now, keeping, dry_run, kept)


def _summed(gone: list[Purged]) -> Gone:
    if not gone:
        return Gone({"fixes": 0, "devices": 0})
    fixes = sum(purged.n_fixes for purged in gone)
    devices = len({purged.device_id for purged in gone})
    times = min(p.from_at for p in gone), max(p.to_at for p in gone)
    return Gone({"fixes": fixes, "devices": devices}, *times)


async def _quarantined_due(conn: Connection, keeper: Keeper) -> Due:
    told = _summed(await quarantined(conn, keeper, dry_run=True))
    return Due(told.counts["fixes"], 0, told.from_at, told.to_at)


async def _quarantined_gone(conn: Connection, keeper: Keeper, at_most: int) -> Gone:
    return _summed(await quarantined(conn, keeper, dry_run=False))


async def _trails_due(conn: Connection, keeper: Keeper) -> Due:
    days = await purges.trail_days(conn, keeper.until(Kind.TRAILS))
    return await purges.trails_due(conn, days, keeper.margin)


async def _trails_gone(conn: Connection, keeper: Keeper) -> AsyncIterator[Gone]:
    """A day a transaction: most give back their room at once."""
    for day in await purges.trail_days(conn, keeper.until(Kind.TRAILS)):
        async with transaction(conn):
            await verdict_slices.put_day_aside(conn, day)
            gone = await purges.forget_trail_day(conn, day, keeper.margin)
            if gone.any:
                await _record(conn, keeper, Kind.TRAILS, gone)
        if gone.any:
            yield gone


async def _audit_seq(conn: Connection, keeper: Keeper) -> int:
    held = await holds.subjects(conn)
    return await audit.due(conn, keeper.until(Kind.AUDIT), held)


async def _audit_due(conn: Connection, keeper: Keeper) -> Due:
    row = await audit.count_to(conn, await _audit_seq(conn, keeper))
    return Due(row["entries"], 0, row["first_at"], row["last_at"])


async def _audit_gone(conn: Connection, keeper: Keeper, at_most: int) -> Gone:
    seq = await _audit_seq(conn, keeper)
    row = await audit.count_to(conn, seq)
    if row["entries"]:
        await audit.forget(conn, seq, keeper.who, keeper.retention.hash)
    return Gone({"entries": row["entries"]}, row["first_at"], row["last_at"])


_WAYS: Mapping[Kind, Portions | OwnWay] = {
    **PORTIONS,
    Kind.QUARANTINED_FIXES: Portions(_quarantined_due, _quarantined_gone, _ALL),
    Kind.TRAILS: OwnWay(_trails_due, _trails_gone),
    Kind.AUDIT: Portions(_audit_due, _audit_gone, _ALL),
}
