"""What goes because its time is over, kind by kind, each removal on record and audited.

Read what is due, and where it is not only asked for: remove it in portions, each in a
transaction with the record of it. What a hold keeps is told and stays. Nothing else in
geocorr deletes what was recorded.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from geocorr.geo import WorkingCrs
from geocorr.keeping.retention import Kind, Retention
from geocorr.policy import Policy
from geocorr.trust import off_spells
from sql import audit, holds, orders, purges, verdict_slices
from sql.db import Connection, transaction
from sql.purges import Due, Gone
from sql.trail_quarantine import Purged, purge_quarantined
from sql.trail_store import Keeping

# How many in one transaction: small enough to be no load, and to lose little.
_PAIRS, _LISTS, _CRIMES, _FILES = 500, 20, 500, 20


@dataclass(frozen=True, slots=True)
class Keeper:
    """By which choices, when and in whose name things go."""

    retention: Retention
    policy: Policy
    crs: WorkingCrs
    now: datetime
    who: str

    @property
    def margin(self) -> timedelta:
        """Trails that are kept round the window of a crime that is held."""
        return timedelta(hours=self.retention.hold_margin_h)

    def days(self, kind: Kind) -> int:
        """How long a kind is kept; fixes outside orders as the policy says."""
        if kind is Kind.QUARANTINED_FIXES:
            return self.policy.retention.quarantine_days
        return self.retention.days(kind)

    def until(self, kind: Kind) -> datetime:
        """What is of this time or earlier goes."""
        return self.now - timedelta(days=self.days(kind))


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

    What another kind holds back (a crime its hits) may go in the same night, and is
    not counted here.
    """
    async with transaction(conn):
        return [
            Planned(
                kind, keeper.days(kind), keeper.until(kind), await ask(conn, keeper)
            )
            for kind, (ask, _) in _STEPS.items()
        ]


async def purge(conn: Connection, keeper: Keeper) -> list[Purge]:
    """Remove what is due, in portions; what went, in its order."""
    done: list[Purge] = []
    for kind, (_, forget) in _STEPS.items():
        done.extend([Purge(kind, gone) async for gone in forget(conn, keeper)])
    return done


async def _record(conn: Connection, keeper: Keeper, kind: Kind, gone: Gone) -> None:
    by = (keeper.days(kind), keeper.retention.hash)
    await purges.record(conn, kind.value, keeper.who, gone, by)
    await audit.note(conn, keeper.who, "purge", kind.value, dict(gone.counts))


Ask = Callable[[Connection, Keeper], Awaitable[Due]]
Forget = Callable[[Connection, Keeper], AsyncIterator[Gone]]
Take = Callable[[Connection, Keeper], Awaitable[Gone]]


def _in_portions(kind: Kind, take: Take) -> Forget:
    """Take until nothing is left, each portion in a transaction with its record."""

    async def forget(conn: Connection, keeper: Keeper) -> AsyncIterator[Gone]:
        while True:
            async with transaction(conn):
                gone = await take(conn, keeper)
                if not gone.any:
                    return
                await _record(conn, keeper, kind, gone)
            yield gone

    return forget


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


async def _quarantined_gone(conn: Connection, keeper: Keeper) -> Gone:
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


async def _audit_gone(conn: Connection, keeper: Keeper) -> Gone:
    seq = await _audit_seq(conn, keeper)
    row = await audit.count_to(conn, seq)
    if row["entries"]:
        await audit.forget(conn, seq, keeper.who, keeper.retention.hash)
    return Gone({"entries": row["entries"]}, row["first_at"], row["last_at"])


def _portions(kind: Kind, ask: Ask, take: Take) -> tuple[Ask, Forget]:
    return ask, _in_portions(kind, take)


def _pairs(kind: Kind, qualified: bool) -> tuple[Ask, Forget]:
    return _portions(
        kind,
        lambda conn, k: purges.pairs_due(conn, qualified, k.until(kind)),
        lambda conn, k: purges.forget_pairs(conn, qualified, k.until(kind), _PAIRS),
    )


_STEPS: Mapping[Kind, tuple[Ask, Forget]] = {
    Kind.QUARANTINED_FIXES: _portions(
        Kind.QUARANTINED_FIXES, _quarantined_due, _quarantined_gone
    ),
    Kind.TRAILS: (_trails_due, _trails_gone),
    Kind.TRAIL_FILES: _portions(
        Kind.TRAIL_FILES,
        lambda conn, k: purges.trail_files_due(
            conn, k.until(Kind.TRAIL_FILES), k.margin
        ),
        lambda conn, k: purges.forget_trail_files(
            conn, k.until(Kind.TRAIL_FILES), k.margin, _FILES
        ),
    ),
    Kind.DISMISSED_HITS: _pairs(Kind.DISMISSED_HITS, qualified=False),
    Kind.QUALIFIED_HITS: _pairs(Kind.QUALIFIED_HITS, qualified=True),
    Kind.VERDICT_LISTS: _portions(
        Kind.VERDICT_LISTS,
        lambda conn, k: purges.lists_due(conn, k.until(Kind.VERDICT_LISTS)),
        lambda conn, k: purges.forget_lists(conn, k.until(Kind.VERDICT_LISTS), _LISTS),
    ),
    Kind.CRIMES: _portions(
        Kind.CRIMES,
        lambda conn, k: purges.crimes_due(conn, k.until(Kind.CRIMES)),
        lambda conn, k: purges.forget_crimes(conn, k.until(Kind.CRIMES), _CRIMES),
    ),
    Kind.FILES: _portions(
        Kind.FILES,
        lambda conn, k: purges.files_due(conn, k.until(Kind.FILES)),
        lambda conn, k: purges.forget_files(conn, k.until(Kind.FILES), _FILES),
    ),
    Kind.IDEMPOTENCY_KEYS: _portions(
        Kind.IDEMPOTENCY_KEYS,
        lambda conn, k: purges.keys_due(conn, k.until(Kind.IDEMPOTENCY_KEYS)),
        lambda conn, k: purges.forget_keys(conn, k.until(Kind.IDEMPOTENCY_KEYS)),
    ),
    Kind.SESSIONS: _portions(
        Kind.SESSIONS,
        lambda conn, k: purges.log_ins_due(conn, k.until(Kind.SESSIONS)),
        lambda conn, k: purges.forget_log_ins(conn, k.until(Kind.SESSIONS)),
    ),
    Kind.AUDIT: _portions(Kind.AUDIT, _audit_due, _audit_gone),
}
