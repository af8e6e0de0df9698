"""Cases in words: kinds, grades, and what can be added to a management report. Pure."""

from collections.abc import Mapping

from geocorr.cohorts.case import MANAGE_BY, CaseKind, Grade, Step

KINDS = [
    (CaseKind.IOM.value, "Integrated offender management", ""),
    (CaseKind.YOUTH.value, "Youth to adult", "HANTS-YOUTH"),
    (CaseKind.ARMS.value, "Registered sex offender (ARMS)", "WMP2-43"),
]
GRADES = [(one.value, one.value, "") for one in Grade]
MANAGE = [(word, word) for word in MANAGE_BY]
# What is said where a field that the step needs is empty.
MISSING: Mapping[str, str] = {
    "lead": "Name the lead officer.",
    "grade": "Choose a grade.",
    "pathway": "Choose the pathway of the need.",
    "ends": "Give the day on which licence or order ends.",
    "manage_by": "Choose who manages.",
    "born": "Give the day of birth.",
    "sex": "Give the sex.",
}
_STEPS: Mapping[Step, str] = {
    Step.GRADED: "Grade: red, amber or green",
    Step.LED: "Another lead officer",
    Step.NEED: "A need",
    Step.INTERVENTION: "An intervention",
    Step.DECISION: "A decision",
    Step.MEETING: "The weekly MAP meeting looked at it",
    Step.REVIEWED: "The supervisor reviewed it",
    Step.ORDER: "End of licence or order",
    Step.PLAN: "Transition plan",
    Step.PANEL: "The youth-to-adult panel decided",
    Step.ASSESSED: "ARMS assessment",
    Step.CLOSED: "Close: de-registered",
    Step.REOPENED: "Reopen",
}
_OF_KIND: Mapping[Step, CaseKind] = {
    Step.PANEL: CaseKind.YOUTH,
    Step.ASSESSED: CaseKind.ARMS,
}


def steps(kind: CaseKind, is_open: bool) -> list[tuple[str, str]]:
    """What can be added to a case of a kind as it stands."""
    if not is_open:
        return [(Step.REOPENED.value, _STEPS[Step.REOPENED])]
    return [
        (step.value, text)
        for step, text in _STEPS.items()
        if step is not Step.REOPENED and _OF_KIND.get(step, kind) is kind
    ]
