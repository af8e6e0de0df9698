"""Entry files: what is taken, and what is refused with what to do about it."""

import io
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geocorr.model import Outcome
from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from loaders import entries
from loaders.report import LoadReport

TODAY = date(2026, 3, 10)
HEAD = ("entry_id", "nominal_id", "data_set", "event_on", "code", "grade", "event_id",
        "outcome", "outcome_on", "handling", "force", "withdrawn")  # fmt: skip
GOOD = {
    "entry_id": "E1",
    "nominal_id": "N1",
    "data_set": "crimes",
    "event_on": "2026-03-01",
    "code": "34B",
}


def read(*rows: dict[str, str]) -> tuple[LoadReport, tuple[Entry, ...]]:
    lines = [",".join({**GOOD, **row}.get(name, "") for name in HEAD) for row in rows]
    data = "\n".join([",".join(HEAD), *lines, ""]).encode()
    return entries.parse(data, "e.csv", TODAY)


def only(**cells: str) -> Entry:
    report, (one,) = read(cells)
    assert report.faults == ()
    return one


def faults(**cells: str) -> list[tuple[str | None, str]]:
    report, found = read(cells)
    assert found == ()
    return [(fault.field, fault.type) for fault in report.faults]


def test_an_entry_as_it_stands() -> None:
    one = only(event_id="V1", outcome="Convicted", outcome_on="2026-03-02",
               force="Kent", withdrawn="yes")  # fmt: skip
    assert one == Entry(
        "E1",
        "N1",
        "V1",
        DataSet.CRIMES,
        date(2026, 3, 1),
        "34B",
        "",
        EntryOutcome.CONVICTED,
        date(2026, 3, 2),
        "",
        "Kent",
        True,
    )


@pytest.mark.parametrize(
    ("data_set", "code", "grade", "taken"),
    [
        ("crimes", "034/2", "", ("34/02", "")),
        ("CRIMES", "34b", "", ("34B", "")),
        ("ims", "Drugs", "b24", ("drugs", "B24")),
        ("ims", "organised crime", "2bp", ("organised crime", "2BP")),
        ("dip", "Cocaine", "Weekly", ("cocaine", "weekly")),
        ("dip", "cocaine", "", ("cocaine", "")),
        ("dip", "92/50", "", ("92/50", "")),
        ("warrants", "a", "High", ("A", "high")),
        ("icis", "Informally_Warned", "", ("informally_warned", "")),
    ],
)
def test_codes_and_grades_are_put_down_in_one_way(
    data_set: str, code: str, grade: str, taken: tuple[str, str]
) -> None:
    """WMP-5.4 to 5.8. As weights are put down too."""
    one = only(data_set=data_set, code=code, grade=grade)
    assert (one.code, one.grade) == taken


@pytest.mark.parametrize(
    ("data_set", "code", "grade", "fault"),
    [
        ("crimes", "robbery", "", ("code", "UNKNOWN_CODE")),
        ("crimes", "000/1", "", ("code", "UNKNOWN_CODE")),
        ("crimes", "34B", "B24", ("grade", "WRONG_GRADE")),
        ("ims", "drugs", "", ("grade", "WRONG_GRADE")),
        ("ims", "drugs", "F24", ("grade", "WRONG_GRADE")),
        ("ims", "drugs", "4BP", ("grade", "WRONG_GRADE")),
        ("ims", "34", "B24", ("code", "UNKNOWN_CODE")),
        ("dip", "92/50", "weekly", ("grade", "WRONG_GRADE")),
        ("warrants", "D", "", ("code", "UNKNOWN_CODE")),
        ("warrants", "A", "huge", ("grade", "WRONG_GRADE")),
        ("icis", "jailed", "", ("code", "UNKNOWN_CODE")),
        ("icis", "charged", "high", ("grade", "WRONG_GRADE")),
        ("tips", "x", "", ("data_set", "UNKNOWN_VALUE")),
    ],
)
def test_codes_and_grades_that_there_are_not(
    data_set: str, code: str, grade: str, fault: tuple[str, str]
) -> None:
    assert faults(data_set=data_set, code=code, grade=grade) == [fault]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"entry_id": ""}, ("entry_id", "MISSING_VALUE")),
        ({"nominal_id": ""}, ("nominal_id", "MISSING_VALUE")),
        ({"code": ""}, ("code", "MISSING_VALUE")),
        ({"event_on": ""}, ("event_on", "MISSING_VALUE")),
        ({"event_on": "2026-02-30"}, ("event_on", "INVALID_DATE")),
        ({"event_on": "2026-03-11"}, ("event_on", "DATE_IN_FUTURE")),
        ({"outcome": "let off"}, ("outcome", "UNKNOWN_VALUE")),
        ({"outcome": "acquitted"}, ("outcome_on", "MISSING_VALUE")),
        ({"outcome_on": "2026-03-02"}, ("outcome", "MISSING_VALUE")),
        ({"outcome": "none", "outcome_on": "2026-03-02"},
         ("outcome_on", "OUTCOME_WITHOUT_WORDS")),
        ({"outcome": "acquitted", "outcome_on": "2026-02-28"},
         ("outcome_on", "OUTCOME_BEFORE_EVENT")),
        ({"outcome": "acquitted", "outcome_on": "2026-03-12"},
         ("outcome_on", "DATE_IN_FUTURE")),
        ({"handling": "P"}, ("handling", "WRONG_HANDLING")),
        ({"data_set": "ims", "code": "drugs", "grade": "2BP", "handling": "C"},
         ("handling", "WRONG_HANDLING")),
        ({"force": "Atlantis"}, ("force", "UNKNOWN_FORCE")),
        ({"withdrawn": "perhaps"}, ("withdrawn", "UNKNOWN_VALUE")),
    ],
)  # fmt: skip
def test_what_is_refused(cells: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults(**cells) == [fault]


def test_the_handling_code_is_the_last_of_the_grading() -> None:
    assert only(data_set="ims", code="drugs", grade="B24").handling == "4"
    assert only(data_set="ims", code="drugs", grade="2BC").handling == "C"


def test_an_entry_stands_once_in_a_file() -> None:
    report, found = read({}, {"code": "28"}, {"entry_id": "E2"})
    assert [one.entry_id for one in found] == ["E1", "E2"]
    assert [fault.type for fault in report.faults] == ["DUPLICATE_ENTRY"]
    assert (report.outcome, report.rejected) == (Outcome.PARTIAL, 1)


def test_a_file_that_lacks_a_column_is_refused_whole() -> None:
    report, found = entries.parse(b"entry_id,code\nE1,34\n", "e.csv", TODAY)
    assert (report.outcome, report.cause, found) == (
        Outcome.FAILED,
        "MISSING_COLUMN",
        (),
    )


def test_parquet_says_the_same_as_csv() -> None:
    table = pa.table({**{k: [v] for k, v in GOOD.items()},
                      "event_on": [date(2026, 3, 1)]})  # fmt: skip
    written = io.BytesIO()
    pq.write_table(table, written)
    _, found = entries.parse(written.getvalue(), "e.parquet", TODAY)
    assert found == (only(),)
