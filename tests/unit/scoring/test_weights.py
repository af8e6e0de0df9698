"""Weights found one by one and in columns, against a search written another way."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocorr.errors import InputError
from geocorr.scoring import draft as drafts
from geocorr.scoring.entry import CATEGORIES, THREATS, Disposal
from geocorr.scoring.weights import NO_WEIGHT, POINT, Kind, Weight, WeightSet
from tests.unit.scored import CHOICES, weight_set

CODES = st.sampled_from(["", "34", "34B", "34b/01", "34B/01", "28/03", "28", "drugs"])
GRADES = st.sampled_from(["", "B", "B2", "B24", "b24", "2BP", "2B"])
SETS = st.sampled_from(["crimes", "ims"])
KINDS = st.builds(Kind, SETS, CODES, GRADES)
ROWS = st.lists(
    st.builds(
        Weight,
        SETS,
        CODES,
        GRADES,
        st.integers(0, 10**11),
        st.integers(1, 4),
    ),
    max_size=12,
    unique_by=lambda row: (
        row.data_set,
        row.code.lower(),
        row.grade.lower(),
        row.occurrence,
    ),
)


def made(rows: list[Weight]) -> WeightSet:
    days = (date(2026, 1, 1), date(2027, 1, 1))
    return WeightSet("Test", "1", "Force Intelligence", *days, tuple(rows))


def how_general(code: str, row_code: str) -> int | None:
    """How far from the entry's own code a row's is; None where it is of another."""
    code, row_code = code.lower(), row_code.lower()
    wider = [code, code.split("/")[0], "".join(c for c in code[:2] if c.isdigit()), ""]
    return wider.index(row_code) if row_code in wider else None


def searched(rows: list[Weight], kind: Kind, occurrence: int) -> int:
    """The weight by looking at every row: the exact code first, then the grade."""
    fits = []
    for row in rows:
        far = how_general(kind.code, row.code)
        graded = kind.grade.lower().startswith(row.grade.lower())
        if row.data_set != kind.data_set or far is None or not graded:
            continue
        if row.occurrence <= occurrence:
            rank = (far, -len(row.grade), -row.occurrence)
            fits.append((rank, row.micropoints))
    return min(fits)[1] if fits else NO_WEIGHT


@given(ROWS, st.lists(st.tuples(KINDS, st.integers(1, 9)), max_size=20))
def test_columns_one_by_one_and_a_search_agree(rows, asked) -> None:
    whole = made(rows)
    kinds = sorted({kind for kind, _ in asked})
    number = np.array([kinds.index(kind) for kind, _ in asked], np.int32)
    nth = np.array([n for _, n in asked], np.int64)
    found = whole.micropoints(kinds, number, nth)
    assert found.tolist() == [searched(rows, kind, n) for kind, n in asked]
    for (kind, n), micropoints in zip(asked, found.tolist(), strict=True):
        row = whole.find(kind, n)
        assert (NO_WEIGHT if row is None else row.micropoints) == micropoints


def test_of_a_ladder_the_highest_rung_reached_counts() -> None:
    whole = weight_set(("dip", "heroin", "", 30), ("dip", "heroin", "", 60, 3))
    kind = Kind("dip", "heroin", "monthly")
    found = [whole.find(kind, n).micropoints // POINT for n in (1, 2, 3, 4, 99)]
    assert found == [30, 30, 60, 60, 60]


@pytest.mark.parametrize(("micropoints", "occurrence"), [(-1, 1), (1, 0)])
def test_a_weight_that_cannot_be(micropoints: int, occurrence: int) -> None:
    with pytest.raises(InputError, match="is impossible"):
        Weight("crimes", "34B", "", micropoints, occurrence)


def test_a_row_that_stands_twice_in_other_letters() -> None:
    whole = made([Weight("ims", "Drugs", "", 1), Weight("ims", "drugs", "", 2)])
    with pytest.raises(InputError, match="stands twice"):
        whole.find(Kind("ims", "drugs", ""))


CLOSED = st.lists(
    st.one_of(
        st.tuples(
            st.just("warrants"),
            st.sampled_from(("", *CATEGORIES)),
            st.sampled_from(("", *THREATS)),
        ),
        st.tuples(st.just("icis"), st.sampled_from(("", *Disposal)), st.just("")),
        st.tuples(
            st.just("ims"),
            st.sampled_from(("", "drugs", "firearms")),
            st.sampled_from(("", "B", "B2", "2", "2B")),
        ),
    ),
    max_size=25,
    unique=True,
)


@given(CLOSED)
def test_a_set_without_a_gap_weighs_every_entry_that_can_be(kinds) -> None:
    """Of the data sets and headings that it names, in the systems it grades by."""
    whole = weight_set(*((*kind, 10) for kind in kinds))
    gaps = [
        fault
        for fault in drafts.faults(whole, CHOICES.weights_review_months)
        if fault.type == "MISSING_WEIGHT" and fault.field != "data_set"
    ]
    given_sets = {data_set for data_set, _, _ in kinds}
    asked = []
    if "warrants" in given_sets:
        graded = any(grade for s, _, grade in kinds if s == "warrants")
        asked += [("warrants", c, t) for c in CATEGORIES for t in THREATS if graded]
        asked += [("warrants", c, "") for c in CATEGORIES if not graded]
    if "icis" in given_sets:
        asked += [("icis", disposal, "") for disposal in Disposal]
    for code in {code for s, code, _ in kinds if s == "ims"}:
        grades = {grade[:1] for s, _, grade in kinds if s == "ims" and grade}
        if grades & {"B"}:
            asked += [("ims", code, grade) for grade in drafts.FIVES]
        if grades & {"2"}:
            asked += [("ims", code, grade) for grade in drafts.THREES]
        if not grades:
            asked += [("ims", code, "")]
    lacking = [kind for kind in asked if whole.find(Kind(*kind)) is None]
    assert bool(lacking) == bool(gaps)


def test_a_ladder_that_falls_is_a_fault() -> None:
    """One more entry would lower the score."""
    falls = weight_set(("crimes", "34B", "", 400), ("crimes", "34B", "", 300, 2))
    types = [fault.type for fault in drafts.faults(falls, 12)]
    assert "FALLING_WEIGHT" in types
