"""Nominals, their addresses, and boundaries into the database."""

from api.loading import Door, in_force, rematch
from loaders import addresses as address_files
from loaders import boundaries as boundary_files
from loaders import nominals as nominal_files
from loaders.report import LoadReport
from sql import batches, boundaries, nominals, orders
from sql.boundaries import StoredBoundary
from sql.db import Connection, transaction
from sql.nominals import StoredAddress


async def load_nominals(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store nominals; a changed date of birth re-matches what they wore a tag for."""
    report, found = nominal_files.parse(data, name)
    async with transaction(conn):
        await batches.keep_original(conn, data, "nominals", door.who)
        before = await orders.born(conn, [n.nominal_id for n in found])
        await nominals.upsert_nominals(conn, found)
        after = await orders.born(conn, [n.nominal_id for n in found])
        changed = [n for n in after if before.get(n) != after[n]]
        worn = await orders.of_nominals(conn, changed)
        spells = [in_force(order) for order in worn]
        await rematch(conn, spells, door, "nominals", "a date of birth came or changed")
    return report


async def load_addresses(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store addresses; what is known already is renewed."""
    report, found = address_files.parse(data, name, door.crs)
    stored = [
        StoredAddress(
            a.nominal_id,
            a.kind.value,
            a.line,
            a.postcode,
            a.x_m,
            a.y_m,
            a.from_at,
            a.to_at,
            a.source,
            a.recorded_at,
        )
        for a in found
    ]
    async with transaction(conn):
        await batches.keep_original(conn, data, "addresses", door.who)
        await nominals.upsert_addresses(conn, stored)
    return report


async def load_boundaries(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store forces, LPUs and districts, each for its days."""
    report, found = boundary_files.parse(data, name, door.crs)
    stored = [
        StoredBoundary(
            b.force, b.code, b.name, b.kind.value, b.area.wkb, b.valid_from, b.valid_to
        )
        for b in found
    ]
    async with transaction(conn):
        await batches.keep_original(conn, data, "boundaries", door.who)
        await boundaries.store(conn, stored)
    return report
