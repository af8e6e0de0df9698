"""Whatever the bytes, a crime file is accounted for, and both ways of reading agree."""

from unittest import mock

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geocorr.geo import WorkingCrs
from loaders import sweep
from loaders.cells import number_of, numbers
from loaders.dialect import Records, records
from loaders.window import times, wall_of
from tests.unit.loaders.crime_text import file, parsed, row

calm = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
pieces = st.lists(
    st.sampled_from(
        ["a", "b c", ",", ",", '"', '""', "\n", "\r\n", "\r", " ", "\0", "\ufeff", "é"]
    ),
    max_size=60,
).map("".join)
VALID = file(
    *(row(crime_reference=f"K/{i}", free_text=f'no "{i}", x') for i in range(6))
)


@calm
@given(st.binary(max_size=400))
def test_random_bytes_never_raise(bng: WorkingCrs, data: bytes) -> None:
    _accounted(data, bng)


@calm
@given(
    st.lists(
        st.tuples(st.integers(0, len(VALID) - 1), st.binary(max_size=3)), max_size=6
    )
)
def test_mutated_files_never_raise(
    bng: WorkingCrs, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(VALID)
    for at, octets in changes:
        data[at : at + 1] = octets
    _accounted(bytes(data), bng)


def _accounted(data: bytes, bng: WorkingCrs) -> None:
    result = parsed(data, bng)
    report = result.report
    assert report.read == report.accepted + report.rejected
    assert len(result.crimes()) == report.accepted
    at_fault = {fault.row for fault in report.faults}
    assert report.cause or len(at_fault) == report.rejected == len(result.refused_rows)
    result.refused_csv().decode()


def _no_line(lines: sweep.Lines, width: int) -> np.ndarray:
    return np.zeros(len(lines), np.bool_)


def _told(found: Records) -> list[object]:
    return [(found.line[i], found.state[i], found.cells(i)) for i in range(len(found))]


@settings(max_examples=500, deadline=None)
@given(pieces, st.integers(2, 4))
def test_sweeping_reads_what_the_exact_reader_reads(text: str, width: int) -> None:
    swept = records(text.encode(), lambda cells: False, width)
    with mock.patch.object(sweep.Lines, "regular", _no_line):
        exact = records(text.encode(), lambda cells: False, width)
    assert _told(swept) == _told(exact)


digits = st.text("0123456789", min_size=14, max_size=14)
days = st.datetimes().map(lambda at: at.strftime("%Y%m%d%H%M%S").zfill(14))

iso = st.builds(
    lambda at, end: at.strftime("%Y").zfill(4) + at.strftime("-%m-%dT%H:%M:%S") + end,
    st.datetimes(),
    st.sampled_from(["", "Z", "+00:00", "+01:00", "-05:00", "+1:00", "Z "]),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        digits | days | iso | st.text("0123456789-T:Z+ ", max_size=25), max_size=20
    )
)
def test_times_read_at_once_are_those_read_singly(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    quick, exact = (
        times(column, "Europe/London"),
        times(column, "Europe/London", wall_of),
    )
    assert (quick.bad == exact.bad).all()
    assert (quick.first_us == exact.first_us)[~quick.bad].all()
    assert (quick.last_us == exact.last_us)[~quick.bad].all()


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789.-+eExN_ ", max_size=24))
def test_numbers_read_at_once_are_those_read_singly(text: str) -> None:
    found = numbers(pa.array([text], pa.string()))
    exact = number_of(text.strip(" \t"))
    assert found.bad[0] == (exact is None and bool(text.strip(" \t")))
    assert exact is None or found.value[0] == exact
