"""Weight files: TOML and CSV say the same, faults are data, nothing ever raises."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geocorr.model import Outcome
from geocorr.scoring.weights import POINT, Purpose, Weight
from loaders.weights import parse

HEAD = {
    "name": "Small",
    "version": "1",
    "owner": "Force Intelligence",
    "effective_from": "2026-04-01",
    "review_due": "2027-03-31",
}
CSV_ROWS = (
    "data_set,code,grade,occurrence,points,label\ncrimes,034B,,,12.345678,robbery\n"
)
CSV = "".join(f"# {key} = {value}\n" for key, value in HEAD.items()) + CSV_ROWS
TOML = """\
name = "Small"
version = "1"
owner = "Force Intelligence"
effective_from = 2026-04-01
review_due = 2027-03-31

[[weight]]
data_set = "crimes"
code = "034B"
points = 12.345678
label = "robbery"
"""


@pytest.mark.parametrize("text", [CSV, TOML])
def test_both_formats_say_the_same(text: str) -> None:
    report, draft = parse(text.encode(), "w")
    assert report.outcome is Outcome.SUCCESSFUL
    whole = draft.weights
    assert whole.rows == (Weight("crimes", "34B", "", 12_345_678, 1, "robbery"),)
    assert (whole.name, whole.version, whole.force) == ("Small", "1", None)
    assert whole.effective_from == date(2026, 4, 1)
    assert whole.purpose is Purpose.SCORE


@pytest.mark.parametrize("force", ["West Midlands", "WestMidlands", "westmidlands"])
def test_a_force_has_one_name(force: str) -> None:
    _, draft = parse(f"# force = {force}\n{CSV}".encode(), "w")
    assert draft.weights.force == "WestMidlands"


def test_caps_are_points() -> None:
    text = TOML.replace("[[weight]]", "event_cap = 600\n[caps]\nims = 99.5\n[[weight]]")
    _, draft = parse(text.encode(), "w")
    assert draft.weights.event_cap == 600 * POINT
    assert draft.weights.data_set_caps == {"ims": 99_500_000}


def test_as_a_spreadsheet_saves_it() -> None:
    text = CSV.replace("\n", ",,,,\r\n", 5)
    report, draft = parse(b"\xef\xbb\xbf" + text.encode(), "w")
    assert report.outcome is Outcome.SUCCESSFUL
    assert draft.weights.owner == "Force Intelligence"


def test_a_fault_names_its_line() -> None:
    report, draft = parse((CSV + "crimes,99Z9,,,1,\n").encode(), "w")
    (fault,) = report.faults
    assert (fault.row, fault.line, fault.field) == (2, 8, "code")
    assert fault.type == "UNKNOWN_CODE"
    assert draft.faults == report.faults
    assert len(draft.weights.rows) == 1


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("crime,34B,,,1,", "UNKNOWN_VALUE"),
        ("crimes,34B,,,,", "MISSING_VALUE"),
        ("crimes,28/03,,,-0.000001,", "NEGATIVE_WEIGHT"),
        ("crimes,28/03,,,1e3,", "INVALID_NUMBER"),
        ("crimes,28/03,,,0.0000001,", "INVALID_NUMBER"),
        ("crimes,28/03,,,100000.000001,", "WEIGHT_TOO_LARGE"),
        ("crimes,28/03,,0,1,", "INVALID_NUMBER"),
        ("crimes,28/03,B2,,1,", "UNKNOWN_GRADE"),
        ("crimes,34b,,1,1,", "DUPLICATE_WEIGHT"),
        ("ims,drugs,F2,,1,", "UNKNOWN_GRADE"),
        ("ims,drugs,B26,,1,", "UNKNOWN_GRADE"),
        ("warrants,D,,,1,", "UNKNOWN_CODE"),
        ("warrants,A,dire,,1,", "UNKNOWN_GRADE"),
        ("icis,cautioned twice,,,1,", "UNKNOWN_CODE"),
    ],
)
def test_faults_of_rows(row: str, fault: str) -> None:
    report, draft = parse((CSV + row + "\n").encode(), "w")
    assert [found.type for found in report.faults] == [fault]
    assert len(draft.weights.rows) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (CSV.replace("# owner = Force Intelligence\n", ""), "owner is missing"),
        (CSV.replace("2026-04-01", "1 April"), "effective_from is no date"),
        ("# colour = red\n" + CSV, "colour is not known"),
        ("# name = Other\n" + CSV, "name stands twice"),
        ("# purpose = fun\n" + CSV, "purpose is one of"),
        ("# event_cap = 0\n" + CSV, "above zero"),
        ("# name = x\n", "no table"),
        (CSV.replace("points", "worth"), "points is missing"),
        (TOML.replace("[[weight]]", "[weight]"), "as a table"),
        (TOML.replace("[[weight]]", "caps = 3\n[[weight]]"), "as a table"),
        (TOML.replace("owner", "owner.who"), "owner"),
        ("", "missing"),
    ],
)
def test_files_that_are_refused_whole(text: str, why: str) -> None:
    report, draft = parse(text.encode(), "w")
    assert draft is None
    assert report.outcome is Outcome.FAILED
    assert why in report.faults[0].action


@given(st.binary(max_size=300), st.integers(0, len(TOML)), st.booleans())
@example(b"\xff", 0, True)
@example(b"# name = a\n\x00", 0, True)
@example(b"[" * 300, 10, True)
def test_whatever_is_sent_is_told_and_never_raised(noise, at, toml) -> None:
    text = (TOML if toml else CSV).encode()
    report, draft = parse(text[:at] + noise + text[at:], "w")
    assert (draft is None) == (report.outcome is Outcome.FAILED)
