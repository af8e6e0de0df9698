"""WMP2-32, WMP2-33, WMP2-35. Organised crime gangs and urban street gangs."""

import pytest

from geocorr.cohorts.facts import CaseFacts
from geocorr.cohorts.gangs import gangs
from tests.unit.casefacts import TODAY, fact, nominal

ENTRY = fact("tracker", "42", subject="high intent, medium capability")
ALIKE, UNLIKE = fact("usg_features", "yes"), fact("usg_features", "no")


@pytest.mark.parametrize(
    ("recorded", "standing", "headings"),
    [
        (nominal(ENTRY, flags="OCG"), "may", ["OCG"]),
        (nominal(ENTRY), "may", ["OCG"]),  # the tracker alone
        (nominal(flags="OCG"), "may", ["OCG"]),
        (nominal(), "not", []),
    ],
)
def test_ocgs_carry_scores_and_gradings(
    recorded: CaseFacts, standing: str, headings: list[str]
) -> None:
    """WMP2-32. Who is on the tracker, or flagged and ought to be."""
    found = gangs(recorded, TODAY)
    assert (found.value, found.evidence["headings"]) == (standing, headings)
    assert "WMP2-32" in found.rules


def test_score_and_grading_are_shown() -> None:
    """WMP2-32. The score orders the list; a missing grading or entry is told."""
    found = gangs(nominal(ENTRY, flags="OCG"), TODAY)
    assert found.evidence["priority"] == 42
    assert "score 42, graded high intent, medium capability" in found.because
    bare = gangs(nominal(fact("tracker", "7"), flags="OCG"), TODAY)
    assert "without a grading" in bare.because
    assert "ask Intelligence" in gangs(nominal(flags="OCG"), TODAY).because


@pytest.mark.parametrize(
    ("recorded", "standing", "headings", "told"),
    [
        (
            nominal(ALIKE, ENTRY, flags="USG"),
            "may",
            ["USG", "OCG"],
            "with the features",
        ),
        (nominal(ALIKE, flags="USG"), "may", ["USG", "OCG"], "without an entry"),
        (nominal(UNLIKE, flags="USG"), "not", ["USG"], "mapped, not on the tracker"),
        (nominal(UNLIKE, ENTRY, flags="USG"), "may", ["USG"], "one of them is wrong"),
        (nominal(flags="USG"), "may", ["USG"], "is not recorded"),
    ],
)
def test_usgs_are_on_the_tracker_only_if_they_share_the_features(
    recorded: CaseFacts, standing: str, headings: list[str], told: str
) -> None:
    """WMP2-33. Then with both identities; a contradiction is told, not resolved."""
    found = gangs(recorded, TODAY)
    assert (found.value, found.evidence["headings"]) == (standing, headings)
    assert told in found.because
    assert "WMP2-33" in found.rules


@pytest.mark.parametrize("score", ["0", "42", "1000000"])
def test_the_local_responsible_officer_decides(score: str) -> None:
    """WMP2-35. No score selects anybody."""
    found = gangs(nominal(fact("tracker", score), flags="OCG"), TODAY)
    assert found.value == "may"
    assert "the local responsible officer decides" in found.because
    assert "WMP2-35" in found.rules
