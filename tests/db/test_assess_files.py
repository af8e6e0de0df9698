"""`match --assess`: files say of a hit what the database says of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.intake.loading import load_orders
from api.matches.hits_file import csv_text
from api.matches.match_files import Matched, Sources, match_files
from tests.db.deliveries import (
    EAST,
    NORTH,
    TRAIL_HEAD,
    House,
    crime,
    crimes,
    stay,
    written,
)

WEEK_MIN = 7 * 24 * 60
HEAD = "order_id,device_id,nominal_id,basis,from,to,force"


def weekly(device: str, weeks: range, x: float = 0) -> Iterator[str]:
    """Three hours from half past eight at one place, so many weeks off."""
    for week in weeks:
        yield from stay(device, x, week * WEEK_MIN - 90, 180)


def drive(device: str, week: int) -> Iterator[str]:
    """From the west to the east, through the place between two fixes."""
    for minute in range(-90, 90):
        x = -700 if minute < 20 else 700
        yield f"{device},{written(week * WEEK_MIN + minute)},{EAST + x},{NORTH},8"


# T1 is always there, T2 was there that once; T3 is of another force and never there, T4
# has too few weeks, T5 drove past in some, T6 may not be used for base rates.
TRAILS = (
    *weekly("T1", range(-8, 1)),
    *weekly("T2", range(-8, 0), 3_000),
    *weekly("T2", range(1)),
    *weekly("T3", range(-8, 1), 6_000),
    *weekly("T4", range(-3, 1)),
    *(line for week in (-4, -2, 0) for line in drive("T5", week)),
    *weekly("T5", range(-8, -4), 3_000),
    *weekly("T6", range(-8, 1), 50),
)
ORDERS = (
    "O1,T1,N1,licence,2025-12-01,,Kent",
    "O2,T2,N2,community_order,2025-12-01,,",
    "O3,T3,N3,licence,2025-12-01,,Gwent",
    "O4,T4,N4,licence,2025-12-01,,Kent",
    "O5,T5,N5,licence,2025-12-01,,Kent",
    "O6,T6,N6,other,2025-12-01,,Kent",
)
CRIMES = (crime("A"), crime("B", x=6_000, minute=30), crime("C", x=90_000))


@pytest.fixture
def files(tmp_path: Path) -> Sources:
    """The same as files."""
    texts = {
        "orders.csv": "\n".join([HEAD, *ORDERS, ""]),
        "trails.csv": "\n".join([TRAIL_HEAD, *TRAILS, ""]),
        "crimes.csv": crimes(*CRIMES).decode(),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    paths = {name: tmp_path / name for name in texts}
    return Sources((paths["trails.csv"],), paths["crimes.csv"], paths["orders.csv"])


def assessed(house: House, files: Sources) -> Matched:
    return match_files(files, house.crs, house.policy, assess=True)


async def test_files_say_what_the_database_says(house: House, files: Sources) -> None:
    """LEICS-16. Ratio, base rate and Lambda, of hits and of passings alike."""
    data = "\n".join([HEAD, *ORDERS, ""]).encode()
    await load_orders(house.conn, data, "o.csv", house.door)
    await house.trails(*TRAILS)
    await house.crimes(*CRIMES)
    await house.drain()
    found = assessed(house, files)
    assert csv_text(found.hits) == csv_text([s.hit for s in await house.hits()])
    at_a = {h.nominal_id: h for h in found.hits if h.crime_reference == "A"}
    assert at_a["N1"].likelihood_ratio < 1.5 < 10 < at_a["N2"].likelihood_ratio
    assert (at_a["N4"].base_rate, at_a["N4"].likelihood_ratio) == (None, None)
    assert at_a["N5"].verdict == "passed"
    assert at_a["N5"].base_rate > at_a["N2"].base_rate
    able = sum(hit.base_rate is not None for hit in found.hits)
    assert found.summary["assessable"] == able == 4


async def test_without_orders_each_device_has_its_own_habit(
    house: House, files: Sources
) -> None:
    found = assessed(house, replace(files, orders=None))
    at_a = {h.device_id: h for h in found.hits if h.crime_reference == "A"}
    assert at_a["T1"].likelihood_ratio < 1.5 < at_a["T2"].likelihood_ratio
    assert at_a["T6"].likelihood_ratio < 1.5


async def test_every_hit_says_what_was_found_and_how_it_weighs(
    house: House, files: Sources
) -> None:
    bare = match_files(files, house.crs, house.policy)
    for plain, weighed in zip(bare.hits, assessed(house, files).hits, strict=True):
        assert plain.base_rate is plain.likelihood_ratio is plain.lambda_ is None
        assert weighed.because.startswith(plain.because + " ")
        empty = {"base_rate": None, "likelihood_ratio": None, "lambda_": None}
        assert replace(weighed, because=plain.because, **empty) == plain


def test_an_officer_sees_ratio_and_words(
    files: Sources, grid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    folder = files.trails[0].parent
    words = ["match", "--trails", str(files.trails[0]), "--crimes", str(files.crimes)]
    words += ["--orders", str(files.orders), "-o", str(folder / "hits.csv"), "--assess"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0
    rows = [line.split() for line in told.stdout.splitlines() if line.startswith(" A ")]
    assert [row[3] for row in rows][:1] == ["N2"]
    support = {row[3]: " ".join(row[8:]) for row in rows}
    assert support["N2"] == "moderate"
    assert support["N1"] in ("no", "habit")
    assert support["N4"] == "not assessable"
    assert "A low ratio excludes nobody" in " ".join(told.stdout.split())
    told = CliRunner().invoke(app, [*words, "--json"])
    assert json.loads(told.stdout)["assessable"] == 4
