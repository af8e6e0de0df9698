"""GWENT-3.5. The current cohort against the model: who enters, stays, leaves, and why.

The software proposes; people decide, and what they decide stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.domestic_abuse import deselection
from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.selection import Weighting, assess
from geocorr.cohorts.standing import Judged, Standing, headings, priority
from geocorr.model import Decision

_REVIEWED = ("GWENT-3.5",)


class Action(StrEnum):
    """What is proposed; only `stay` and `none` wait for nobody."""

    ENTER = "enter"
    CONSIDER = "consider"
    STAY = "stay"
    DISCUSS = "discuss"
    LEAVE = "leave"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Membership:
    """In which cohort people have put a nominal, and when they look again."""

    cohort: Cohort
    since: date
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one nominal and one cohort; more priority comes sooner."""

    cohort: Cohort
    action: Action
    headings: tuple[str, ...] = ()
    priority: int = 0


Proposed = Decision[Proposal]


def review(
    facts: CaseFacts,
    members: Sequence[Membership],
    day: date,
    choices: Cohorts,
    weightings: Sequence[Weighting] = (),
) -> list[Proposed]:
    """GWENT-3.5. A proposal for every cohort of the model, and of those they are in."""
    held = {m.cohort: m for m in members}
    found = assess(facts, day, choices, weightings, held.keys())
    made = [
        _member(facts, held[cohort], standing, day, choices)
        if cohort in held
        else _candidate(cohort, standing)
        for cohort, standing in found.items()
    ]
    strange = [m.cohort for m in members if m.cohort not in found]
    return made + [_outside_the_model(cohort, choices) for cohort in strange]


def needs_decision(action: Action, answered: bool) -> bool:
    """Whether a person is waited for; `answered`: they decided on this very proposal.

    High-risk domestic abuse is in review until somebody has decided (WMP2-38-HIGH).
    """
    return action not in (Action.STAY, Action.NONE) and not answered


def _candidate(cohort: Cohort, found: Judged) -> Proposed:
    action = {
        Standing.MEETS: Action.ENTER,
        Standing.MAY: Action.CONSIDER,
        Standing.NOT: Action.NONE,
    }[found.value]
    return _proposed(cohort, action, found)


def _member(
    facts: CaseFacts,
    held: Membership,
    found: Judged,
    day: date,
    choices: Cohorts,
) -> Proposed:
    if held.cohort is Cohort.DOMESTIC_ABUSE:
        return _abuser(facts, held, found, day, choices)
    if found.value is Standing.NOT:
        plan = (
            " A plan goes to the local policing team." if choices.removal_plan else ""
        )
        return _proposed(held.cohort, Action.LEAVE, found, _REVIEWED, plan)
    return _proposed(held.cohort, Action.STAY, found, _REVIEWED)


def _abuser(
    facts: CaseFacts,
    held: Membership,
    found: Judged,
    day: date,
    choices: Cohorts,
) -> Proposed:
    """WMP2-39. Nobody leaves without a talk with the supervisor, who decides."""
    talk = deselection(facts, held.since, day, choices)
    evidence = {**found.evidence, "deselection": dict(talk.evidence)}
    with_talk = Decision(found.value, found.rules, evidence, found.because)
    gone = found.value is Standing.NOT
    if not gone and not talk.value:
        return _proposed(held.cohort, Action.STAY, found, _REVIEWED)
    action = Action.LEAVE if gone else Action.DISCUSS
    return _proposed(held.cohort, action, with_talk, talk.rules, f" {talk.because}")


def _outside_the_model(cohort: Cohort, choices: Cohorts) -> Proposed:
    because = f"The force's model ({choices.model}) has no cohort {cohort}."
    evidence = {"headings": [], "priority": 0, "model": choices.model}
    return Decision(Proposal(cohort, Action.LEAVE), _REVIEWED, evidence, because)


def _proposed(
    cohort: Cohort,
    action: Action,
    found: Judged,
    rules: tuple[str, ...] = (),
    more: str = "",
) -> Proposed:
    shown = Proposal(cohort, action, headings(found), priority(found))
    named = tuple(dict.fromkeys((*found.rules, *rules)))
    return Decision(shown, named, found.evidence, f"{found.because}{more}")
