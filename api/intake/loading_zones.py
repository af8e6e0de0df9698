"""Zone files into the database, and the look at the trails that they concern."""

from collections.abc import Sequence
from datetime import UTC, datetime

from api.intake.loading import Door
from api.zones import zones as looking
from geocorr.model import from_us, to_us
from geocorr.zones import Zone
from loaders import zones as zone_files
from loaders.report import LoadReport
from sql import batches, zones
from sql.db import Connection, transaction

# Beyond any trail, yet within what PostgreSQL and Python both call a date.
_LAST_DAY = datetime(2200, 1, 1, tzinfo=UTC)


async def load_zones(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """WMP2-8-EM. Store zones; a changed one is a new version and is looked at anew."""
    return (await store_zones(conn, data, name, door))[0]


async def store_zones(
    conn: Connection, data: bytes, name: str, door: Door
) -> tuple[LoadReport, int]:
    """The same, and how many of them are new or changed."""
    report, given = zone_files.parse(data, name, door.crs)
    async with transaction(conn):
        await zones.lock(conn)
        await batches.keep_original(conn, data, "zones", door.who)
        stored = await zones.by_id(conn, [zone.zone_id for zone in given])
        before = {zone_id: found.zone for zone_id, found in stored.items()}
        changed = [zone for zone in given if before.get(zone.zone_id) != zone]
        await zones.keep(conn, changed)
        old = [before[z.zone_id] for z in changed if z.zone_id in before]
        await _look(conn, changed, old)
    return report, len(changed)


async def _look(conn: Connection, new: Sequence[Zone], old: Sequence[Zone]) -> None:
    """Ask for a look at the trails of all whom these zones concern, or did."""
    if not new:
        return
    low = min(zone.from_us for zone in (*new, *old))
    high = max(min(zone.to_us, to_us(_LAST_DAY)) for zone in (*new, *old))
    devices = await zones.concerned(conn, [zone.zone_id for zone in new])
    spells = [(device, from_us(low), from_us(high)) for device in devices]
    await looking.ask(conn, spells, "a zone came or changed")
