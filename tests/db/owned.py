"""A town of two LPUs, and people in it: metres east of the line between them."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from api.intake import loading_people
from api.owners import owning
from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from loaders.profile import Profiles
from loaders.report import LoadReport
from sql import entries, owners, runs, scores
from sql.owners import Owned, OwnedFilter
from tests.db.deliveries import EAST, NORTH, House, crime, crimes

DAY = date(2026, 3, 10)
ADDRESS_HEAD = "nominal_id,kind,easting,northing,postcode,from,to\n"
NOMINAL_HEAD = "nominal_id,family_name,given_names,force,flags\n"
_batches = itertools.cycle(range(1, 12))
# Code, name, force, kind, from and to in metres east of the line.
AREAS = (
    ("W", "West", "Kent", "lpu", -2_000, 0),
    ("E", "East", "Kent", "lpu", 0, 2_000),
    ("KNT", "Kent", "Kent", "force", -2_000, 3_000),
    ("ESX", "Essex", "Essex", "force", 4_000, 9_000),
)


def ring(low: float, high: float) -> list[list[float]]:
    """A square of 4 km from south to north."""
    west, east, south, north = EAST + low, EAST + high, NORTH - 2_000, NORTH + 2_000
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area(code, name, force, kind, low, high, valid_from="", valid_to=""):
    """A feature of a boundary file."""
    named = {"force": force, "code": code, "name": name, "kind": kind}
    return {
        "type": "Feature",
        "properties": {**named, "valid_from": valid_from, "valid_to": valid_to},
        "geometry": {"type": "Polygon", "coordinates": [ring(low, high)]},
    }


@dataclass
class Town:
    """What is loaded, and who owns whom."""

    house: House
    profiles: Profiles = field(default_factory=lambda: Profiles({}))

    async def boundaries(self, *areas) -> LoadReport:
        """Load these areas, or the usual ones."""
        crs = {"type": "name", "properties": {"name": "EPSG:27700"}}
        features = [area(*a) for a in areas or AREAS]
        text = json.dumps(
            {"type": "FeatureCollection", "crs": crs, "features": features}
        )
        load = loading_people.load_boundaries
        return self.sound(
            await load(self.house.conn, text.encode(), "b.json", self.house.door)
        )

    async def people(self, *rows: str) -> None:
        """Load nominals, each an id and perhaps a force and flags."""
        lines = [
            f"{n},F,G,{rest or 'Kent,'}"
            for n, _, rest in (r.partition(",") for r in rows)
        ]
        data = (NOMINAL_HEAD + "\n".join(lines) + "\n").encode()
        load = loading_people.load_nominals
        self.sound(await load(self.house.conn, data, "n.csv", self.house.door))

    async def addresses(self, *rows: str) -> LoadReport:
        """Load addresses: nominal, kind, metres east (or none), postcode, from, to."""
        lines = []
        for row in rows:
            nominal, kind, x, postcode, *dates = row.split(",")
            place = f"{EAST + float(x)},{NORTH}" if x else ","
            dates = [*dates, "", ""][:2]
            lines.append(",".join((nominal, kind, place, postcode, *dates)))
        data = (ADDRESS_HEAD + "\n".join(lines) + "\n").encode()
        load = loading_people.load_addresses
        return self.sound(await load(self.house.conn, data, "a.csv", self.house.door))

    def sound(self, report: LoadReport) -> LoadReport:
        """The report, which must have no faults."""
        assert report.faults == (), report.faults
        return report

    async def decide(self, day: date = DAY, ids=None) -> owning.Decided:
        """Decide on a day."""
        return await owning.decide(self.house.conn, day, self.profiles, ids)

    async def standing(self, nominal: str, day: date = DAY) -> Owned:
        """How one nominal stands."""
        return await owners.standing(self.house.conn, nominal, day)

    async def find(self, day: date = DAY, **asked) -> list[Owned]:
        """Who stands so."""
        return (await owners.find(self.house.conn, day, OwnedFilter(**asked)))[1]

    async def owners(self, day: date = DAY) -> dict[str, tuple[str, str | None]]:
        """Force and LPU of all who are owned."""
        found = await self.find(day, waiting=False)
        return {o.nominal_id: (o.force, o.lpu) for o in found}

    async def queues(self, day: date = DAY) -> dict[str, str]:
        """The queue of all who are not."""
        return {o.nominal_id: o.queue for o in await self.find(day, waiting=True)}

    async def number(self, nominal: str) -> int:
        """The number of a nominal's only address."""
        found = "select id from nominal_address where nominal_id = $1"
        return await self.house.conn.fetchval(found, nominal)

    async def units(self, *rows: str) -> LoadReport:
        """Load Code-Point rows: postcode, quality, metres east of the line."""
        lines = []
        for row in rows:
            postcode, quality, x = row.split(",")
            lines.append(f'"{postcode}",{quality},{EAST + int(x)},{NORTH},"E92000001"')
        path = self.house.folder / "codepoint.csv"
        path.write_text("\n".join(lines) + "\n")
        load = loading_people.load_postcodes
        return await load(self.house.conn, path, self.house.door)

    async def offend(self, nominal: str, *where: float | None) -> None:
        """Charged offences of the last months, each at a place or at none."""
        placed = [(f"{nominal}-{i}", x) for i, x in enumerate(where)]
        rows = [crime(name, x) for name, x in placed if x is not None]
        if rows:
            report, _ = await self.house.crime_file(
                crimes(*rows, batch=f"KNT202603{next(_batches):02d}")
            )
            self.sound(report)
        given = [
            Entry(f"E-{name}", nominal, name, DataSet.CRIMES, date(2026, 3, 1), "34B",
                  "", EntryOutcome.CHARGED, date(2026, 3, 2), "", "Kent")
            for name, _ in placed
        ]  # fmt: skip
        await entries.keep(self.house.conn, given, datetime.now(UTC))

    async def is_high(self, nominal: str, band: str = "HIGH", was: str = "") -> None:
        """Store a change of band, as scoring does."""
        conn = self.house.conn
        await entries.number_nominals(conn, [nominal])
        run = await runs.start(conn, "score", None, ({}, "h", "v"))
        await scores.start(conn, run, DAY, everyone=False)
        number = "select id from score_nominal where nominal_id = $1"
        await conn.execute(
            "insert into score_change (run, nominal, day, was, band, given)"
            " values ($1, $2, $3, $4, $5, 0)",
            run, await conn.fetchval(number, nominal), DAY, was or None, band,
        )  # fmt: skip
