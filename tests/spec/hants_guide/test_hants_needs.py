"""HANTS-NEEDS. Needs by pathway; the lists are the force's data."""

from datetime import date

import pytest

from geocorr.cohorts.case import CaseEntry, CaseKind, Step, admit, state
from geocorr.errors import InputError
from loaders.profile import shipped

DAY = date(2026, 3, 2)
OPENED = CaseEntry(Step.OPENED, DAY, "PC A", "panel", {"lead": "PC A", "grade": "red"})


def need(pathway: str) -> CaseEntry:
    return CaseEntry(Step.NEED, DAY, "PC A", "has none", {"pathway": pathway})


def test_hampshire_has_seven_pathways_and_the_west_midlands_nine() -> None:
    """HANTS-NEEDS. Seven in the guide, nine in the board paper (paragraph 11)."""
    assert len(shipped("hants").casework.pathways) == 7
    assert len(shipped("wmp").casework.pathways) == 9


def test_a_need_names_a_pathway_of_the_force() -> None:
    """HANTS-NEEDS. Benefits are a pathway of the one and not of the other."""
    stands = state(CaseKind.IOM, (OPENED,))
    admit(stands, need("benefits"), shipped("wmp").casework.pathways)
    with pytest.raises(InputError, match="childcare"):
        admit(stands, need("benefits"), shipped("hants").casework.pathways)


def test_needs_are_kept_in_the_order_in_which_they_were_told() -> None:
    """HANTS-NEEDS. Any of the recognised pathways."""
    said = (OPENED, need("accommodation"), need("childcare"))
    assert state(CaseKind.IOM, said).needs == ("accommodation", "childcare")
