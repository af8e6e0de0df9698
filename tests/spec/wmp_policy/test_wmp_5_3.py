"""WMP-5.3. Weights are reviewed annually and owned by Force Intelligence.

A set is brought in as a draft, tried on everyone, and approved by a second person.
"""

from datetime import date
from pathlib import Path

import pytest

from api import clock
from api.scores import weight_simulation, weights
from api.scores.weights import SetStep
from geocorr.errors import ConflictError
from geocorr.scoring import draft as drafts
from geocorr.scoring.draft import InForce
from geocorr.scoring.weights import Kind, WeightSet
from loaders import profile
from loaders.weights import parse
from sql.db import Connection
from tests.unit.scored import CHOICES

FILE = Path(__file__).parents[3] / "fixtures" / "weights" / "illustrative.toml"
TEXT = FILE.read_text()


def brought(*changes: tuple[str, str]) -> tuple[WeightSet, list[str]]:
    """The illustrative set with changes, and what is wrong with it."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    _, draft = parse(text.encode(), "weights.toml")
    found = drafts.faults(draft.weights, CHOICES.weights_review_months)
    return draft.weights, [fault.type for fault in (*draft.faults, *found)]


def test_the_illustrative_set_says_so_and_has_no_fault() -> None:
    """WMP-5.3. The forces' own weights are not public."""
    whole, faults = brought()
    assert faults == []
    assert whole.owner == "Force Intelligence"
    assert whole.name == "Illustrative weights"
    assert TEXT.startswith("# ILLUSTRATIVE: no force uses these weights.")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # A negative weight; a weight that is none.
        ("points = 400", "points = -400", "NEGATIVE_WEIGHT"),
        ("points = 400", 'points = "many"', "INVALID_NUMBER"),
        # Codes and gradings that nobody uses.
        ('code = "34A"', 'code = "robbery"', "UNKNOWN_CODE"),
        ('code = "suspect"', 'code = "suspected"', "UNKNOWN_CODE"),
        ('grade = "high"', 'grade = "huge"', "UNKNOWN_GRADE"),
        ('code = "34A"', 'code = "34"', "DUPLICATE_WEIGHT"),
        # A review that is due before the set begins, or later than in a year.
        ("review_due = 2026-12-31", "review_due = 2025-12-31",
         "REVIEW_BEFORE_EFFECTIVE"),
        ("review_due = 2026-12-31", "review_due = 2027-01-02", "REVIEW_TOO_LATE"),
    ],
)  # fmt: skip
def test_a_fault_is_found_before_anybody_approves(old, new, fault) -> None:
    """WMP-5.3."""
    _, faults = brought((old, new))
    assert fault in faults


FIREARMS = ('code = "firearms"\npoints', 'code = "drugs"\npoints')
ANY_OTHER = 'code = ""\ngrade = ""\npoints = 10'
RELIABLE = 'code = "firearms"\ngrade = "A"\npoints = 10'


@pytest.mark.parametrize(
    "changes",
    [
        # Suspects, while all others of ICIS have a weight.
        [('code = "suspect"', 'code = "warned"\noccurrence = 2')],
        # A warrant of category C.
        [('code = "C"', 'code = "B"\ngrade = "low"')],
        # Intelligence on firearms, but from the most reliable sources.
        [FIREARMS, (ANY_OTHER, RELIABLE)],
    ],
)
def test_a_gap_is_found_before_anybody_approves(changes) -> None:
    """WMP-5.3. Where others have a weight, all have."""
    _, faults = brought(*changes)
    assert "MISSING_WEIGHT" in faults


@pytest.mark.parametrize(
    ("begins", "clashes"),
    [
        (date(2026, 1, 1), ["OVERLAPPING_SETS"]),
        (date(2025, 12, 31), ["EFFECTIVE_TOO_EARLY"]),
        (date(2026, 3, 1), ["EFFECTIVE_IN_THE_PAST"]),
        (date(2026, 3, 2), []),
    ],
)
def test_a_set_takes_effect_on_a_day_that_is_nobody_elses(begins, clashes) -> None:
    """WMP-5.3. Days that are scored are not scored anew: today is 2 March 2026."""
    whole, _ = brought(("effective_from = 2026-01-01", f"effective_from = {begins}"))
    others = [InForce("Last year's", "1", date(2026, 1, 1))]
    found = drafts.clashes(whole, others, date(2026, 3, 2))
    assert [fault.type for fault in found] == clashes


def test_an_entry_without_a_weight_is_told_and_not_guessed() -> None:
    """WMP-5.3."""
    whole, _ = brought(('code = ""\npoints = 40', 'code = "1"\npoints = 40'))
    assert whole.find(Kind("crimes", "34/2", "")).micropoints == 400_000_000
    assert whole.find(Kind("crimes", "99/1", "")) is None


async def test_two_people_stand_behind_the_weights(db: Connection) -> None:
    """WMP-5.3. Who brought a set in does not approve it, and nobody does untried."""
    national, today = profile.read(None), clock.today()
    brought_in = await weights.bring_in(db, FILE.read_bytes(), "w", "Ann", national)
    number = brought_in.weight_set
    for by, why in (("Bob", "was not simulated"), ("Ann", "a second person approves")):
        with pytest.raises(ConflictError, match=why):
            await weights.decide(db, number, SetStep.APPROVED, (by, "at once"))
    await weight_simulation.simulate(db, number, today, national, "Ann")
    with pytest.raises(ConflictError, match="a second person approves"):
        await weights.decide(db, number, SetStep.APPROVED, ("ann", "my own"))
    line = await weights.decide(db, number, SetStep.APPROVED, ("Bob", "as agreed"))
    assert (line.author, line.state) == ("Ann", "approved")
