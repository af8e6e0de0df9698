"""WMP2-38-HIGH, WMP2-38-MARAC, WMP2-38-OTHER. The other ways into the domestic-abuse
cohort; each waits for a person."""

import pytest

from geocorr.cohorts.domestic_abuse import domestic_abuse
from geocorr.cohorts.facts import CaseFacts, Cohort, Fact
from geocorr.cohorts.review import needs_decision, review
from tests.unit.casefacts import TODAY, WMP, abuse, ago, fact, nominal

HIGH = fact("risk", "high", ago(10), subject="domestic_abuse")
MARAC = fact("marac", "qualifying", ago(10))
RELEASED = fact("resettlement", "release", ago(10))
FLAGGED = fact("risk", "high", ago(900), subject="domestic_abuse", until=ago(500))
VIOLENT = fact("risk", "very_high", subject="violence")


def reviewed(what: str, days: int) -> Fact:
    return fact("da_review", what, ago(days))


def judged(*recorded: Fact, managed: tuple[Cohort, ...] = (), flags: str = ""):
    return domestic_abuse(nominal(*recorded, flags=flags), TODAY, WMP, managed)


@pytest.mark.parametrize(
    ("recorded", "standing"),
    [
        ((HIGH,), "may"),
        ((fact("risk", "very_high", subject="domestic_abuse"),), "may"),
        ((fact("risk", "medium", subject="domestic_abuse"),), "not"),
        ((HIGH, reviewed("suitable", 9)), "meets"),
        ((HIGH, reviewed("not_suitable", 9)), "not"),
        ((HIGH, reviewed("not_suitable", 11)), "may"),  # before the risk was raised
        ((HIGH, reviewed("suitable", 9), reviewed("not_suitable", 2)), "not"),
    ],
)
def test_high_risk_is_in_review_until_decided(
    recorded: tuple[Fact, ...], standing: str
) -> None:
    """WMP2-38-HIGH. Every day anew, until somebody says suitable or not."""
    assert judged(*recorded).value == standing


def test_high_risk_waits_every_day() -> None:
    """WMP2-38-HIGH. It stays on the list until a person has decided."""
    (found,) = [
        d
        for d in review(nominal(HIGH), (), TODAY, WMP)
        if d.value.cohort is Cohort.DOMESTIC_ABUSE
    ]
    assert found.value.action == "consider"
    assert needs_decision(found.value.action, answered=False)
    assert "WMP2-38-HIGH" in found.rules


@pytest.mark.parametrize(
    ("recorded", "standing"),
    [
        ((MARAC,), "may"),
        ((MARAC, reviewed("suitable", 5)), "meets"),
        ((MARAC, reviewed("not_suitable", 5)), "not"),
        ((fact("marac", "qualifying", ago(10), until=ago(1)),), "not"),
    ],
)
def test_marac_cases_not_reviewed_are_referred(
    recorded: tuple[Fact, ...], standing: str
) -> None:
    """WMP2-38-MARAC. Unless they were reviewed already, at or after the conference."""
    found = judged(*recorded)
    assert found.value == standing
    if standing != "not":
        assert found.rules == ("WMP2-38-MARAC",)


@pytest.mark.parametrize(
    ("why", "recorded", "flags", "managed", "standing"),
    [
        ("released, flagged before", (RELEASED, FLAGGED), "", (), "may"),
        ("released, never flagged", (RELEASED,), "", (), "not"),
        ("flagged before, not released", (FLAGGED,), "", (), "not"),
        ("high risk elsewhere, flagged DA", (VIOLENT,), "DA", (Cohort.CORE,), "may"),
        ("the same by an incident", (VIOLENT, abuse("A")), "", (Cohort.CORE,), "may"),
        ("in no other cohort", (VIOLENT,), "DA", (), "not"),
        ("in this one alone", (VIOLENT,), "DA", (Cohort.DOMESTIC_ABUSE,), "not"),
        ("no domestic abuse in it", (VIOLENT,), "", (Cohort.CORE,), "not"),
        ("from another LOMU", (fact("transfer", "lomu", subject="North"),), "", (),
         "may"),
        ("from another force, no criterion met",
         (fact("transfer", "force", subject="Kent"),), "", (), "not"),
        ("from another force, high risk",
         (fact("transfer", "force", subject="Kent"), HIGH), "", (), "may"),
    ],
)  # fmt: skip
def test_others_are_talked_over(
    why: str,
    recorded: tuple[Fact, ...],
    flags: str,
    managed: tuple[Cohort, ...],
    standing: str,
) -> None:
    """WMP2-38-OTHER. Resettlement, other cohorts, transfers, other forces."""
    found = judged(*recorded, flags=flags, managed=managed)
    assert found.value == standing, why
    if standing != "not":
        assert "WMP2-38-OTHER" in found.rules


def test_all_ways_in_are_told() -> None:
    """WMP2-38-HIGH, WMP2-38-MARAC. Two reasons are two sentences, once each."""
    found = judged(HIGH, MARAC)
    assert found.rules == ("WMP2-38-HIGH", "WMP2-38-MARAC")
    assert "High risk" not in found.because and "high risk" in found.because
    assert "MARAC of 2026-05-22" in found.because


def test_of_others_nothing_is_proposed() -> None:
    """WMP2-38-HIGH. Without any such record nobody is in this cohort."""
    found: CaseFacts = nominal(fact("index_offence", "burglary"))
    assert domestic_abuse(found, TODAY, WMP).value == "not"
