"""Tag orders: London days, bases, and one device on one nominal at a time."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geocorr.model import Basis, Outcome
from loaders import orders

HEAD = "order_id,device_id,nominal_id,basis,from,to,licence_ends,fitted_at,force"


def parse(*rows, head=HEAD):
    report, found = orders.parse("\n".join([head, *rows]).encode(), "orders.csv")
    return report, found


def faults(*rows):
    return [(f.row, f.field, f.type) for f in parse(*rows)[0].faults]


def test_bare_dates_are_london_midnights_and_the_end_date_is_included():
    _, (order,) = parse("O1,D1,N1,licence,2026-03-01,2026-03-29,2026-06-30,,GWP")
    assert order.from_at == datetime(2026, 3, 1, tzinfo=UTC)
    # 29 March 2026 is the day of the clock change: the next midnight is in summer.
    assert order.to_at == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert order.licence_ends == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert (order.basis, order.force, order.fitted_at) == (Basis.LICENCE, "GWP", None)


def test_times_carry_their_offset():
    _, (order,) = parse("O1,D1,N1,COURT_BAIL,2026-03-01T10:30:00+01:00,,,,")
    assert order.from_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert order.to_at is None


@pytest.mark.parametrize(
    ("row", "field", "kind"),
    [
        (",D1,N1,licence,2026-03-01,,,,", "order_id", "MISSING_VALUE"),
        ("O1,,N1,licence,2026-03-01,,,,", "device_id", "MISSING_VALUE"),
        ("O1,D1,,licence,2026-03-01,,,,", "nominal_id", "MISSING_VALUE"),
        ("O1,D1,N1,hunch,2026-03-01,,,,", "basis", "UNKNOWN_VALUE"),
        ("O1,D1,N1,,2026-03-01,,,,", "basis", "MISSING_VALUE"),
        ("O1,D1,N1,licence,,,,,", "from", "MISSING_VALUE"),
        ("O1,D1,N1,licence,2026-02-30,,,,", "from", "INVALID_TIME"),
        ("O1,D1,N1,licence,2026-03-01T10:00:00,,,,", "from", "INVALID_TIME"),
        ("O1,D1,N1,licence,2026-03-02,2026-03-01,,,", "to", "ORDER_TO_AFTER_FROM"),
        ("O1,D1,N1,licence,2026-03-02", None, "INVALID_COLUMN_COUNT"),
        ('O1,D1,N1,licence,2026-03-02,,,,"x', None, "MALFORMED_CSV"),
        ("O1\x00,D1,N1,licence,2026-03-02,,,,", "order_id", "INVALID_TEXT"),
    ],
)
def test_faults(row, field, kind):
    assert faults(row) == [(1, field, kind)]


def test_overlapping_orders_of_one_device_refuse_the_later_row():
    assert faults(
        "O1,D1,N1,licence,2026-03-01,2026-03-10,,,",
        "O2,D1,N2,licence,2026-03-10,2026-03-20,,,",
        "O3,D1,N2,licence,2026-03-11,,,,",
        "O4,D1,N3,licence,2027-01-01,,,,",
        "O5,D2,N3,licence,2026-03-01,,,,",
    ) == [(2, "from", "OVERLAPPING_ORDER"), (4, "from", "OVERLAPPING_ORDER")]


def test_a_swap_on_one_day_with_times_is_no_overlap():
    report, found = parse(
        "O1,D1,N1,licence,2026-03-01,2026-03-10T12:00:00Z,,,",
        "O2,D1,N2,licence,2026-03-10T12:00:00Z,,,,",
    )
    assert report.outcome is Outcome.SUCCESSFUL
    assert len(found) == 2


def test_an_order_id_stands_once():
    rows = ["O1,D1,N1,licence,2026-03-01,,,,", "O1,D2,N2,licence,2026-03-01,,,,"]
    assert faults(*rows) == [(2, "order_id", "DUPLICATE_ORDER")]


def test_headings_and_counts():
    report, found = parse(
        "licence,2026-03-01,N1,D1,O1,x",
        "",
        "licence,2026-03-01,N1,,O2,x",
        head="\ufeffBasis,From,nominal_id,DEVICE_ID,order_id,colour",
    )
    assert (report.read, report.accepted, report.rejected) == (2, 1, 1)
    assert (report.outcome, len(found)) == (Outcome.PARTIAL, 1)
    assert report.faults[0].line == 4
    assert [(w.type, w.field) for w in report.warnings] == [
        ("UNKNOWN_COLUMN", "colour")
    ]


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"order_id,device_id\n", "MISSING_COLUMN"),
        (f"{HEAD},From\n".encode(), "DUPLICATE_COLUMN"),
        (b"\xff\xfe", "NOT_UTF8"),
        (b'"order_id\n', "MALFORMED_CSV"),
        (b"PAR1 and no more", "MALFORMED_FILE"),
    ],
)
def test_files_that_are_refused_whole(data, cause):
    report, found = orders.parse(data, "x")
    assert (report.outcome, report.cause, found) == (Outcome.FAILED, cause, ())


def test_an_empty_file_is_an_error():
    assert orders.parse(b"", "x")[0].outcome is Outcome.ERROR


def test_parquet_with_dates_of_its_own():
    table = {
        "order_id": [1],
        "device_id": ["D1"],
        "nominal_id": ["N1"],
        "basis": ["licence"],
        "from": [date(2026, 7, 1)],
        "to": pa.array([datetime(2026, 7, 2, 12, tzinfo=UTC)]),
        "fitted_at": pa.nulls(1),
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink)
    report, (order,) = orders.parse(sink.getvalue().to_pybytes(), "o.parquet")
    assert report.outcome is Outcome.SUCCESSFUL
    assert order.order_id == "1"
    assert order.from_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert order.to_at == datetime(2026, 7, 2, 12, tzinfo=UTC)
