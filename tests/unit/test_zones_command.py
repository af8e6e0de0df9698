"""`geocorr zones` as a person and a script meet it: files in, breaches out."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import UsageError
from loaders.policy import shipped

TRAIL_HEAD = "device_id,recorded_at,easting,northing,accuracy_m"
ZONE_HEAD = (
    "zone_id,nominal_id,device_id,kind,easting,northing,radius_m,timetable,from,owner"
)
CURFEW = "C1,N1,,curfew,450000,250000,60,19:00-07:00,2026-03-01,IOM"
KEEP_OUT = "X1,,T1,exclusion,451000,250000,100,always,2026-03-01,IOM"
STRANGER = "C9,N9,,curfew,450000,250000,60,always,2026-03-01,IOM"
ORDERS = "order_id,device_id,nominal_id,basis,from\nO1,T1,N1,{basis},2026-03-01\n"


@pytest.fixture(autouse=True)
def home(grid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The grid lies where the commands look for it."""
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """T1 at home to 20:09, in X1 to 20:39, home again."""
    rows = [TRAIL_HEAD]
    for minute in range(60):
        east = 451_000 if 10 <= minute < 40 else 450_000
        rows.append(f"T1,2026-03-10T20:{minute:02}:00Z,{east + minute % 2},250000,8")
    (tmp_path / "trails.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def run(folder: Path, *zones: str, basis: str = "licence", more=()) -> Result:
    (folder / "orders.csv").write_text(ORDERS.format(basis=basis))
    (folder / "zones.csv").write_text("\n".join([ZONE_HEAD, *zones, ""]))
    paths = ["--trails", "trails.csv", "--zones", "zones.csv", "--orders", "orders.csv"]
    words = [str(folder / w) if w.endswith(".csv") else w for w in (*paths, *more)]
    return CliRunner().invoke(app, ["zones", *words])


def test_a_person_reads_a_table(folder: Path) -> None:
    result = run(folder, CURFEW, KEEP_OUT)
    assert result.exit_code == 0, result.output
    assert "C1   absence T1     N1      10 Mar 20:10 20:39+00:00" in result.output
    assert "X1   entry   T1     N1      10 Mar 20:09 20:39+00:00" in result.output
    assert "2 zones: 1 entry, 1 absence, 0 stretches not known" in result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_a_file_has_all_of_it(folder: Path) -> None:
    run(folder, CURFEW, KEEP_OUT, more=("-o", "out.csv"))
    with (folder / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["zone_id"], r["kind"], r["order_id"]) for r in rows] == [
        ("C1", "absence", "O1"),
        ("X1", "entry", "O1"),
    ]
    assert rows[0]["from"] == "2026-03-10T20:10:00Z"
    assert rows[0]["policy_hash"] == shipped().hash
    assert "WMP2-8-EM" in rows[0]["rules"]
    before = (folder / "out.csv").read_bytes()
    run(folder, CURFEW, KEEP_OUT, more=("-o", "out.csv"))
    assert (folder / "out.csv").read_bytes() == before


def test_a_script_reads_one_document(folder: Path) -> None:
    result = run(folder, CURFEW, STRANGER, more=("--json",))
    told = json.loads(result.stdout)
    assert (told["zones"], told["absence"], told["entry"]) == (2, 1, 0)
    assert told["without_tag"] == ["C9"]
    assert told["breaches"][0]["because"].startswith("30 fixes of the tag")
    assert [r["file"] for r in told["reports"]] == [
        "trails.csv",
        "zones.csv",
        "orders.csv",
    ]


def test_a_zone_that_no_tag_concerns_is_told(folder: Path) -> None:
    result = run(folder, STRANGER)
    assert "for zone C9: nothing is said of it" in " ".join(result.output.split())


def test_a_refused_row_is_told_and_the_rest_is_done(folder: Path) -> None:
    result = run(folder, CURFEW, KEEP_OUT.replace("always", "nights"))
    assert result.exit_code == 4
    assert "INVALID_TIMETABLE" in result.output
    assert "C1   absence" in result.output
    assert run(folder, KEEP_OUT.replace("always", "nights")).exit_code == 1


def test_immigration_bail_allows_nothing(folder: Path) -> None:
    """LEICS-16. And court bail allows zones."""
    nothing = run(folder, CURFEW, KEEP_OUT, basis="immigration_bail", more=("--json",))
    assert json.loads(nothing.stdout)["breaches"] == []
    assert json.loads(nothing.stdout)["without_tag"] == ["C1", "X1"]
    bail = run(folder, CURFEW, KEEP_OUT, basis="court_bail", more=("--json",))
    assert len(json.loads(bail.stdout)["breaches"]) == 2


def test_without_orders_zones_are_of_devices(folder: Path) -> None:
    run(folder, KEEP_OUT)
    words = ["--trails", str(folder / "trails.csv")]
    words += ["--zones", str(folder / "zones.csv"), "--json"]
    told = json.loads(CliRunner().invoke(app, ["zones", *words]).stdout)
    assert [b["rules"] for b in told["breaches"]] == ["WMP2-8-EM"]
    run(folder, CURFEW)
    refused = CliRunner().invoke(app, ["zones", *words])
    assert isinstance(refused.exception, UsageError)
    assert "give --orders" in str(refused.exception)


def test_events_make_an_absence_unknown(folder: Path) -> None:
    """The strap was open: the tag may have gone without its wearer."""
    (folder / "events.csv").write_text(
        "device_id,at,kind\nT1,2026-03-10T20:05:00Z,strap_open\n"
        "T1,2026-03-10T20:45:00Z,strap_closed\n"
    )
    result = run(folder, CURFEW, more=("--events", "events.csv", "--json"))
    (found,) = json.loads(result.stdout)["breaches"]
    assert (found["kind"], found["from"]) == ("unknown", "2026-03-10T20:04:00Z")
    assert "strap open" in found["why"]


@pytest.mark.parametrize("name", ["out.txt", "no/such/folder/out.csv"])
def test_an_output_that_cannot_be(folder: Path, name: str) -> None:
    result = run(folder, CURFEW, more=("-o", str(folder / name)))
    assert isinstance(result.exception, UsageError)
