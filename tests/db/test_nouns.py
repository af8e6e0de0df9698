"""Orders, nominals, boundaries, audit and jobs on real PostGIS."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import shapely

from geocorr.errors import ConflictError
from geocorr.model import Basis, Nominal, TagOrder
from sql import audit, boundaries, jobs, nominals, orders
from sql.boundaries import StoredBoundary
from sql.db import Connection, transaction
from sql.nominals import StoredAddress

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def order(name: str, device: str, nominal: str, first: int, last: int) -> TagOrder:
    begin = NOON + first * DAY
    return TagOrder(name, device, nominal, Basis.LICENCE, begin, NOON + last * DAY)


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        (order("O2", "D1", "N2", 4, 9), True),
        (order("O2", "D1", "N2", 5, 9), False),  # half-open: they only touch
        (order("O2", "D1", "N1", 4, 9), True),  # of the same nominal, too
        (order("O2", "D2", "N2", 4, 9), False),
    ],
)
async def test_two_orders_of_one_device_never_overlap(
    db: Connection, second: TagOrder, refused: bool
) -> None:
    await orders.keep(db, [order("O1", "D1", "N1", 0, 5)])
    if refused:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await orders.keep(db, [second])
    else:
        await orders.keep(db, [second])
    assert (await orders.stored(db, ["O2"]) == {}) is refused


async def test_nominals_and_addresses_take_new_words(db: Connection) -> None:
    first = Nominal("N1", "Example", "Ann", statutory=True, flags=("PPO",))
    second = Nominal("N1", "Example", "Anna")
    await nominals.upsert_nominals(db, [first])
    assert await nominals.nominals(db) == [first]
    await nominals.upsert_nominals(db, [second])
    assert await nominals.nominals(db, ["N1"]) == [second]
    home = StoredAddress("N1", "home", "1 Any Street", x_m=1.0, y_m=2.0)
    moved = StoredAddress("N1", "home", "1 Any Street", to_at=NOON)
    await nominals.upsert_addresses(db, [home])
    await nominals.upsert_addresses(db, [moved])
    assert await nominals.addresses(db, ["N1"]) == [moved]


async def test_boundaries_hold_for_their_time(db: Connection) -> None:
    wkb = shapely.to_wkb(shapely.MultiPolygon([shapely.box(0, 0, 9, 9)]))
    old = StoredBoundary("Sussex", "E1", "Old", "lpu", wkb, None, NOON)
    new = StoredBoundary("Sussex", "E1", "New", "lpu", wkb, NOON, None)
    await boundaries.store(db, [old, new])
    await boundaries.store(db, [new])
    assert await boundaries.boundaries(db, "lpu", NOON) == [new]
    assert await boundaries.boundaries(db, "lpu", NOON - DAY) == [old]
    clash = StoredBoundary("Sussex", "E1", "Clash", "lpu", wkb, NOON + DAY, None)
    with pytest.raises(ConflictError, match="two areas"):
        await boundaries.store(db, [clash])


async def test_the_audit_is_written_once(db: Connection, web: Connection) -> None:
    await audit.note(web, "officer1", "read", "hit 7", {"why": "review"})
    entry = (await audit.entries(db))[0]
    assert (entry.actor, entry.detail) == ("officer1", {"why": "review"})
    for conn in (db, web):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("update audit set actor = 'x'")


async def test_a_job_is_stored_with_its_transaction(db: Connection) -> None:
    with pytest.raises(RuntimeError):
        async with transaction(db):
            await jobs.enqueue(db, "match_batch", {"batch": 1})
            raise RuntimeError
    assert await jobs.waiting(db) == {}
    async with transaction(db):
        await jobs.enqueue(db, "match_batch", {"batch": 1})
    assert await jobs.waiting(db) == {"queued": 1}
