"""Postcode files into the database: whole or not at all, the last row and file hold."""

import numpy as np
import pytest

from api.intake import loading_people
from geocorr import geo
from geocorr.errors import NotFound
from loaders.report import LoadReport
from loaders.trail_source import TrailFileRefused
from sql import batches, jobs
from sql.db import Connection
from tests.db.deliveries import House

ROW = '"{}",{},{},{},"E92000001"'


async def load(house: House, *rows: tuple[str, int, int, int], name="c") -> LoadReport:
    path = house.folder / f"{name}.csv"
    path.write_text("".join(ROW.format(*row) + "\n" for row in rows))
    return await loading_people.load_postcodes(house.conn, path, house.door)


async def stored(conn: Connection) -> dict[str, tuple[object, ...]]:
    rows = await conn.fetch("select postcode, x_m, y_m, quality from postcode")
    return {row[0]: tuple(row)[1:] for row in rows}


async def test_the_last_row_and_the_last_file_hold(house: House) -> None:
    first, second = (
        ("ME1 1AA", 10, 600_000, 150_000),
        ("ME1  1AA", 30, 600_100, 150_000),
    )
    report = await load(house, first, second)
    assert [w.type for w in report.warnings] == ["DUPLICATE_POSTCODE"]
    assert await stored(house.conn) == {"ME11AA": (600_100, 150_000, 30)}
    await load(house, ("ME1 1AB", 90, 0, 0), first, name="d")
    assert await stored(house.conn) == {
        "ME11AA": (600_000, 150_000, 10),
        "ME11AB": (None, None, 90),
    }
    files = await house.conn.fetch("select name from postcode_file order by id")
    assert [f[0] for f in files] == ["c.csv", "d.csv"]


async def test_the_same_file_again_changes_nothing(house: House) -> None:
    row = ("ME1 1AA", 10, 600_000, 150_000)
    await load(house, row)
    await house.drain()
    assert (await load(house, row)).accepted == 1
    assert await jobs.waiting(house.conn) == {}, "so nobody's owner is looked at anew"
    files = await house.conn.fetchval("select count(distinct file) from postcode")
    assert files == 1


async def test_a_file_that_breaks_off_leaves_nothing(house: House) -> None:
    path = house.folder / "b.csv"
    path.write_bytes((ROW.format("ME1 1AA", 10, 600_000, 150_000) + "\n").encode() * 9)
    path.write_bytes(path.read_bytes() + b"\xff\n")
    with pytest.raises(TrailFileRefused):
        await loading_people.load_postcodes(house.conn, path, house.door)
    assert await stored(house.conn) == {}
    assert await house.count("postcode_file") == 0


async def test_places_are_of_the_working_crs(house: House) -> None:
    """The grid's metres by way of degrees, where the service works in others."""
    house.crs = geo.working_crs("EPSG:32630")
    await load(house, ("ME1 1AA", 10, 600_000, 150_000))
    x, y, _ = (await stored(house.conn))["ME11AA"]
    grid = geo.working_crs(geo.BNG)
    there = house.crs.to_wgs84(np.array([x]), np.array([y]))
    again = np.ravel(grid.to_metres(*there))
    assert again == pytest.approx([600_000, 150_000], abs=0.01)


async def test_the_file_itself_is_not_kept(house: House) -> None:
    """It is public and large; its name and hash are enough to find it again."""
    await load(house, ("ME1 1AA", 10, 600_000, 150_000))
    sha256 = await house.conn.fetchval("select sha256 from postcode_file")
    with pytest.raises(NotFound):
        await batches.original(house.conn, sha256)
