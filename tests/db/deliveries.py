"""A small house to load files into: what a force, a hub and a centre would send.

Places are metres from one point, times minutes from ten o'clock of one Tuesday.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api import worker
from api.intake import loading, loading_crimes, loading_trails
from api.intake.loading import Door
from geocorr.geo import WorkingCrs
from geocorr.policy import Policy
from loaders.crime_options import CrimeOptions
from loaders.policy import shipped
from loaders.report import LoadReport
from loaders.trails import TrailOptions
from sql import hits
from sql.crimes import StoredBatch
from sql.db import Connection, Database
from sql.hits import StoredHit
from tests.unit.loaders.crime_text import file, row

TEN = datetime(2026, 3, 10, 10, tzinfo=UTC)
NOW = datetime(2026, 3, 12, 8, tzinfo=UTC)
EAST, NORTH = 600_000, 150_000
BATCH = "KNT20260311"
TRAIL_HEAD = "device_id,recorded_at,easting,northing,accuracy_m"
ORDER_HEAD = "order_id,device_id,nominal_id,basis,from,to"
EVENT_HEAD = "device_id,at,kind"


def at(minute: float) -> datetime:
    """So many minutes after ten."""
    return TEN + timedelta(minutes=minute)


def written(minute: float) -> str:
    """The same as a file has it."""
    return f"{at(minute):%Y-%m-%dT%H:%M:%SZ}"


def crime(reference: str, x: float = 0, minute: float = 0, **cells: str) -> str:
    """A crime `x` metres east with an hour's window from `minute` on."""
    return row(
        **{
            "crime_reference": reference,
            "batch_id": BATCH,
            "from": f"{at(minute):%Y%m%d%H%M%S}",
            "to": f"{at(minute + 60):%Y%m%d%H%M%S}",
            "easting": str(EAST + x),
            "northing": str(NORTH),
            **cells,
        }
    )


def crimes(*rows: str, batch: str = BATCH) -> bytes:
    """A crime file of these rows, all of one batch."""
    return file(*rows).replace(BATCH.encode(), batch.encode())


def stay(device: str, x: float = 0, minute: float = 0, minutes: int = 10) -> list[str]:
    """A fix a minute at one place."""
    place = f"{EAST + x},{NORTH},8"
    return [f"{device},{written(minute + i)},{place}" for i in range(minutes)]


def order(
    name: str,
    device: str,
    first: str = "2026-03-01",
    last: str = "",
    basis: str = "licence",
) -> str:
    """An order of London days, the last one included."""
    return f"{name},{device},N-{name},{basis},{first},{last}"


@dataclass
class House:
    """A database and the doors into it."""

    database: Database
    conn: Connection
    crs: WorkingCrs
    folder: Path
    policy: Policy = field(default_factory=shipped)

    @property
    def door(self) -> Door:
        return Door(self.crs, self.policy, "tester")

    async def crimes(self, *rows: str, batch: str = BATCH) -> StoredBatch:
        return (await self.crime_file(crimes(*rows, batch=batch)))[1]

    async def crime_file(self, data: bytes) -> tuple[LoadReport, StoredBatch]:
        options = CrimeOptions(self.crs, NOW)
        return await loading_crimes.load_crimes(
            self.conn, data, "c.csv", options, self.door
        )

    async def trails(self, *rows: str, name: str = "trails.csv") -> LoadReport:
        path = self.folder / name
        path.write_text("\n".join([TRAIL_HEAD, *rows, ""]))
        options = TrailOptions(self.crs, NOW, 0.001, with_motion=True)
        return await loading_trails.load_trails(self.conn, path, options, self.door)

    async def orders(self, *rows: str) -> LoadReport:
        data = "\n".join([ORDER_HEAD, *rows, ""]).encode()
        return await loading.load_orders(self.conn, data, "o.csv", self.door)

    async def events(self, *rows: str) -> LoadReport:
        data = "\n".join([EVENT_HEAD, *rows, ""]).encode()
        return await loading.load_events(self.conn, data, "e.csv", self.door)

    async def drain(self) -> None:
        await worker.drain(self.database, self.policy)

    async def hits(self, **of: object) -> list[StoredHit]:
        return await hits.listed(self.conn, **of)

    async def live(self) -> dict[str, int]:
        """The live hits: which run found each crime's."""
        return {s.hit.crime_reference: s.run for s in await self.hits()}

    async def states(self) -> list[tuple[str, int, str]]:
        """Every hit that ever was: crime, version, state; oldest first."""
        found = await self.conn.fetch(
            "select reference, version, hit.state from hit"
            " join crime_version v on v.id = hit.crime_version"
            " join crime on crime.id = v.crime order by hit.id"
        )
        return [tuple(row) for row in found]

    async def count(self, table: str) -> int:
        return await self.conn.fetchval(f"select count(*) from {table}")

    async def matchings(self) -> int:
        """How many runs of matching there were; what follows from them comes after."""
        return await self.conn.fetchval(
            "select count(*) from run where kind not in ('assess', 'coverage')"
        )
