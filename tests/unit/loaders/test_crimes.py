"""The crime file: every fault by name, times, places, repeats, outcomes."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from geocorr import geo
from geocorr.errors import InputError, UsageError
from geocorr.geo import WorkingCrs
from geocorr.model import Outcome
from loaders import crimes, places
from loaders.cells import number_of
from loaders.crimes import CrimeOptions, parse
from tests.unit.loaders.crime_text import DEGREES, NOW, faults, file, parsed, row

RANGE = "INVALID_LOCATION_DATA_RANGE"
PARTNER = "DEPENDENT_LOCATION_DATA"
BOTH = "MULTIPLE_LOCATION_DATA_TYPES"
FROM, TO = "INVALID_FROM_DATE_FORMAT", "INVALID_TO_DATE_FORMAT"


def test_a_good_row_becomes_a_crime(bng: WorkingCrs) -> None:
    result = parsed(file(row(crime_type="rb", police_force="knt")), bng)
    (crime,) = result.crimes()
    assert result.report.outcome is Outcome.SUCCESSFUL
    assert (crime.police_force, crime.crime_type) == ("Kent", "RB")
    assert crime.window_from == datetime(2026, 6, 30, 10, tzinfo=UTC)
    assert (crime.x_m, crime.y_m) == (600000, 150000)
    assert 51 < crime.latitude < 52 and 0 < crime.longitude < 1.5
    assert (result.report.police_force, result.report.batch_id) == (
        "Kent",
        "KNT20260701",
    )


@pytest.mark.parametrize(
    ("changes", "field", "type_"),
    [
        ({"police_force": "Ruritania"}, "policeForce", "INVALID_POLICE_FORCE"),
        ({"police_force": ""}, "policeForce", "INVALID_POLICE_FORCE"),
        ({"crime_type": "ZZ"}, "crimeType", "INVALID_CRIME_TYPE"),
        ({"batch_id": " "}, "batchId", "MISSING_BATCH_ID"),
        ({"batch_id": "WMP20260701"}, "batchId", "INVALID_BATCH_ID_FORMAT"),
        ({"batch_id": "KNT20260701-12"}, "batchId", "INVALID_BATCH_ID_FORMAT"),
        ({"batch_id": "KNT20260701\n"}, "batchId", "INVALID_BATCH_ID_FORMAT"),
        ({"batch_id": "KNT20260230"}, "batchId", "INVALID_BATCH_ID_DATE"),
        ({"batch_id": "KNT20081231"}, "batchId", "INVALID_BATCH_ID_DATE"),
        ({"batch_id": "KNT20260704"}, "batchId", "INVALID_BATCH_ID_DATE"),
        ({"crime_reference": "  "}, "crimeReference", "MISSING_CRIME_REFERENCE"),
        ({"from_": "20260230100000"}, "dateFrom", FROM),
        ({"from_": ""}, "dateFrom", FROM),
        ({"to": "20260630240000"}, "dateTo", TO),
        ({"to": "2026-06-30T24:00:00"}, "dateTo", TO),
        ({"to": "2026-06-30"}, "dateTo", TO),
        ({"to": "2026-06-30T11:00:00+25:00"}, "dateTo", TO),
        ({"to": "20260630095959"}, "dateTo", "CRIME_DATE_TIME_TO_AFTER_FROM"),
        ({"to": "20260630220001"}, "dateTo", "CRIME_DATE_TIME_EXCEEDS_WINDOW"),
        ({"easting": "NaN"}, "easting", "INVALID_NUMBER"),
        ({"easting": "Infinity"}, "easting", "INVALID_NUMBER"),
        ({"easting": "0x10"}, "easting", "INVALID_NUMBER"),
        ({"easting": "600000m"}, "easting", "INVALID_NUMBER"),
        ({"easting": "600_000"}, "easting", "INVALID_NUMBER"),
        ({"northing": ""}, "easting", PARTNER),
        ({"easting": "700000.1"}, "easting", RANGE),
        ({"northing": "-0.1"}, "northing", RANGE),
        ({"easting": "1000", "northing": "1299000"}, "easting", RANGE),
        ({"easting": "1e999"}, "easting", RANGE),
        ({**DEGREES, "latitude": "61.6"}, "latitude", RANGE),
        ({**DEGREES, "longitude": "-6.26", "latitude": "53.35"}, "latitude", RANGE),
        ({"easting": "", "northing": ""}, None, "MISSING_LOCATION_DATA"),
        ({"datum": "wgs84"}, "datum", "DATUM_MISMATCH"),
        ({**DEGREES, "datum": "OSGB36"}, "datum", "DATUM_MISMATCH"),
        ({"datum": "ED50"}, "datum", "DATUM_MISMATCH"),
        ({"free_text": "x" * 10_001}, "crimeText", "INVALID_TEXT"),
        ({"free_text": "a\0b"}, "crimeText", "INVALID_TEXT"),
        ({"crime_type_description": "a\0b"}, "crimeText", "INVALID_TEXT"),
        ({"crime_reference": "a\0b"}, "crimeReference", "INVALID_TEXT"),
    ],
)
def test_each_fault_by_its_name(
    changes: dict[str, str], field: str | None, type_: str, bng: WorkingCrs
) -> None:
    result = parsed(file(row(), row(**{"crime_reference": "K/2", **changes})), bng)
    assert faults(result) == [(2, field, type_)]
    assert result.report.outcome is Outcome.PARTIAL
    (fault,) = result.report.faults
    assert fault.line is not None and fault.line >= 3
    assert fault.action.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "20260630100000"},
        {"to": "20260630220000"},
        {"easting": "639821.835", "northing": "169565.858"},
        {"easting": "+6.0e5", "northing": "150000."},
        {**DEGREES, "datum": "wgs84"},
        {"datum": "osgb36"},
        {"free_text": "x" * 10_000},
        {"batch_id": "KNT20260703-1-r"},
        {"batch_id": "KNT20260701-A"},
        {"from_": "2026-06-30T10:00Z", "to": "2026-06-30T13:00:00.5+02:00"},
        {"from_": "20260630T100000Z", "to": "2026-06-30 10:30:00"},
        {"crime_type_description": "=2+2"},
    ],
)
def test_what_is_legal(changes: dict[str, str], bng: WorkingCrs) -> None:
    result = parsed(file(row(**changes)), bng)
    assert result.report.faults == ()
    assert result.report.outcome is Outcome.SUCCESSFUL


def test_every_fault_of_a_row_in_column_order(bng: WorkingCrs) -> None:
    wrong = row(
        police_force="Nowhere",
        crime_type="?",
        batch_id="",
        crime_reference="",
        from_="soon",
        to="late",
        easting="abc",
        northing="",
        latitude="51.2",
        datum="moon",
        free_text="\0",
    )
    found = parsed(file(row(), wrong), bng)
    assert faults(found) == [
        (2, "policeForce", "INVALID_POLICE_FORCE"),
        (2, "crimeType", "INVALID_CRIME_TYPE"),
        (2, "batchId", "MISSING_BATCH_ID"),
        (2, "crimeReference", "MISSING_CRIME_REFERENCE"),
        (2, "dateFrom", FROM),
        (2, "dateTo", TO),
        (2, "easting", "INVALID_NUMBER"),
        (2, "latitude", PARTNER),
        (2, "datum", "DATUM_MISMATCH"),
        (2, "crimeText", "INVALID_TEXT"),
    ]
    assert found.report.faults[4].value == "soon"


def test_both_systems_are_told_on_each_coordinate(bng: WorkingCrs) -> None:
    found = parsed(file(row(latitude="51.2", longitude="0.9")), bng)
    fields = ("easting", "northing", "latitude", "longitude")
    assert faults(found) == [(1, field, BOTH) for field in fields]
    assert found.report.outcome is Outcome.ERROR


def test_metres_agree_with_degrees_at_an_ordnance_survey_point(bng: WorkingCrs) -> None:
    degrees = {**DEGREES, "latitude": "51.3744702555", "longitude": "1.44454730409"}
    metres = {"easting": "639821.835", "northing": "169565.858"}
    found = parsed(file(row(**metres), row(crime_reference="K/2", **degrees)), bng)
    one, two = found.crimes()
    assert np.hypot(one.x_m - two.x_m, one.y_m - two.y_m) < 0.01


def test_kilometres_answer_as_their_places_do(bng: WorkingCrs) -> None:
    draw = np.random.default_rng(3)
    # The west of Wales and the sea beyond: cover ends in between.
    x_m, y_m = draw.uniform(1.6e5, 1.8e5, 20_000), draw.uniform(1.9e5, 2.1e5, 20_000)
    latitude, longitude = bng.to_wgs84(x_m, y_m)
    quick = places.british(latitude, longitude, x_m, y_m)
    assert (quick == geo.ostn15_covers(x_m, y_m)).all()


def test_spring_gap_is_refused_in_london_only(bng: WorkingCrs) -> None:
    gap = row(from_="20260329013000", to="20260329030000")
    assert faults(parsed(file(gap), bng, "Europe/London")) == [(1, "dateFrom", FROM)]
    assert parsed(file(gap), bng).report.outcome is Outcome.SUCCESSFUL


def test_summer_time_is_an_hour_off(bng: WorkingCrs) -> None:
    (crime,) = parsed(file(row()), bng, "Europe/London").crimes()
    assert crime.window_from == datetime(2026, 6, 30, 9, tzinfo=UTC)


def test_autumn_overlap_is_widened_and_flagged(bng: WorkingCrs) -> None:
    batch = {"batch_id": "KNT20251026"}
    twice = row(from_="20251026013000", to="20251026013000", **batch)
    found = parsed(file(twice), bng, "Europe/London")
    (crime,) = found.crimes()
    assert crime.window_from == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert crime.window_to == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert crime.flags == ("AMBIGUOUS_TIME",)
    assert [w.field for w in found.report.warnings] == ["dateFrom", "dateTo"]
    assert found.report.outcome is Outcome.SUCCESSFUL
    offset = row(from_="2025-10-26T01:30:00Z", to="2025-10-26T01:30:00Z", **batch)
    (plain,) = parsed(file(offset), bng, "Europe/London").crimes()
    assert plain.flags == () and plain.window_from == plain.window_to


def test_the_window_is_judged_after_widening(bng: WorkingCrs) -> None:
    batch = {"batch_id": "KNT20251026"}
    long = row(from_="20251026013000", to="20251026123000", **batch)
    assert faults(parsed(file(long), bng, "Europe/London")) == []
    second = row(from_="20251026013000", to="20251026123001", **batch)
    assert faults(parsed(file(second), bng, "Europe/London")) == [
        (1, "dateTo", "CRIME_DATE_TIME_EXCEEDS_WINDOW")
    ]


def test_the_same_row_twice_is_refused(bng: WorkingCrs) -> None:
    found = parsed(file(row(), row(), row(crime_type="rb", datum="OSGB36")), bng)
    repeat = "DUPLICATE_CRIME_REFERENCE"
    assert faults(found) == [
        (2, "crimeReference", repeat),
        (3, "crimeReference", repeat),
    ]
    assert len(found.crimes()) == 1


def test_other_content_of_a_reference_is_a_later_version(bng: WorkingCrs) -> None:
    found = parsed(file(row(), row(free_text="more")), bng)
    assert found.report.faults == ()
    assert [w.type for w in found.report.warnings] == ["CRIME_REFERENCE_REPEATED"]
    assert found.report.warnings[0].row == 2
    assert [crime.free_text for crime in found.crimes()] == ["text", "more"]


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        (
            {"police_force": "WestMidlands", "batch_id": "WMP20260701"},
            "MULTIPLE_POLICE_FORCES",
        ),
        ({"batch_id": "KNT20260701-1"}, "MULTIPLE_BATCH_IDS"),
    ],
)
def test_mixed_files_fail_whole(
    second: dict[str, str], cause: str, bng: WorkingCrs
) -> None:
    found = parsed(file(row(), row(crime_reference="K/2", **second)), bng)
    report = found.report
    assert (report.outcome, report.cause) == (Outcome.FAILED, cause)
    assert (report.read, report.accepted, report.rejected) == (2, 0, 2)
    assert [(f.row, f.type) for f in report.faults] == [(None, cause)]
    assert found.crimes() == ()


def test_only_valid_rows_make_a_file_mixed(bng: WorkingCrs) -> None:
    other = row(police_force="Gwent", batch_id="GWP20260701", from_="never")
    found = parsed(file(row(), other), bng)
    assert found.report.outcome is Outcome.PARTIAL


def test_a_file_of_another_force_than_expected(bng: WorkingCrs) -> None:
    found = parsed(file(row()), bng, force="west midlands")
    assert faults(found) == [(1, "policeForce", "INVALID_POLICE_FORCE")]
    assert parsed(file(row()), bng, force="KNT").report.faults == ()


def test_windows_1252_fails_and_rows_are_counted(bng: WorkingCrs) -> None:
    data = file(row(free_text="caf\u00e9"), row()).decode().encode("cp1252")
    report = parsed(data, bng).report
    assert (report.outcome, report.cause) == (Outcome.FAILED, "NOT_UTF8")
    assert (report.read, report.rejected) == (2, 2)


def test_too_large_fails(bng: WorkingCrs) -> None:
    data = file(row(free_text="x")) + b"\xff,\n"
    report = parse(data, CrimeOptions(bng, NOW, max_bytes=50)).report
    assert (report.outcome, report.cause) == (Outcome.FAILED, "TOO_LARGE")
    assert (report.read, report.rejected) == (2, 2)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\r\n , ,\n", file()])
def test_no_row_at_all_is_an_error(data: bytes, bng: WorkingCrs) -> None:
    report = parsed(data, bng).report
    assert (report.outcome, report.read, report.faults) == (Outcome.ERROR, 0, ())


def test_the_report_as_json_has_its_keys_in_order(bng: WorkingCrs) -> None:
    document = parsed(file(row(crime_type="?")), bng).report.as_json()
    assert list(document) == [
        *("file", "outcome", "cause", "read", "accepted", "rejected"),
        *("batch_id", "police_force", "faults", "warnings"),
    ]
    listed = document["faults"]
    assert isinstance(listed, list)
    assert listed[0] == {
        "row": 1,
        "line": 2,
        "crime_reference": "K/1",
        "field": "crimeType",
        "type": "INVALID_CRIME_TYPE",
        "value": "?",
        "action": "Give one of the known crime types.",
    }


def test_refused_rows_come_back_and_can_be_sent_again(bng: WorkingCrs) -> None:
    bad = row(crime_reference="K/2", crime_type="?", free_text="=cmd()")
    back = parsed(file(row(), bad), bng).refused_csv().decode()
    assert "'=cmd()" in back and "INVALID_CRIME_TYPE" in back
    assert "K/1" not in back
    again = parsed(back.replace("?", "RB", 1), bng)
    assert [crime.crime_reference for crime in again.crimes()] == ["K/2"]


def test_plain_negative_numbers_are_no_formulas(bng: WorkingCrs) -> None:
    bad = row(**{**DEGREES, "longitude": "-0.12"}, crime_type="?")
    assert ",51.2,-0.12," in parsed(file(bad), bng).refused_csv().decode()


def test_a_zipped_file_reads_as_its_contents(tmp_path: Path) -> None:
    path = tmp_path / "crimes.csv.gz"
    path.write_bytes(gzip.compress(file(row())))
    assert crimes.read(path) == file(row())
    path.write_bytes(gzip.compress(file(row()))[:-12])
    with pytest.raises(InputError, match="gzip"):
        crimes.read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        crimes.read(tmp_path)


def test_an_unknown_zone_or_a_naive_clock_is_wrong_use(bng: WorkingCrs) -> None:
    with pytest.raises(UsageError, match="zone"):
        CrimeOptions(bng, NOW, "Europe/Paris")
    with pytest.raises(UsageError, match="offset"):
        CrimeOptions(bng, NOW.replace(tzinfo=None))


def test_the_longest_window_is_a_choice(bng: WorkingCrs) -> None:
    options = replace(CrimeOptions(bng, NOW), max_window_h=1.0)
    (fault,) = parse(file(row()), options).report.faults
    assert fault.action == "Narrow the times to at most 1 h."


@pytest.mark.parametrize("text", ["1", "-1.5", "+.5", "5.", "1e3", "1.5E-2"])
def test_numbers(text: str) -> None:
    assert number_of(text) == float(text)
