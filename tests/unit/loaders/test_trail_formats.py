"""CSV, NDJSON, GPX and Parquet: taken apart row by row, or refused in a sentence."""

import gzip
import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geocorr.errors import UsageError
from geocorr.model import Outcome, to_us
from loaders import trail_source, trails
from tests.unit.loaders.trail_text import GOOD, HEAD, options, told, written

AT = datetime(2026, 3, 28, 10, tzinfo=UTC)
GPX = """<?xml version="1.0"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="51.5" lon="-0.12"><ele>3</ele><time>2026-03-28T10:00:00Z</time>
<extensions><speed>10</speed><course>45</course></extensions></trkpt>
<trkpt lat="51.6" lon="-0.12"><name>x</name></trkpt>
</trkseg></trk></gpx>"""


@pytest.fixture
def check(tmp_path, bng):
    def run(content, name="trail.csv"):
        return trails.check(written(tmp_path, content, name), options(bng))

    return run


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_dialects_of_csv(check, end, mark, delimiter):
    text = end.join([HEAD, GOOD, "", "   ", ",,,", f'"{GOOD[:2]}"{GOOD[2:]}', "x,1"])
    report = check((mark + text).replace(",", delimiter))
    assert (report.read, report.accepted) == (3, 2)
    assert told(report) == [(3, None, "INVALID_COLUMN_COUNT")]
    assert report.faults[0].line == 7


def test_a_stray_quote_never_swallows_the_rows_below(check):
    rows = [f'"{GOOD}', GOOD, f'"A1"x{GOOD[2:]}', '"A,""2"""' + GOOD[2:]]
    report = check("\n".join([HEAD, *rows]))
    assert told(report) == [(1, None, "MALFORMED_CSV"), (3, None, "MALFORMED_CSV")]
    assert report.accepted == 2


def test_rows_and_lines_are_counted_across_blocks(tmp_path, bng, monkeypatch):
    monkeypatch.setattr(trail_source.line_blocks, "__defaults__", (150,))
    rows = [GOOD, "", "A2,never,51.5,-0.12", f'"{GOOD}', "short"] * 30
    report = trails.check(
        written(tmp_path, "\r\n".join(["", HEAD, *rows])), options(bng)
    )
    assert (report.read, report.accepted, report.rejected) == (120, 30, 90)
    assert report.faults[-1].row == 120
    assert report.faults[-1].line == 152
    assert report.faults[0].row == 2
    assert report.faults[0].line == 5


@pytest.mark.parametrize(
    ("head", "cause"),
    [
        ("device_id,latitude,longitude", "MISSING_COLUMN"),
        ("device_id,recorded_at,latitude", "MISSING_COLUMN"),
        (f"{HEAD},LATITUDE", "DUPLICATE_COLUMN"),
        (f"{HEAD},easting,northing", "MULTIPLE_LOCATION_DATA_TYPES"),
        (f'"{HEAD}', "MALFORMED_CSV"),
    ],
)
def test_a_heading_that_cannot_serve(check, head, cause):
    report = check(f"{head}\n{GOOD}")
    assert (report.outcome, report.cause) == (Outcome.FAILED, cause)
    assert report.faults[0].row is None


@pytest.mark.parametrize("content", [b"", b"\n\n", HEAD.encode()])
def test_a_file_without_a_row_is_an_error(check, content):
    report = check(content)
    assert (report.outcome, report.read) == (Outcome.ERROR, 0)


def test_bytes_that_are_no_utf8_fail(check):
    assert check(f"{HEAD}\nCafé,1,2,3".encode("cp1252")).cause == "NOT_UTF8"


def test_gzip_is_unzipped_and_hashed_by_content(tmp_path, bng):
    text = f"{HEAD}\n{GOOD}".encode()
    plain = written(tmp_path, text)
    packed = written(tmp_path, gzip.compress(text), "trail.csv.gz")
    assert trails.check(packed, options(bng)).accepted == 1
    assert trails.sha256(packed) == trails.sha256(plain)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.gpx.gz", "t.parquet.gz", "t.jsonl.gz"])
def test_a_cut_off_gzip_fails_whole(check, name):
    whole = gzip.compress(f"{HEAD}\n{GOOD}\n".encode() * 99)
    assert check(whole[:-9], name).cause in ("BROKEN_GZIP", "MALFORMED_FILE")
    assert check(b"no gzip", name).cause == "BROKEN_GZIP"


def test_a_folder_or_a_missing_file_is_wrong_use(tmp_path, bng):
    with pytest.raises(UsageError, match="folder"):
        trails.check(tmp_path, options(bng))
    with pytest.raises(UsageError, match="No such file"):
        trails.check(tmp_path / "none.csv", options(bng))


def test_ndjson(check, tmp_path, bng):
    good = {
        "Device_ID": 7,
        "recorded_at": 1774692000.5,
        "latitude": 51.5,
        "longitude": "-0.12",
        "accuracy_m": None,
    }
    lines = [
        json.dumps(good),
        "",
        "{broken",
        "[1]",
        json.dumps({**good, "latitude": []}),
    ]
    report = check("\n".join(lines), "t.ndjson")
    assert (report.read, report.accepted) == (4, 1)
    assert told(report) == [
        (2, None, "MALFORMED_JSON"),
        (3, None, "MALFORMED_JSON"),
        (4, "latitude", "INVALID_NUMBER"),
    ]
    assert [fault.line for fault in report.faults] == [3, 4, 5]
    fixes, _ = trails.read_all([tmp_path / "t.ndjson"], options(bng))
    assert fixes.devices == ("7",)
    assert fixes.t_us.tolist() == [1_774_692_000_500_000]


def test_gpx_takes_its_device_from_the_name(tmp_path, bng):
    path = written(tmp_path, gzip.compress(GPX.encode()), "tag 12.gpx.gz")
    fixes, reports = trails.read_all([path], options(bng, with_motion=True))
    assert fixes.devices == ("tag 12",)
    assert fixes.t_us.tolist() == [to_us(AT)]
    assert fixes.speed_kmh.tolist() == [36.0]
    assert told(reports[0]) == [(2, "recorded_at", "INVALID_TIME")]
    assert reports[0].faults[0].line == 5


def test_gpx_with_a_document_type_is_refused(check):
    bomb = GPX.replace("<gpx", '<!DOCTYPE gpx [<!ENTITY a "b">]><gpx', 1)
    report = check(bomb, "t.gpx")
    assert (report.outcome, report.cause) == (Outcome.FAILED, "MALFORMED_FILE")
    assert "document type" in report.faults[0].action


def test_gpx_that_is_cut_off_keeps_nothing(check):
    report = check(GPX[:-30], "t.gpx")
    assert (report.outcome, report.accepted) == (Outcome.FAILED, 0)


def parquet(tmp_path, **changes):
    columns = {
        "device_id": ["A1", "A2", None],
        "recorded_at": pa.array([AT] * 3, pa.timestamp("ns", "Europe/London")),
        "latitude": [51.5, float("nan"), 51.5],
        "longitude": [-0.12] * 3,
        "accuracy_m": [float("nan"), 5.0, None],
        **changes,
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_parquet_with_types_of_its_own(tmp_path, bng):
    fixes, reports = trails.read_all([parquet(tmp_path)], options(bng))
    assert fixes.t_us.tolist() == [to_us(AT)]
    assert told(reports[0]) == [
        (2, "latitude", "MISSING_PLACE"),
        (3, "device_id", "MISSING_DEVICE"),
    ]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([AT.replace(tzinfo=None)] * 3),
        pa.array([[1], [2], []]),
        pa.array([True, False, None]),
        pa.nulls(3),
        pa.array([2**62] * 3),
        pa.array([AT.date()] * 3),
        # Seconds that would wrap round to a likely time in microseconds.
        pa.array([2**63 // 10**6 * 2 + 1_774_692_000] * 3).cast(
            pa.timestamp("s", "UTC")
        ),
    ],
)
def test_parquet_times_that_are_none(tmp_path, bng, column):
    path = parquet(tmp_path, recorded_at=column)
    report = trails.check(path, options(bng))
    times = [fault.row for fault in report.faults if fault.field == "recorded_at"]
    assert times == [1, 2, 3]


def test_parquet_of_text_is_read_like_csv(tmp_path, bng):
    path = parquet(
        tmp_path,
        device_id=pa.array(["A1", "A2", "A2"]).dictionary_encode(),
        recorded_at=["2026-03-28T10:00:00Z", "1774692000", "no"],
        latitude=["51.5", "51.5", "51.5"],
    )
    fixes, reports = trails.read_all([path], options(bng))
    assert fixes.t_us.tolist() == [to_us(AT)] * 2
    assert told(reports[0]) == [(3, "recorded_at", "INVALID_TIME")]


def test_a_broken_parquet_fails_whole(check, tmp_path):
    whole = parquet(tmp_path).read_bytes()
    assert check(whole[:-5], "t.parquet").cause == "MALFORMED_FILE"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PAR1", "parquet"),
        (b"<gpx", "gpx"),
        (b"\xef\xbb\xbf{", "ndjson"),
        (b"a", "csv"),
    ],
)
def test_an_unknown_ending_is_told_by_its_bytes(tmp_path, head, kind):
    assert trail_source.kind_of(written(tmp_path, head, "x.dat")) == kind
