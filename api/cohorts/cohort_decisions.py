"""What people decide on cohorts, and all that is known of one nominal.

Nobody enters or leaves by the software: a decision has a name, a reason and a day, and
stands beside what was proposed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.selection import MODELS, Weighting, assess
from geocorr.cohorts.standing import Judged
from geocorr.cohorts.tagging import eligible
from geocorr.dates import months_later
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.policy import Policy
from geocorr.profile import Profile
from loaders.profile import Profiles
from sql import audit, case_facts, cohorts
from sql.cohorts import NewDecision, Stand, StoredDecision, StoredProposal
from sql.db import Connection, transaction


class Step(StrEnum):
    """What a person decides of a nominal and a cohort."""

    ENTER = "enter"
    STAY = "stay"
    LEAVE = "leave"


class Capacity(StrEnum):
    """As what somebody decides, where a rule says who may."""

    SUPERVISOR = "supervisor"
    LOCAL_RESPONSIBLE_OFFICER = "local_responsible_officer"
    PANEL = "panel"


@dataclass(frozen=True, slots=True)
class Said:
    """A decision as a person words it; `plan` and `shared_with` are of a removal.

    `cohort` None: the only one that is proposed, or that they are in. `review_on` None:
    after the profile's months.
    """

    step: Step
    reason: str
    by: str
    cohort: Cohort | None = None
    capacity: Capacity | None = None
    discussed_with: str = ""
    plan: str = ""
    shared_with: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class File:
    """All that is known of a nominal and their cohorts, on a day."""

    day: date
    profile: str
    facts: CaseFacts
    standings: Mapping[Cohort, Judged]
    tag: Judged
    stands: Mapping[Cohort, Stand]
    proposals: list[StoredProposal]
    decisions: list[StoredDecision]


async def show(
    conn: Connection,
    nominal_id: str,
    day: date,
    choices: tuple[Profiles, Policy],
    who: str,
) -> File:
    """A nominal's facts, standing, proposals and decisions; the look is audited.

    NotFound where nothing is known of them.
    """
    profiles, policy = choices
    async with transaction(conn):
        person = await _person(conn, nominal_id)
        await audit.note(conn, who, "read cohorts", f"nominal {nominal_id}")
        stands = (await cohorts.standings_of(conn, [nominal_id])).get(nominal_id, {})
        weightings = await cohorts.weightings(conn)
        proposals = await cohorts.proposals_of(conn, nominal_id)
        decisions = await cohorts.decisions_of(conn, nominal_id)
    profile = profiles.of(person.force)
    managed = [cohort for cohort, stand in stands.items() if stand.membership]
    standings = assess(person, day, profile.cohorts, weightings, managed)
    tag = eligible(person, day, profile.cohorts, policy.orders.licence_max_months)
    return File(day, profile.name, person, standings, tag, stands, proposals, decisions)


async def decide(
    conn: Connection, nominal_id: str, said: Said, day: date, profiles: Profiles
) -> StoredDecision:
    """GWENT-3.5, WMP2-35, WMP2-39. Append what a person decided.

    NotFound where nothing is known of the nominal, InputError without name, reason or
    what the rule asks for, ConflictError where it cannot follow what was decided.
    """
    async with transaction(conn):
        await cohorts.lock_nominal(conn, nominal_id)
        person = await _person(conn, nominal_id)
        stands = (await cohorts.standings_of(conn, [nominal_id])).get(nominal_id, {})
        profile = profiles.of(person.force)
        cohort = said.cohort or _only(stands)
        stand = stands.get(cohort)
        member = stand is not None and stand.membership is not None
        _check(said, cohort, member, profile)
        await cohorts.decide(conn, _row(nominal_id, cohort, said, day, profile))
        detail = {"cohort": cohort.value, "decision": said.step.value}
        who, what = said.by.strip(), f"cohort {said.step.value}"
        await audit.note(conn, who, what, f"nominal {nominal_id}", detail)
        return (await cohorts.decisions_of(conn, nominal_id))[-1]


async def weight(conn: Connection, new: Weighting, who: str) -> int:
    """GWENT-FLEX-WEIGHT. Append a weighting; InputError without evidence or days."""
    if not new.evidence.strip() or not who.strip():
        raise InputError(
            "GWENT-FLEX-WEIGHT: a weighting needs the local crime trend that is its "
            "evidence, and a name: give both."
        )
    if new.until_day is not None and new.until_day < new.from_day:
        raise InputError("The weighting ends before it begins: mend the days.")
    async with transaction(conn):
        number = await cohorts.keep_weighting(conn, new, who.strip())
        detail = {"attribute": new.attribute.value, "force": new.force}
        await audit.note(
            conn, who.strip(), "weight cohort", f"weighting {number}", detail
        )
    return number


async def _person(conn: Connection, nominal_id: str) -> CaseFacts:
    found = await case_facts.people(conn, [nominal_id])
    if not found:
        raise NotFound(f"Nothing is known of a nominal {nominal_id}: load nominals.")
    return found[0]


def _only(stands: Mapping[Cohort, Stand]) -> Cohort:
    """The one cohort that a decision can be about."""
    asked = [c for c, s in stands.items() if s.membership or s.action != "none"]
    if len(asked) != 1:
        named = ", ".join(asked) or ", ".join(Cohort)
        raise UsageError(f"Say which cohort: {named}.")
    return asked[0]


def _check(said: Said, cohort: Cohort, member: bool, profile: Profile) -> None:
    if not said.by.strip() or not said.reason.strip():
        raise InputError("A decision needs a name and a reason: give both.")
    if said.step is Step.ENTER:
        _check_entry(cohort, member, profile)
    elif said.step is Step.STAY and not member:
        raise ConflictError(f"Not in the cohort {cohort}: enter, or leave it at that.")
    if said.step is Step.LEAVE and member:
        _check_removal(said, cohort, profile)
    officer = Capacity.LOCAL_RESPONSIBLE_OFFICER
    if cohort is Cohort.GANGS and said.capacity is not officer:
        raise InputError(
            f"WMP2-35: on gangs the {officer.replace('_', ' ')} decides; say so."
        )


def _check_entry(cohort: Cohort, member: bool, profile: Profile) -> None:
    if member:
        raise ConflictError(f"In the cohort {cohort} already: stay or leave.")
    known = MODELS[profile.cohorts.model]
    if cohort not in known:
        raise ConflictError(
            f"The profile {profile.name} has no cohort {cohort}: "
            f"take one of {', '.join(known)}."
        )


def _check_removal(said: Said, cohort: Cohort, profile: Profile) -> None:
    if profile.cohorts.removal_plan and not (
        said.plan.strip() and said.shared_with.strip()
    ):
        raise InputError(
            "GWENT-3.5: who leaves has a plan that is shared with the local policing "
            "team: give the plan and with whom it is shared."
        )
    if cohort is not Cohort.DOMESTIC_ABUSE:
        return
    with_whom = said.discussed_with.strip()
    alone = with_whom.casefold() in ("", said.by.strip().casefold())
    if said.capacity is not Capacity.SUPERVISOR or alone:
        raise InputError(
            "WMP2-39: the LOMU supervisor decides, after a talk with the offender "
            "manager: decide as supervisor and name with whom it was discussed."
        )


def _row(
    nominal_id: str, cohort: Cohort, said: Said, day: date, profile: Profile
) -> NewDecision:
    again = months_later(day, profile.cohorts.review_months)
    review_on = said.review_on or again
    if review_on <= day:
        raise InputError(f"The review on {review_on} is not after {day}: mend it.")
    return NewDecision(
        nominal_id,
        cohort.value,
        said.step.value,
        day,
        said.reason.strip(),
        said.by.strip(),
        said.capacity or "",
        said.discussed_with.strip(),
        said.plan.strip(),
        said.shared_with.strip(),
        None if said.step is Step.LEAVE else review_on,
    )
