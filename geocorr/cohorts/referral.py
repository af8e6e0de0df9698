"""HANTS-MACC. Referrals, and the panel that accepts or rejects them jointly."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.cohorts.case import Grade
from geocorr.cohorts.facts import Cohort
from geocorr.dates import months_later
from geocorr.errors import ConflictError, InputError

_JOINTLY = 2


class ReferralStep(StrEnum):
    """What became of a referral; it waits until one of these is said."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Referral:
    """The standard form: for which cohort, by which criteria, and why."""

    nominal_id: str
    cohort: str
    criteria: tuple[str, ...]
    reason: str
    agency: str
    urgent: bool
    made_by: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided: by which panel (none for an urgent one), agencies, and why.

    An acceptance names the lead officer and the first grade (HANTS-RAG).
    """

    step: ReferralStep
    by: str
    reason: str
    panel: int | None = None
    agencies: tuple[str, ...] = ()
    lead: str = ""
    grade: str = ""


def check(referral: Referral) -> None:
    """HANTS-MACC. InputError where the form is not filled in."""
    for name in ("nominal_id", "cohort", "reason", "agency", "made_by"):
        if not getattr(referral, name).strip():
            raise InputError(f"The referral form needs {name.replace('_', ' ')}.")
    if referral.cohort not in tuple(Cohort):
        raise InputError(f"The cohort is one of {', '.join(Cohort)}.")
    if not referral.criteria:
        raise InputError("The referral form needs the criteria that are met.")


def judge(referral: Referral, before: ReferralStep | None, ruling: Ruling) -> None:
    """HANTS-MACC. Refuse what cannot be decided of a referral as it stands.

    ConflictError: it was decided before; a panel is needed, as it is not urgent; one
    agency alone. InputError: no name or reason; an acceptance without lead and grade.
    """
    if not ruling.by.strip() or not ruling.reason.strip():
        raise InputError("Say who and why: the panel's reason is kept.")
    if before is not None:
        raise ConflictError(f"The referral was {before} already: make a new one.")
    if ruling.step is ReferralStep.WITHDRAWN:
        return
    if ruling.panel is None and not referral.urgent:
        raise ConflictError(
            "Only an urgent referral is decided outside a panel: name the panel."
        )
    if len(set(ruling.agencies)) < _JOINTLY:
        raise ConflictError("The decision is a joint one: name two agencies or more.")
    if ruling.step is ReferralStep.ACCEPTED:
        _lead_and_grade(ruling)


def next_panel(last: date | None, today: date, months: int) -> date:
    """HANTS-MACC. By when the next panel sits; today where none ever sat."""
    return today if last is None else months_later(last, months)


def _lead_and_grade(ruling: Ruling) -> None:
    if not ruling.lead.strip():
        raise InputError("An acceptance names the lead officer.")
    if ruling.grade not in tuple(Grade):
        raise InputError(f"An acceptance names the grade: {', '.join(Grade)}.")
