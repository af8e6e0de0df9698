"""The stage for matching benchmarks: trails as chunks, one row per fix, crimes, orders.

Both tables hold the same fixes. The row per fix is what is usually done: a device's
number, a time, a point; GiST on the point, a btree on device and time.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from geocorr.arrays import DAY_US, Fixes, Targets
from geocorr.model import Basis, Crime, Outcome, TagOrder, from_us
from loaders.policy import shipped
from sql import crimes, orders, trail_copy
from sql.batches import Delivery
from sql.db import Connection
from sql.trail_store import Keeping, store
from tests.bench import scene

SRID = 27700
RECEIVED = datetime(2026, 3, 11, tzinfo=UTC)
_MAKE_ROWS = """
create table fix_row (
    device integer not null, t timestamptz not null, geom geometry(Point) not null
)
"""
_INDEX_ROWS = (
    "create index on fix_row using gist (geom)",
    "create index on fix_row (device, t)",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What was set up: how many fixes, the targets, and their crimes' versions.

    `versions` [targets] are numbers of crime versions, in the order of the targets.
    """

    fixes: int
    targets: Targets
    versions: tuple[int, ...]


async def build(conn: Connection, size: scene.Size) -> Stage:
    """Fill a migrated database, as its owner, and let it settle."""
    await conn.execute(_MAKE_ROWS)
    n = 0
    for block in scene.blocks(size):
        async with conn.transaction():
            await store(conn, block, Keeping(shipped(), SRID), RECEIVED)
            await _copy_rows(conn, block)
        n += len(block)
    for statement in _INDEX_ROWS:
        await conn.execute(statement)
    targets = scene.targets(size)
    versions = await deliver(conn, targets)
    await _orders(conn, size)
    for table in ("trail", "fix_row", "crime_version", "crime", "tag_order"):
        await conn.execute(f"vacuum analyze {table}")
    return Stage(n, targets, versions)


async def _copy_rows(conn: Connection, block: Fixes) -> None:
    await conn.copy_to_table(
        "fix_row",
        source=_pieces(_packed(block)),
        columns=["device", "t", "geom"],
        format="binary",
    )


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 1 << 20):
        yield data[at : at + (1 << 20)]


def _packed(block: Fixes) -> bytes:
    """The rows as a binary COPY, packed as arrays."""
    layout = [("n", ">i2"), ("device_length", ">i4"), ("device", ">i4")]
    layout += [("t_length", ">i4"), ("t", ">i8"), ("geom_length", ">i4")]
    layout += [("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")]
    out = np.zeros(len(block), np.dtype(layout))
    out["n"], out["device_length"], out["t_length"], out["geom_length"] = 3, 4, 8, 21
    out["device"], out["t"] = block.device, block.t_us - trail_copy.PG_EPOCH_US
    out["order"], out["type"], out["x"], out["y"] = 1, 1, block.x_m, block.y_m
    return b"".join((trail_copy.HEADER, out.tobytes(), trail_copy.TRAILER))


async def deliver(conn: Connection, targets: Targets, turn: int = 0) -> tuple[int, ...]:
    """A delivery of one force; its crimes' versions in the order of the targets.

    Every turn brings crimes of its own, at the same places and times.
    """
    made = [_crime(targets, i, turn) for i in range(len(targets))]
    n = len(made)
    delivery = Delivery(
        force="Kent",
        batch_id="KNT20260310",
        day=RECEIVED.date(),
        suffix="",
        original=b"bench %d" % turn,
        sender="bench",
        zone="UTC",
        outcome=Outcome.SUCCESSFUL,
        cause=None,
        read=n,
        accepted=n,
        rejected=0,
    )
    stored = await crimes.store_batch(conn, delivery, made, ())
    return stored.versions


def _crime(targets: Targets, i: int, turn: int) -> Crime:
    return Crime(
        police_force="Kent",
        crime_reference=reference(i, turn),
        crime_type="RB",
        crime_type_description="as recorded",
        batch_id="KNT20260310",
        window_from=from_us(int(targets.from_us[i])),
        window_to=from_us(int(targets.to_us[i])),
        latitude=51.2,
        longitude=0.7,
        x_m=float(targets.x_m[i]),
        y_m=float(targets.y_m[i]),
    )


def reference(i: int, turn: int = 0) -> str:
    """The reference of the crime at a target's position."""
    return f"K{turn or ''}/{i:06}"


async def _orders(conn: Connection, size: scene.Size) -> None:
    """Every device on one nominal, from a month before the first fix, open."""
    from_at = from_us(scene.START_US - 30 * DAY_US)
    await orders.keep(
        conn,
        [
            TagOrder(f"O{i:06d}", f"D{i:06d}", f"N{i:06d}", Basis.LICENCE, from_at)
            for i in range(size.wearers)
        ],
    )
