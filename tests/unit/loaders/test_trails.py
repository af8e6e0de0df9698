"""Rows of a trail file: what they mean, and every fault by name."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from geocorr import geo
from geocorr.errors import CrsError
from geocorr.model import Mechanism, Outcome, to_us
from loaders import mapping, trails
from tests.unit.loaders.trail_text import GOOD, HEAD, options, told, written

FULL = f"{HEAD},accuracy_m,mechanism,speed_kmh,direction_deg,hdop,satellites"


@pytest.fixture
def check(tmp_path, bng):
    def run(text, name="trail.csv", **changes):
        return trails.check(written(tmp_path, text, name), options(bng, **changes))

    return run


@pytest.fixture
def read(tmp_path, bng):
    def run(text, name="trail.csv", **changes):
        path = written(tmp_path, text, name)
        return trails.read_all([path], options(bng, **changes))[0]

    return run


def test_a_good_row_becomes_a_fix_in_metres_and_utc(read):
    fixes = read(f"{HEAD}\nT1,2026-03-28T11:00:00.25+01:00,51.4893656495,-0.1199255718")
    assert fixes.devices == ("T1",)
    at = datetime(2026, 3, 28, 10, 0, 0, 250_000, tzinfo=UTC)
    assert fixes.t_us.tolist() == [to_us(at)]
    assert fixes.x_m[0] == pytest.approx(530624.974, abs=0.01)
    assert fixes.y_m[0] == pytest.approx(178388.464, abs=0.01)
    assert math.isnan(fixes.accuracy_m[0])
    assert fixes.mechanism.tolist() == [Mechanism.GPS]


def test_headings_may_come_in_any_order_and_case(read):
    fixes = read(" Northing,EASTING,Recorded_At,Device_ID\n178388,530624,1774692000,T1")
    assert (fixes.x_m[0], fixes.y_m[0]) == (530624.0, 178388.0)


@pytest.mark.parametrize(
    "written_as",
    [
        "2026-03-28T10:00:00Z",
        "2026-03-28 10:00:00Z",
        "2026-03-28T10:00Z",
        "2026-03-28T11:00:00+01:00",
        "2026-03-28T11:00:00+0100",
        "20260328T100000Z",
        "1774692000",
        "1774692000.000000",
        " 2026-03-28T10:00:00.000000Z ",
    ],
)
def test_times_with_an_offset_and_epoch_seconds_are_the_same(read, written_as):
    fixes = read(f"{HEAD}\nT1,{written_as},51.5,-0.12\n{GOOD.replace('A1', 'T2')}")
    assert fixes.t_us[0] == fixes.t_us[1]


def test_epoch_fractions_keep_their_microseconds(read):
    fixes = read(f"{HEAD}\nT1,1774692000.123457,51.5,-0.12")
    assert fixes.t_us.tolist() == [1_774_692_000_123_457]


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ("2026-03-28T10:00:00", "INVALID_TIME"),
        ("2026-02-30T10:00:00Z", "INVALID_TIME"),
        ("2026-03-28T24:00:00Z", "INVALID_TIME"),
        ("1970-01-01T00:00:00Z", "INVALID_TIME"),
        ("0", "INVALID_TIME"),
        ("1774692000000", "INVALID_TIME"),
        ("yesterday", "INVALID_TIME"),
        ("", "INVALID_TIME"),
        ("2026-04-01T00:05:01Z", "FUTURE_TIME"),
    ],
)
def test_bad_times(check, at, kind):
    report = check(f"{HEAD}\n{GOOD}\nT1,{at},51.5,-0.12")
    assert told(report) == [(2, "recorded_at", kind)]
    assert report.faults[0].line == 3
    assert report.faults[0].value == at


def test_five_minutes_ahead_is_still_now(check):
    assert check(f"{HEAD}\nT1,2026-04-01T00:05:00Z,51.5,-0.12").faults == ()


@pytest.mark.parametrize(
    ("place", "field", "kind"),
    [
        ("91,0", "latitude", "INVALID_PLACE"),
        ("51.5,-181", "longitude", "INVALID_PLACE"),
        ("0,0", "latitude", "INVALID_PLACE"),
        ("NaN,-0.12", "latitude", "INVALID_NUMBER"),
        ("51.5,Infinity", "longitude", "INVALID_NUMBER"),
        ("0x33,-0.12", "latitude", "INVALID_NUMBER"),
        ("51.5N,-0.12", "latitude", "INVALID_NUMBER"),
        ("51.5,1e999", "longitude", "INVALID_NUMBER"),
        (",-0.12", "latitude", "MISSING_PLACE"),
    ],
)
def test_impossible_places(check, place, field, kind):
    report = check(f"{HEAD}\nT1,1774692000,{place}\n{GOOD}")
    assert told(report) == [(1, field, kind)]
    assert report.outcome is Outcome.PARTIAL


@pytest.mark.parametrize(
    ("cells", "field", "kind"),
    [
        ("x,GPS,,,,", "accuracy_m", "INVALID_NUMBER"),
        ("-1,GPS,,,,", "accuracy_m", "INVALID_NUMBER"),
        ("1e9,GPS,,,,", "accuracy_m", "INVALID_NUMBER"),
        ("5,GLONASS?,,,,", "mechanism", "UNKNOWN_MECHANISM"),
        ("5,GPS,fast,,,", "speed_kmh", "INVALID_NUMBER"),
        ("5,GPS,,north,,", "direction_deg", "INVALID_NUMBER"),
        ("5,GPS,,,good,", "hdop", "INVALID_NUMBER"),
        ("5,GPS,,,,many", "satellites", "INVALID_NUMBER"),
    ],
)
def test_optional_columns_of_the_wrong_type(check, cells, field, kind):
    report = check(f"{FULL}\n{GOOD},{cells}")
    assert told(report) == [(1, field, kind)]
    assert report.outcome is Outcome.ERROR


def test_every_fault_of_a_row_is_told_in_column_order(check):
    report = check(f"{HEAD},accuracy_m\n,soon,north,500,bad")
    assert told(report) == [
        (1, "device_id", "MISSING_DEVICE"),
        (1, "recorded_at", "INVALID_TIME"),
        (1, "latitude", "INVALID_NUMBER"),
        (1, "longitude", "INVALID_PLACE"),
        (1, "accuracy_m", "INVALID_NUMBER"),
    ]
    assert (report.read, report.accepted, report.rejected) == (1, 0, 1)


def test_mechanisms_in_any_spelling_and_blank_is_gps(read):
    names = ["GPS", "lbs", "Wi-Fi", "WIFI", "rf", ""]
    rows = "\n".join(f"T{i},1774692000,51.5,-0.1,,{n},,,," for i, n in enumerate(names))
    found = read(f"{FULL}\n{rows}").mechanism.tolist()
    assert [Mechanism(code).name for code in found] == [
        "GPS",
        "LBS",
        "WIFI",
        "WIFI",
        "RF",
        "GPS",
    ]


def test_accuracy_of_nought_or_blank_is_unknown(read):
    rows = [f"T{i},1774692000,51.5,-0.1,{a},,,,," for i, a in enumerate(["0", "", "7"])]
    accuracy = read("\n".join([FULL, *rows])).accuracy_m
    assert np.isnan(accuracy[:2]).all()
    assert accuracy[2] == 7


def test_motion_is_kept_when_asked_and_impossible_motion_is_only_a_warning(read, check):
    text = f"{FULL}\n{GOOD},,,36.5,90,,\n{GOOD.replace('A1', 'T2')},,,-1,400,,"
    assert read(text).speed_kmh is None
    fixes = read(text, with_motion=True)
    assert fixes.speed_kmh[0] == 36.5
    assert fixes.direction_deg[0] == 90
    assert np.isnan(fixes.speed_kmh[1])
    assert np.isnan(fixes.direction_deg[1])
    report = check(text)
    assert report.outcome is Outcome.SUCCESSFUL
    assert [(w.type, w.field, w.value) for w in report.warnings] == [
        ("VALUE_IGNORED", "speed_kmh", "1"),
        ("VALUE_IGNORED", "direction_deg", "1"),
    ]


def test_unknown_columns_are_only_warned_of(check):
    report = check(f"{HEAD},battery\n{GOOD},80")
    assert report.outcome is Outcome.SUCCESSFUL
    assert [(w.type, w.field) for w in report.warnings] == [
        ("UNKNOWN_COLUMN", "battery")
    ]


def test_identical_repeats_are_dropped_and_twins_kept(read, check):
    text = f"{HEAD}\n{GOOD}\n{GOOD}\n{GOOD.replace('51.5', '51.6')}"
    assert len(read(text)) == 2
    report = check(text)
    assert (report.outcome, report.accepted) == (Outcome.SUCCESSFUL, 3)
    assert [(w.type, w.value) for w in report.warnings] == [
        ("IDENTICAL_REPEAT", "1"),
        ("SAME_TIME_OTHER_PLACE", "2"),
    ]


def test_fixes_come_sorted_whatever_the_order_of_rows_and_files(tmp_path, bng):
    rng = np.random.default_rng(5)
    rows = [
        f"T{rng.integers(0, 5)},{1774692000 + rng.integers(0, 50)},"
        f"51.{rng.integers(0, 3)},-0.1"
        for _ in range(400)
    ]
    halves = [
        written(tmp_path, "\n".join([HEAD, *part]), f"{i}.csv")
        for i, part in enumerate((rows[:200], rows[200:]))
    ]
    fixes, reports = trails.read_all(halves, options(bng))
    keys = list(zip(fixes.device, fixes.t_us, fixes.x_m, fixes.y_m, strict=True))
    assert keys == sorted(set(keys))
    assert len(keys) == len(set(rows))
    assert [r.accepted for r in reports] == [200, 200]


def test_a_file_refused_whole_adds_nothing(tmp_path, bng):
    good = written(tmp_path, f"{HEAD}\n{GOOD}", "good.csv")
    bad = written(tmp_path, f"{HEAD}\nT9{GOOD[2:]}\n".encode() + b"\xff\xfe\n", "b.csv")
    fixes, reports = trails.read_all([bad, good], options(bng))
    assert fixes.devices == ("A1",)
    assert [r.outcome for r in reports] == [Outcome.FAILED, Outcome.SUCCESSFUL]
    assert reports[0].cause == "NOT_UTF8"


def test_more_than_a_thousand_faults_are_counted_not_listed(check):
    rows = "\n".join(["T1,never,51.5,-0.12"] * 1500 + ["T1,1774692000,x,y"] * 10)
    report = check(f"{HEAD}\n{rows}")
    assert len(report.faults) == 1000
    assert report.rejected == 1510
    closing = report.warnings[-1]
    assert closing.type == "FAULTS_NOT_LISTED"
    assert closing.value == "INVALID_TIME 1500; INVALID_NUMBER 20"


def test_a_crs_that_is_off_at_the_data_is_refused(tmp_path):
    path = written(tmp_path, f"{HEAD}\n{GOOD}")
    with pytest.raises(CrsError, match="stretches"):
        trails.check(path, options(geo.working_crs("EPSG:3857")))


def test_one_stray_fix_does_not_refuse_the_file(check):
    rows = "\n".join([GOOD] * 50 + ["T1,1774692000,51.5,-9.9"])
    report = check(f"{HEAD}\n{rows}")
    assert told(report) == [(51, "latitude", "INVALID_PLACE")]


MAP = """
kind = "trails"
device = "tag"
latitude = "lat"
longitude = "lon"
accuracy_m = "acc"
accuracy_level = 68
time = { column = "t", format = "%d/%m/%Y %H:%M", zone = "Europe/London", shift_s = 60 }
speed = { column = "v", unit = "knots" }
"""


def test_a_foreign_map_converts_names_times_levels_and_units(read):
    text = "tag,t,lat,lon,acc,v\nA,01/06/2025 12:00,51.5,-0.1,10,10"
    fixes = read(text, map=mapping.parse(MAP, "m.toml"), with_motion=True)
    assert fixes.t_us[0] == to_us(datetime(2025, 6, 1, 11, 1, tzinfo=UTC))
    level = math.sqrt(math.log(0.05) / math.log(0.32))
    assert fixes.accuracy_m[0] == pytest.approx(10 * level, rel=1e-6)
    assert fixes.speed_kmh[0] == pytest.approx(18.52)


def test_what_a_feed_declares_is_stated_of_satellite_fixes_that_state_none(read):
    """At the map's level, as the column is; a cell tower is never so near."""
    found = mapping.parse(
        MAP + 'mechanism = "kind"\nfeed = { accuracy_m = 10 }\n', "m.toml"
    )
    rows = [",GPS", "0,gps", "30,", ",LBS", "700,LBS"]
    text = "tag,t,lat,lon,acc,kind\n" + "\n".join(
        f"A,01/06/2025 12:0{i},51.5,-0.1,{row}" for i, row in enumerate(rows)
    )
    level = math.sqrt(math.log(0.05) / math.log(0.32))
    assert read(text, map=found).accuracy_m.tolist() == pytest.approx(
        [10 * level, 10 * level, 30 * level, np.nan, 700 * level], nan_ok=True
    )


def test_fixes_in_reverse_order_are_sorted_and_said(tmp_path, bng):
    """Devices that take turns are in order, and so is a later file of earlier fixes."""
    rows = [f"T{i % 2},{1774692000 + i},51.5,-0.1" for i in range(20)]
    late = written(tmp_path, "\n".join([HEAD, *rows[10:]]), "late.csv")
    early = written(tmp_path, "\n".join([HEAD, *rows[:10]]), "early.csv")
    found, reports = trails.read_all([late, early], options(bng))
    assert reports[-1].warnings == ()
    back = written(tmp_path, "\n".join([HEAD, *reversed(rows)]), "back.csv")
    turned, reports = trails.read_all([back], options(bng))
    (warning,) = reports[0].warnings
    assert (warning.type, warning.value) == ("TIME_RAN_BACKWARDS", "18")
    for name in ("device", "t_us", "x_m"):
        assert np.array_equal(getattr(found, name), getattr(turned, name))


@pytest.mark.parametrize("local", ["30/03/2025 01:30", "26/10/2025 01:30"])
def test_a_local_hour_that_is_skipped_or_comes_twice_is_a_fault(check, local):
    text = f"tag,t,lat,lon,acc,v\nA,{local},51.5,-0.1,10,10"
    report = check(text, map=mapping.parse(MAP, "m.toml"))
    assert told(report) == [(1, "recorded_at", "INVALID_TIME")]


def test_one_odd_value_changes_no_other(read):
    """Arrow's whole-column casts and the value-by-value reading agree."""
    rng = np.random.default_rng(7)
    days = rng.integers(10, 28, 900)
    forms = ["{}Z", "{}+00:00", "{}.5Z", "{}.123456-03:30", "{}+01"]
    rows = [
        f"T{i},{forms[i % 5].format(f'2026-03-{days[i]}T0{i % 10}:00:59')},"
        f"{51 + i / 999:.6f},-{i / 999:.3e}"
        for i in range(900)
    ]
    clean = read("\n".join([HEAD, *rows]))
    odd = read("\n".join([HEAD, *rows, "", "X,never,+5.1.e1,nan", "Y,,,"]))
    assert clean.devices == odd.devices
    for name in ("device", "t_us", "x_m", "y_m"):
        assert np.array_equal(getattr(clean, name), getattr(odd, name))
