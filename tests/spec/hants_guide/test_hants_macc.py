"""HANTS-MACC. A monthly panel accepts or rejects referrals, jointly."""

from dataclasses import replace
from datetime import date

import pytest

from geocorr.cohorts.referral import (
    Referral,
    ReferralStep,
    Ruling,
    check,
    judge,
    next_panel,
)
from geocorr.errors import ConflictError, InputError
from loaders.profile import shipped

FORM = Referral(
    "N1", "fixed", ("prolific burglar",), "likely to gain", "probation", False, "PO B"
)
ACCEPTED = Ruling(
    ReferralStep.ACCEPTED,
    "Insp C",
    "meets the criteria",
    panel=7,
    agencies=("police", "probation"),
    lead="PC A",
    grade="amber",
)


def test_a_panel_of_two_agencies_decides() -> None:
    """HANTS-MACC. Decisions on accepting or rejecting are made collaboratively."""
    judge(FORM, None, ACCEPTED)
    with pytest.raises(ConflictError, match="two agencies"):
        judge(FORM, None, replace(ACCEPTED, agencies=("police", "police")))


def test_only_an_urgent_referral_is_decided_outside_the_panel() -> None:
    """HANTS-MACC. Urgent referrals can be considered outside of the monthly panel."""
    outside = replace(ACCEPTED, panel=None)
    judge(replace(FORM, urgent=True), None, outside)
    with pytest.raises(ConflictError, match="urgent"):
        judge(FORM, None, outside)


def test_the_standard_form_names_cohort_criteria_and_reason() -> None:
    """HANTS-MACC. Cohorts, selection criteria, and why IOM would be of benefit."""
    check(FORM)
    for lacking in ("cohort", "reason", "agency", "made_by"):
        with pytest.raises(InputError, match=lacking.replace("_", " ")):
            check(replace(FORM, **{lacking: " "}))
    with pytest.raises(InputError, match="criteria"):
        check(replace(FORM, criteria=()))


def test_a_referral_is_decided_once() -> None:
    """HANTS-MACC. A second word needs a second referral."""
    with pytest.raises(ConflictError, match="rejected already"):
        judge(FORM, ReferralStep.REJECTED, ACCEPTED)


@pytest.mark.parametrize(
    "lacking", [{"reason": ""}, {"by": " "}, {"lead": ""}, {"grade": "blue"}]
)
def test_an_acceptance_says_who_why_lead_and_grade(lacking: dict[str, str]) -> None:
    """HANTS-MACC. The rationale is kept; HANTS-RAG gives lead and grade."""
    with pytest.raises(InputError):
        judge(FORM, None, replace(ACCEPTED, **lacking))


def test_the_next_panel_sits_within_a_month() -> None:
    """HANTS-MACC. Monthly; a force in which none ever sat is due today."""
    months = shipped("hants").casework.panel_months
    last, today = date(2026, 1, 31), date(2026, 2, 10)
    assert next_panel(last, today, months) == date(2026, 2, 28)
    assert next_panel(None, today, months) == today
