"""GWENT-3.5. The current cohort is reviewed against the model: some are removed, with
a plan shared with the local policing teams, and others newly included."""

from datetime import date, timedelta

import pytest

from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.review import Membership, needs_decision, review
from tests.unit.casefacts import (
    GWENT,
    HANTS,
    TODAY,
    WMP,
    ago,
    burgled,
    fact,
    licence,
    nominal,
    ogrs,
)

FITS = nominal(licence(), burgled(), ogrs(80))
OPEN = nominal(licence(), burgled())
ENDED = nominal(licence(until=TODAY - timedelta(1)), burgled(), ogrs(80))
MEMBER = (Membership(Cohort.FIXED, ago(400)),)


@pytest.mark.parametrize(
    ("recorded", "members", "action", "waits"),
    [
        #        in the cohort  proposed    a person decides
        (FITS,   (),            "enter",    True),
        (OPEN,   (),            "consider", True),
        (ENDED,  (),            "none",     False),
        (FITS,   MEMBER,        "stay",     False),
        (OPEN,   MEMBER,        "stay",     False),
        (ENDED,  MEMBER,        "leave",    True),
    ],
)  # fmt: skip
def test_who_enters_stays_and_leaves(
    recorded: CaseFacts, members: tuple[Membership, ...], action: str, waits: bool
) -> None:
    """GWENT-3.5. The software proposes; until a person decides, it waits."""
    fixed = review(recorded, members, TODAY, GWENT)[0]
    assert fixed.value.cohort is Cohort.FIXED
    assert fixed.value.action == action
    assert needs_decision(fixed.value.action, answered=False) is waits
    assert not needs_decision(fixed.value.action, answered=True)
    assert ("GWENT-3.5" in fixed.rules) is bool(members)


def test_a_removal_says_why_and_asks_for_a_plan() -> None:
    """GWENT-3.5. The condition that is no longer met, and the plan for the locals."""
    fixed = review(ENDED, MEMBER, TODAY, GWENT)[0]
    assert fixed.because == (
        "Not met: probation's management by statute ended on 2026-05-31. "
        "A plan goes to the local policing team."
    )
    assert GWENT.removal_plan and not WMP.removal_plan


def test_who_is_in_a_cohort_that_the_model_lacks_is_to_leave() -> None:
    """GWENT-3.5. After a change of model nobody stays behind unseen."""
    core = (Membership(Cohort.CORE, date(2020, 1, 1)),)
    found = {d.value.cohort: d for d in review(FITS, core, TODAY, GWENT)}
    assert found[Cohort.CORE].value.action == "leave"
    assert found[Cohort.FIXED].value.action == "enter"


def test_the_same_facts_by_another_model() -> None:
    """GWENT-3.5. A force that takes up another profile reviews its cohort anew."""
    prolific = nominal(licence(), burgled(), ogrs(80), fact("prolific", "North"))
    by = {
        name: {d.value.cohort.value: d.value.action.value for d in made}
        for name, made in (
            ("gwent", review(prolific, MEMBER, TODAY, GWENT)),
            ("hants", review(FITS, MEMBER, TODAY, HANTS)),
            ("wmp", review(prolific, MEMBER, TODAY, WMP)),
        )
    }
    assert by["gwent"]["fixed"] == "stay"
    assert by["hants"]["fixed"] == "leave", "high risk, but not prolific"
    assert (by["wmp"]["fixed"], by["wmp"]["core"]) == ("leave", "enter")
