"""Postcodes as published: Code-Point Open and the ONSPD, and all that can be wrong."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

import pytest

from geocorr.errors import UsageError
from geocorr.model import Outcome
from loaders import postcodes
from loaders.postcodes import Reading, Row
from loaders.report import LoadReport
from loaders.trail_source import TrailFileRefused

CODE_POINT = '"B1  1AY",10,406523,286448,"E92000001","","","","E08000025","E05001193"\n'
ONSPD_HEAD = "pcd,pcd2,pcds,dointr,doterm,oseast1m,osnrth1m,osgrdind,ctry\n"


def read(path: Path, text: str | bytes) -> tuple[list[Row], LoadReport]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reading = Reading(path)
    rows = [row for portion in reading.portions() for row in portion]
    return rows, reading.report()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.csv"


def test_code_point_open_has_no_heading(path: Path) -> None:
    rows, report = read(path, CODE_POINT)
    assert rows == [Row(1, "B11AY", 406_523.0, 286_448.0, 10, None)]
    assert (report.outcome, report.read, report.accepted) == (Outcome.SUCCESSFUL, 1, 1)


@pytest.mark.parametrize(
    "heading", ["PC,PQ,EA,NO,CY\n", "Postcode,Positional_quality_indicator,E,N\n"]
)
def test_a_heading_that_somebody_put_over_it_is_passed_over(
    path: Path, heading: str
) -> None:
    rows, report = read(path, heading + CODE_POINT)
    assert ([r.postcode for r in rows], report.read) == (["B11AY"], 1)


def test_the_onspd_by_its_headings(path: Path) -> None:
    """Its quality is Code-Point's by ten; a postcode that ended still has a place."""
    rows, report = read(
        path,
        ONSPD_HEAD
        + "B1 1AY,B1  1AY,B1 1AY,198001,,406523,286448,1,E92000001\n"
        + "B1 1AZ,B1  1AZ,B1 1AZ,198001,201512,406523,286448,8,E92000001\n"
        + "BT1 1AA,BT1  1AA,BT1 1AA,198001,,146000,529000,1,N92000002\n"
        + "JE2 3AA,JE2 3AA,JE2 3AA,198001,,,,9,L93000001\n",
    )
    assert [(r.postcode, r.easting, r.quality, r.terminated) for r in rows] == [
        ("B11AY", 406_523.0, 10, None),
        ("B11AZ", 406_523.0, 80, date(2015, 12, 1)),
        ("BT11AA", None, 90, None),
        ("JE23AA", None, 90, None),
    ]
    (warning,) = report.warnings
    assert warning.type == "OTHER_GRID"
    assert report.outcome is Outcome.SUCCESSFUL


def test_the_onspd_under_its_newer_names(path: Path) -> None:
    text = "pcd7,pcds,doterm,east1m,north1m,gridind\nB1  1AY,B1 1AY,,406523,286448,1\n"
    rows, _ = read(path, text)
    assert rows == [Row(1, "B11AY", 406_523.0, 286_448.0, 10, None)]


@pytest.mark.parametrize(
    ("row", "field", "kind"),
    [
        ("B11,10,406523,286448", "postcode", "INVALID_POSTCODE"),
        (",10,406523,286448", "postcode", "INVALID_POSTCODE"),
        ("B1 1AY,15,406523,286448", "quality", "INVALID_QUALITY"),
        ("B1 1AY,12,406523,286448", "quality", "INVALID_QUALITY"),
        ("B1 1AY,,406523,286448", "quality", "INVALID_QUALITY"),
        ("B1 1AY,10,east,286448", "easting", "INVALID_NUMBER"),
        ("B1 1AY,10,406523,", "northing", "INVALID_NUMBER"),
        ("B1 1AY,10,0,0", "easting", "INVALID_LOCATION_DATA_RANGE"),
        ("B1 1AY,10,406523,1300001", "northing", "INVALID_LOCATION_DATA_RANGE"),
        ("B1 1AY,10,NaN,1", "easting", "INVALID_NUMBER"),
        ("B1 1AY,10", None, "INVALID_COLUMN_COUNT"),
    ],
)
def test_what_is_wrong_with_a_row_is_a_fault(
    path: Path, row: str, field: str | None, kind: str
) -> None:
    rows, report = read(path, CODE_POINT + row + "\n")
    assert len(rows) == 1
    (fault,) = report.faults
    assert (fault.row, fault.line, fault.field, fault.type) == (2, 2, field, kind)
    assert (report.outcome, report.rejected) == (Outcome.PARTIAL, 1)


def test_a_place_that_is_not_there_is_no_fault(path: Path) -> None:
    rows, report = read(path, '"B1  1AY",90,0,0,"E92000001"\n')
    assert rows == [Row(1, "B11AY", None, None, 90, None)]
    assert report.faults == ()


@pytest.mark.parametrize(
    "text",
    ["", "a,b,c,d\n1,2,3,4\n", "pcds,oseast1m,osnrth1m\n", "\n", "{}", '"'],
)
def test_what_is_no_postcode_file_is_refused_whole(path: Path, text: str) -> None:
    with pytest.raises(TrailFileRefused, match="Code-Point Open as published"):
        read(path, text)


def test_what_is_not_text_is_refused_whole(path: Path, tmp_path: Path) -> None:
    with pytest.raises(TrailFileRefused, match="UTF-8"):
        read(path, CODE_POINT.encode() + b"\xff\xfe\n")
    with pytest.raises(TrailFileRefused, match="gzip"):
        read(tmp_path / "b.csv.gz", CODE_POINT.encode())
    whole = gzip.compress(CODE_POINT.encode() * 100)
    with pytest.raises(TrailFileRefused, match="gzip"):
        read(tmp_path / "cut.csv.gz", whole[:-12])
    with pytest.raises(TrailFileRefused, match="first row is no CSV"):
        read(path, "B" * 200_000)
    with pytest.raises(UsageError, match="cannot be read"):
        list(Reading(tmp_path / "none.csv").portions())


def test_a_row_that_is_no_csv_is_a_fault(path: Path) -> None:
    rows, report = read(path, CODE_POINT + "B" * 200_000 + "\n" + CODE_POINT)
    assert (len(rows), report.rejected) == (2, 1)
    assert report.faults[0].type == "MALFORMED_CSV"


def test_thousands_of_faults_are_counted_and_not_all_told(path: Path) -> None:
    _, report = read(path, CODE_POINT + "B1,10,1,1\n" * 5_000)
    assert (report.read, report.rejected, len(report.faults)) == (5_001, 5_000, 1_001)
    assert report.faults[-1].type == "MORE_FAULTS"
    assert "4,000 more" in report.faults[-1].action


def test_portions_and_the_hash_of_what_was_unzipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "_PORTION", 2)
    text = CODE_POINT.encode() * 5
    path = tmp_path / "b.csv.gz"
    path.write_bytes(gzip.compress(text))
    reading = Reading(path)
    assert [len(portion) for portion in reading.portions()] == [2, 2, 1]
    assert reading.sha256 == hashlib.sha256(text).digest()
