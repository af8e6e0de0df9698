"""WMP-6.1. Ownership of the highest-risk nominals rests within the affected area."""

import pytest

from geocorr.ownership.areas import Area
from geocorr.ownership.joint import Offence, joint
from geocorr.ownership.owner import Owner
from loaders.profile import shipped

CHOICES = shipped("wmp").ownership
HOME, A, B = (Area("West Midlands", code, code, "lpu") for code in ("H", "A", "B"))
OWNER = Owner("West Midlands", "H")


def shared(high: bool, *where: Area) -> list[tuple[str | None, bool, bool]]:
    told = joint(OWNER, [Offence(area) for area in where], high, CHOICES)
    return [(a.lpu, a.affected, a.by_share) for a in told.value]


@pytest.mark.parametrize(
    ("where", "high", "not_high"),
    [
        # One offence elsewhere: too little to share, enough to be the affected area.
        ([A], [("A", True, False)], []),
        # The area with the most is affected; another may share by WMP-6.5 beside it.
        ([A, A, A, B, B], [("A", True, True), ("B", False, True)],
         [("A", False, True), ("B", False, True)]),
        # As many in two: both are affected.
        ([A, B], [("A", True, False), ("B", True, False)], []),
        # Most of all at home: nobody else is affected.
        ([HOME, HOME, A], [], []),
        # As many at home as elsewhere: elsewhere is affected, too.
        ([HOME, A], [("A", True, False)], []),
        ([], [], []),
    ],
)  # fmt: skip
def test_the_affected_area_shares(where, high, not_high) -> None:
    """WMP-6.1. By default it shares; by a recorded decision it may own, which
    `tests/db/test_owners_people.py` tries on the database.

    Affected is the area with most of the charged or cautioned offences of two years;
    only where the nominal's risk is HIGH.
    """
    assert shared(True, *where) == high
    assert shared(False, *where) == not_high


def test_the_rule_is_named_beside_that_of_the_share() -> None:
    """WMP-6.1. An area may share by both rules, and each is named."""
    told = joint(OWNER, [Offence(A)] * 2, True, CHOICES)
    assert told.rules == ("WMP-6.1", "WMP-6.5")
    assert told.value[0].rules == ("WMP-6.1", "WMP-6.5")
    assert told.evidence["high"] is True
