"""What is due in a case, by when, and by which rule."""

from datetime import date, timedelta

from geocorr.cohorts import arms, youth
from geocorr.cohorts.arms import Registered
from geocorr.cohorts.case import CaseKind, CaseState
from geocorr.cohorts.case_choices import Casework
from geocorr.cohorts.youth import Youth
from geocorr.model import Decision

Due = Decision[date]


def due(stands: CaseState, choices: Casework) -> list[Due]:
    """What waits to be done in a case, soonest first; nothing once it is closed.

    `evidence["what"]` is the task, one word.
    """
    if not stands.is_open:
        return []
    of_kind = {
        CaseKind.IOM: _iom,
        CaseKind.YOUTH: _youth,
        CaseKind.ARMS: _arms,
    }[stands.kind]
    return sorted(of_kind(stands, choices), key=lambda d: (d.value, d.because))


def _iom(stands: CaseState, choices: Casework) -> list[Due]:
    found = [_review(stands, choices), _meeting(stands, choices)]
    if stands.order_ends is not None:
        found.append(_end(stands.order_ends))
        if stands.plan_on is None:
            found.append(_plan(stands.order_ends, choices))
    return found


def _review(stands: CaseState, choices: Casework) -> Due:
    """HANTS-RAG. Red, amber and green are reviewed ever less often."""
    if stands.grade is None:
        on = _begun(stands)
        told = "The case has no grade: give it red, amber or green."
        return _due("grade", on, "HANTS-RAG", told)
    since = max(d for d in (stands.reviewed_on, stands.graded_on) if d is not None)
    days = choices.review_days(stands.grade)
    told = f"Graded {stands.grade}: reviewed every {days} days, last on {since}."
    return _due("review", since + timedelta(days=days), "HANTS-RAG", told)


def _meeting(stands: CaseState, choices: Casework) -> Due:
    """HANTS-RAG. The weekly Multi-Agency Practitioner meeting."""
    since = stands.met_on or _begun(stands)
    told = f"The weekly MAP meeting looks at every case; last dealt with on {since}."
    on = since + timedelta(days=choices.meeting_days)
    return _due("meeting", on, "HANTS-RAG", told)


def _plan(ends: date, choices: Casework) -> Due:
    """HANTS-END. A transition plan before licence or order end."""
    weeks = choices.plan_weeks_before
    told = (
        f"The licence or order ends on {ends}: a transition plan {weeks} weeks before."
    )
    return _due("plan", ends - timedelta(weeks=weeks), "HANTS-END", told)


def _end(ends: date) -> Due:
    """HANTS-END. With the licence or order the case ends."""
    told = f"The licence or order ends on {ends}: de-register, with the reason."
    return _due("close", ends, "HANTS-END", told)


def _youth(stands: CaseState, choices: Casework) -> list[Due]:
    person = youth_of(stands)
    days = youth.milestones(person, choices)
    found = []
    if not stands.panel:
        told = "The youth-to-adult panel decides: MAPPA, IOM or neither."
        found.append(_due("panel", days.starts_on, "HANTS-YOUTH", told))
    if stands.met_on is None:
        told = "Liaison with the youth offending team begins, for the handover."
        found.append(_due("liaison", days.liaison_on, "HANTS-YOUTH", told))
    told = "The 18th birthday: management passes."
    found.append(_due("take_over", days.takes_over_on, "HANTS-YOUTH", told))
    return found


def _arms(stands: CaseState, choices: Casework) -> list[Due]:
    if stands.assessed_on is not None:
        return []
    person = registered_of(stands)
    first = arms.priority(person)
    on = arms.due(person, choices)
    told = (
        f"{first.because} "
        f"{'No date is set for it.' if on is None else 'Within six weeks.'}"
    )
    made = _due("assess", on or _begun(stands), "WMP2-43", told)
    evidence = {**made.evidence, "priority": first.value, "dated": on is not None}
    return [Decision(made.value, made.rules, evidence, made.because)]


def considered(
    stands: CaseState, day: date, choices: Casework
) -> Decision[bool] | None:
    """HANTS-YOUTH, WMP2-43. Do the conditions hold? None where a case has none."""
    if stands.kind is CaseKind.YOUTH:
        return youth.transfers(youth_of(stands), choices)
    if stands.kind is CaseKind.ARMS:
        return arms.applies(registered_of(stands), day, choices)
    return None


def youth_of(stands: CaseState) -> Youth:
    """The facts that a youth's case was opened with."""
    facts = stands.facts
    return Youth(
        date.fromisoformat(facts["born"]),
        facts.get("order_or_above") == "yes",
        _maybe(facts.get("order_ends")),
        facts.get("with_probation") == "yes",
        _maybe(facts.get("convicted_on")),
    )


def registered_of(stands: CaseState) -> Registered:
    """The facts that an ARMS case was opened with."""
    facts = stands.facts
    return Registered(
        _maybe(facts.get("born")),
        facts.get("sex", ""),
        _maybe(facts.get("released_on")),
        _maybe(facts.get("registered_on")),
        facts.get("risk", ""),
    )


def _begun(stands: CaseState) -> date:
    """The day a case was opened, which an open case has."""
    if stands.opened_on is None:
        raise ValueError("an open case was opened on a day")
    return stands.opened_on


def _maybe(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _due(what: str, on: date, rule: str, because: str) -> Due:
    return Decision(on, (rule,), {"what": what}, because)
