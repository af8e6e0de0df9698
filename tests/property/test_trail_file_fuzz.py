"""Whatever bytes come in, a trail file is judged: no exception but our own."""

import gzip
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geocorr.errors import InputError, UsageError
from loaders import events, nominals, orders, trails
from tests.unit.loaders.trail_text import GOOD, HEAD, options

QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ENDINGS = ["csv", "gpx", "ndjson", "parquet", "csv.gz", "dat"]
COLUMNS = f"{HEAD},accuracy_m,mechanism,speed_kmh,received_at"
ROW = f"{GOOD},5,GPS,3.5,2026-03-28T10:00:09Z"
cells = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "NaN",
            "1e400",
            "-0",
            "9" * 40,
            "2026-03-28T10:00:00Z",
            "51.5",
            '"',
            "\x00",
        ]
    ),
)


def judged(data: bytes, ending: str, crs) -> tuple:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"trail.{ending}"
        path.write_bytes(data)
        fixes, (report,) = trails.read_all([path], options(crs))
    assert report.read == report.accepted + report.rejected
    assert len(fixes) <= report.accepted
    assert np.isfinite(fixes.x_m).all()
    return fixes, report


@pytest.mark.parametrize("ending", ENDINGS)
@QUIET
@given(data=st.binary(max_size=300))
@example(data=b"PAR1PAR1")
@example(data=b"<!DOCTYPE a><a/>")
@example(data=b"[" * 5000)
@example(data=b'{"device_id":' + b"[" * 5000)
def test_random_bytes(bng, ending, data):
    try:
        judged(data, ending, bng)
    except (InputError, UsageError) as refused:
        assert str(refused)


@QUIET
@given(
    rows=st.lists(st.lists(cells, min_size=1, max_size=9), max_size=12),
    place=st.integers(0, 12),
)
@example(rows=[["", '"'], [""], [""]], place=0)
@example(rows=[[""], ["", '"'], [""]], place=2)
def test_mutated_rows_never_raise_and_never_touch_a_good_row(bng, rows, place):
    lines = [",".join(row).replace("\n", " ").replace("\r", " ") for row in rows]
    lines.insert(min(place, len(lines)), ROW)
    fixes, report = judged("\n".join([COLUMNS, *lines]).encode(), "csv", bng)
    assert "A1" in fixes.devices
    assert report.read <= len(lines)
    assert all(f.action and f.type for f in report.faults)


@QUIET
@given(st.binary(min_size=1, max_size=3), st.integers(0, 2000))
def test_a_flipped_parquet_or_gzip_never_raises(bng, patch, at):
    table = {
        name: [value] * 20
        for name, value in zip(COLUMNS.split(","), ROW.split(","), strict=True)
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink, compression="none")
    packed = gzip.compress("\n".join([COLUMNS, *[ROW] * 50]).encode())
    for whole, ending in (
        (sink.getvalue().to_pybytes(), "parquet"),
        (packed, "csv.gz"),
    ):
        start = at % len(whole)
        judged(whole[:start] + patch + whole[start + len(patch) :], ending, bng)


@QUIET
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_the_small_files(data):
    heads = {
        orders.parse: b"order_id,device_id,nominal_id,basis,from,to\nO,D,N,licence,",
        events.parse: b"device_id,at,kind,note\nD,2026-03-28T10:00:00Z,removed,",
        partial(nominals.parse, today=date(2026, 3, 28)): (
            b"nominal_id,family_name,given_names,pnc_id,flags\nN,A,B,"
        ),
    }
    for parse, head in heads.items():
        for content in (data, head + data):
            report, found = parse(content, "x.csv")
            assert report.read == report.accepted + report.rejected
            assert len(found) == report.accepted
