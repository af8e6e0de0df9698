"""Tag orders and device events in the database."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from geocorr.model import Basis, DeviceEvent, EventKind, TagOrder
from sql import queries
from sql.db import Connection, Record

Q = queries.read("orders")


async def lock(conn: Connection) -> None:
    """Let one file of orders or events in at a time, until the transaction ends."""
    await conn.execute(Q["lock_orders"])


async def conflicts(conn: Connection, orders: Sequence[TagOrder]) -> dict[str, str]:
    """Orders whose device another stored order holds at that time: by which."""
    columns = (
        [o.order_id for o in orders],
        [o.device_id for o in orders],
        [o.from_at for o in orders],
        [o.to_at for o in orders],
    )
    return dict(await conn.fetch(Q["find_conflicts"], *columns))


async def stored(conn: Connection, order_ids: Sequence[str]) -> dict[str, TagOrder]:
    """Orders by id, as they are now."""
    found = await conn.fetch(Q["read_orders"], order_ids)
    return {row["order_id"]: _order(row) for row in found}


async def keep(conn: Connection, orders: Sequence[TagOrder]) -> None:
    """Insert new orders and change known ones."""
    columns = (
        [o.order_id for o in orders],
        [o.device_id for o in orders],
        [o.nominal_id for o in orders],
        [o.basis.value for o in orders],
        [o.from_at for o in orders],
        [o.to_at for o in orders],
        [o.licence_ends for o in orders],
        [o.fitted_at for o in orders],
        [o.force for o in orders],
    )
    await conn.execute(Q["keep_orders"], *columns)


async def with_births(
    conn: Connection, devices: Sequence[str]
) -> tuple[tuple[TagOrder, ...], dict[str, date]]:
    """Every order of these devices, and dates of birth by nominal, where known."""
    if not devices:
        return (), {}
    found = await conn.fetch(Q["orders_and_births"], devices)
    born = {
        row["nominal_id"]: date.fromisoformat(row["date_of_birth"])
        for row in found
        if row["date_of_birth"] is not None
    }
    return tuple(_order(row[:-1]) for row in found), born


async def without_order(
    conn: Connection, stretches: Sequence[tuple[str, datetime, datetime]]
) -> list[str]:
    """The devices that no order holds in any of their stretches (device, from, to)."""
    columns = zip(*stretches, strict=True) if stretches else ((), (), ())
    found = await conn.fetch(Q["devices_without_order"], *map(list, columns))
    return [row[0] for row in found]


async def of_nominals(
    conn: Connection, nominals: Sequence[str]
) -> tuple[TagOrder, ...]:
    """Every order of these nominals."""
    found = await conn.fetch(Q["orders_of_nominals"], nominals)
    return tuple(_order(row) for row in found)


async def in_time(
    conn: Connection, from_at: datetime, to_at: datetime
) -> tuple[TagOrder, ...]:
    """Every order that holds a device at some instant from one time to another."""
    found = await conn.fetch(Q["orders_in_time"], from_at, to_at)
    return tuple(_order(row) for row in found)


async def tamper_known(conn: Connection) -> bool:
    """Whether reports of strap and battery come in at all."""
    known: bool = await conn.fetchval(Q["any_event"])
    return known


async def born(conn: Connection, nominals: Collection[str]) -> dict[str, date]:
    """Dates of birth by nominal, where known."""
    found = await conn.fetch(Q["born_nominals"], list(nominals))
    return {row[0]: date.fromisoformat(row[1]) for row in found}


async def keep_events(
    conn: Connection, events: Sequence[DeviceEvent]
) -> list[tuple[str, datetime]]:
    """Keep events; returns device and time of those that were not known."""
    columns = (
        [e.device_id for e in events],
        [e.at for e in events],
        [e.kind.value for e in events],
        [e.note for e in events],
    )
    found = await conn.fetch(Q["keep_events"], *columns)
    return [(row[0], row[1]) for row in found]


async def events(
    conn: Connection, devices: Sequence[str] | None = None
) -> tuple[DeviceEvent, ...]:
    """The reports of these devices, or of all, oldest first."""
    if devices is None:
        found = await conn.fetch(Q["events_of_all"])
    else:
        found = await conn.fetch(Q["events_of_devices"], devices)
    return tuple(DeviceEvent(r[0], r[1], EventKind(r[2]), r[3]) for r in found)


def _order(row: Record) -> TagOrder:
    order_id, device, nominal, basis, *rest = row
    return TagOrder(order_id, device, nominal, Basis(basis), *rest)
