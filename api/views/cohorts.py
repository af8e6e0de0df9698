"""Cohorts in words: names, what is proposed, as what one decides. Pure."""

from collections.abc import Mapping

from api.cohorts.cohort_decisions import Capacity, Step
from api.login.who import UserRole, Who
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.review import Action
from geocorr.cohorts.standing import Standing

COHORTS = [(one.value, one.value.replace("_", " ").capitalize()) for one in Cohort]
ACTIONS = [(one.value, one.value) for one in Action if one is not Action.NONE]
STEPS = [
    (Step.ENTER.value, "Enter", ""),
    (Step.STAY.value, "Stay", "Looked at again on the day of the review."),
    (Step.LEAVE.value, "Leave", "With a plan that is shared with local policing."),
]
STANDS: Mapping[Standing, str] = {
    Standing.MEETS: "fits",
    Standing.MAY: "for a person to consider",
    Standing.NOT: "does not fit",
}


def name(cohort: Cohort) -> str:
    """What a cohort is called."""
    return cohort.value.replace("_", " ").capitalize()


def capacities(who: Who) -> list[tuple[str, str]]:
    """As what somebody may decide."""
    officer = Capacity.LOCAL_RESPONSIBLE_OFFICER
    told = [(officer.value, "Local responsible officer (gangs, WMP2-35)")]
    if UserRole.SUPERVISOR in who.roles:
        told.append((Capacity.SUPERVISOR.value, "LOMU supervisor"))
    return told
