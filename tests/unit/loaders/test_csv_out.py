"""What leaves as CSV: no cell is a formula, no number is changed, one writer."""

import ast
import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.csv_out import csv_text
from tests.hostile import HOSTILE, formulas

ROOT = Path(__file__).parents[3]
# What a spreadsheet begins to reckon at, and quietly passes over before it.
_SIGNS = "=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20"


def back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", formulas())
def test_a_formula_is_a_text(name: str) -> None:
    rows = back(csv_text(["a"], [[HOSTILE[name]]]))
    assert rows[1] == ["'" + HOSTILE[name]]


@pytest.mark.parametrize("name", HOSTILE)
def test_all_else_comes_back_as_it_was(name: str) -> None:
    (cell,) = back(csv_text(["a"], [[HOSTILE[name]]]))[1]
    assert cell.removeprefix("'") == HOSTILE[name].removeprefix("'")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-1.5, "-1.5"),
        (-3, "-3"),
        (1e-07, "1e-07"),
        ("-1.5", "-1.5"),
        ("+44", "+44"),
        ("-1.5 m", "'-1.5 m"),
        ("-", "'-"),
        (None, ""),
        (True, "True"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00Z"),
        (datetime(2026, 3, 1, 0, 0, 0, 5, UTC), "2026-03-01T00:00:00.000005Z"),
    ],
)
def test_numbers_and_times_are_written_as_they_are(value: object, cell: str) -> None:
    assert back(csv_text(["a", "b"], [[value, "x"]]))[1] == [cell, "x"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)))
def test_no_text_begins_like_a_formula(cells: list[str]) -> None:
    (_, *rows) = back(csv_text(["a"], [[cell] for cell in cells]))
    for row in rows:
        for cell in row:
            number = cell.lstrip("+-").replace(".", "").replace("e", "").isascii()
            assert not cell.startswith(tuple(_SIGNS)) or number


def test_a_heading_of_somebody_elses_is_no_formula_either() -> None:
    assert back(csv_text(["=1+1"], [])) == [["'=1+1"]]


def test_nothing_of_ours_writes_csv_but_here() -> None:
    """`convert` writes what it was given to be put through a grid: numbers alone."""
    writers = {
        str(path.relative_to(ROOT))
        for folder in ("api", "loaders", "sql", "geocorr")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {"csv.writer", "csv.DictWriter"}
    }
    assert writers == {"loaders/csv_out.py", "api/commands/convert.py"}
