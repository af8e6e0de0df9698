"""HANTS-RAG. Lead officer, red, amber or green, and the management report."""

from datetime import date

import pytest

from geocorr.cohorts.case import CaseEntry, CaseKind, CaseState, Step, admit, state
from geocorr.cohorts.due import due
from geocorr.errors import ConflictError, InputError
from loaders.profile import shipped

CHOICES = shipped("hants").casework
OPENED_ON = date(2026, 3, 2)
OPENED = CaseEntry(
    Step.OPENED, OPENED_ON, "PC Lead", "panel", {"lead": "PC Lead", "grade": "red"}
)


def after(*entries: CaseEntry) -> CaseState:
    return state(CaseKind.IOM, (OPENED, *entries))


def said(step: Step, on: date, by: str = "Sgt Super", **detail: str) -> CaseEntry:
    return CaseEntry(step, on, by, "because", detail)


@pytest.mark.parametrize(
    ("grade", "due_on"),
    [
        ("red", date(2026, 3, 17)),
        ("amber", date(2026, 4, 7)),
        ("green", date(2026, 5, 5)),
    ],
)
def test_reviews_are_commensurate_with_the_grade(grade: str, due_on: date) -> None:
    """HANTS-RAG. Graded on 10 March 2026: red 7, amber 28, green 56 days."""
    stands = after(said(Step.GRADED, date(2026, 3, 10), grade=grade))
    (review,) = [d for d in due(stands, CHOICES) if d.evidence["what"] == "review"]
    assert review.value == due_on
    assert review.rules == ("HANTS-RAG",)


def test_a_review_puts_the_next_one_off() -> None:
    """HANTS-RAG. A red case reviewed on 9 March is due again on the 16th."""
    stands = after(said(Step.REVIEWED, date(2026, 3, 9)))
    (review,) = [d for d in due(stands, CHOICES) if d.evidence["what"] == "review"]
    assert review.value == date(2026, 3, 16)


def test_the_supervisor_reviews_not_the_lead_officer() -> None:
    """HANTS-RAG. Reviewed by the lead officer's supervisor."""
    own = said(Step.REVIEWED, date(2026, 3, 9), by="PC Lead")
    with pytest.raises(ConflictError, match="supervisor"):
        admit(after(), own, CHOICES.pathways)


def test_every_case_comes_before_the_weekly_meeting() -> None:
    """HANTS-RAG. Weekly Multi-Agency Practitioner meetings."""
    stands = after(said(Step.MEETING, date(2026, 3, 4)))
    (met,) = [d for d in due(stands, CHOICES) if d.evidence["what"] == "meeting"]
    assert met.value == date(2026, 3, 11)


def test_a_case_begins_with_lead_and_grade() -> None:
    """HANTS-RAG. On acceptance: lead officer and grade."""
    bare = CaseEntry(Step.OPENED, OPENED_ON, "PC Lead", "panel", {"lead": "PC Lead"})
    with pytest.raises(InputError, match="grade"):
        admit(CaseState(CaseKind.IOM), bare, CHOICES.pathways)


@pytest.mark.parametrize(
    "step", [s for s in Step if s not in (Step.OPENED, Step.REOPENED)]
)
def test_nothing_is_said_of_a_closed_case(step: Step) -> None:
    """HANTS-RAG. The report ends with the rationale for de-registering."""
    closed = after(said(Step.CLOSED, date(2026, 6, 1)))
    detail = {"grade": "red", "lead": "A", "pathway": CHOICES.pathways[0]}
    more = {"ends": "2026-07-01", "manage_by": "IOM"}
    entry = said(step, date(2026, 6, 2), **detail, **more)
    with pytest.raises(ConflictError, match="reopen"):
        admit(closed, entry, CHOICES.pathways)
    assert due(closed, CHOICES) == []
