"""HANTS-RAG, HANTS-END, HANTS-YOUTH, WMP2-43. Cases: open, say something, what is due.

Read how the case stands, decide whether it can be said, write it down. Every look at
a person is audited.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from geocorr.cohorts.case import CaseEntry, CaseState, Step, admit, state
from geocorr.cohorts.due import Due, due
from geocorr.cohorts.openings import order_ends
from geocorr.errors import ConflictError, NotFound
from loaders.profile import Profiles
from sql import audit, case_facts, cases, nominals, owners
from sql.cases import CaseFilter, NewCase, StoredCase
from sql.db import Connection, transaction


@dataclass(frozen=True, slots=True)
class Task:
    """What is due in a case, and whether its day has passed."""

    case: int
    nominal_id: str
    force: str
    lpu: str
    lead: str
    overdue: bool
    due: Due


async def open_case(
    conn: Connection, new: NewCase, entry: CaseEntry, profiles: Profiles
) -> int:
    """Open a case with its first entry; returns its number.

    Where no LPU is named it is that of the owner, so that its list of what is due
    holds the case.
    InputError as `admit` says; NotFound for a nominal that is not on record.
    """
    admit(CaseState(new.kind), entry, _pathways(profiles, new.force))
    async with transaction(conn):
        await known(conn, new.nominal_id)
        number = await cases.open_case(conn, await _placed(conn, new, entry.on))
        await cases.say(conn, number, entry)
        await _noted(conn, entry, number, new.nominal_id)
    return number


async def _placed(conn: Connection, new: NewCase, day: date) -> NewCase:
    """The case with the LPU that owns the nominal, where nobody named one."""
    if new.lpu:
        return new
    owned = await owners.standing(conn, new.nominal_id, day)
    return replace(new, lpu=owned.lpu or "")


async def say(
    conn: Connection,
    number: int,
    entry: CaseEntry,
    profiles: Profiles,
    called: str = "",
) -> CaseState:
    """Add an entry to a case; returns how it stands then.

    `called`: how people call who says it, since a lead may stand there so.
    NotFound for no such case; InputError and ConflictError as `admit` says.
    """
    async with transaction(conn):
        if not await cases.lock(conn, number):
            raise NotFound(f"There is no case {number}.")
        case = await _one(conn, number)
        stands = state(case.kind, case.entries)
        admit(stands, entry, _pathways(profiles, case.force))
        if entry.step is Step.REVIEWED and _same(called, stands.lead):
            raise ConflictError(
                f"{stands.lead} leads the case: the lead's supervisor reviews it."
            )
        await cases.say(conn, number, entry)
        await _noted(conn, entry, number, case.nominal_id)
    return state(case.kind, (*case.entries, entry))


def _same(one: str, other: str) -> bool:
    return bool(one) and one.strip().casefold() == other.strip().casefold()


async def show(
    conn: Connection, number: int, who: str, day: date, profiles: Profiles
) -> tuple[StoredCase, Sequence[Task]]:
    """A case with its management report, and what is due; the look is audited."""
    async with transaction(conn):
        case = await _one(conn, number)
        await audit.note(conn, who, "read case", f"nominal {case.nominal_id}")
        ends = await _order_ends(conn, [case], day)
    return case, tasks_of(case, day, profiles, ends.get(case.nominal_id))


async def tasks(
    conn: Connection, asked: CaseFilter, day: date, profiles: Profiles
) -> list[Task]:
    """What is due in these cases, soonest first."""
    found = await cases.find(conn, asked)
    ends = await _order_ends(conn, found, day)
    listed = [
        task
        for case in found
        for task in tasks_of(case, day, profiles, ends.get(case.nominal_id))
    ]
    return sorted(listed, key=lambda task: (task.due.value, task.case))


def tasks_of(
    case: StoredCase, day: date, profiles: Profiles, ends: date | None = None
) -> Sequence[Task]:
    """What is due in one case; `ends`: the recorded last day of licence or order.

    What the case itself says of it holds over that.
    """
    stands = state(case.kind, case.entries)
    stands = replace(stands, order_ends=stands.order_ends or ends)
    choices = profiles.of(case.force).casework
    whose = (case.id, case.nominal_id, case.force, case.lpu, stands.lead)
    return [Task(*whose, found.value < day, found) for found in due(stands, choices)]


async def _order_ends(
    conn: Connection, found: Sequence[StoredCase], day: date
) -> dict[str, date]:
    """HANTS-END. When licence or order end, by the facts recorded of the nominals."""
    people = await case_facts.people(conn, sorted({case.nominal_id for case in found}))
    ends = {person.nominal_id: order_ends(person, day) for person in people}
    return {nominal: last for nominal, last in ends.items() if last is not None}


async def known(conn: Connection, nominal_id: str) -> None:
    """NotFound where a nominal is not on record: a slip would be another's case."""
    if not await nominals.nominals(conn, [nominal_id]):
        raise NotFound(f"There is no nominal {nominal_id}: load the record first.")


async def _one(conn: Connection, number: int) -> StoredCase:
    found = await cases.find(conn, CaseFilter(case=number))
    if not found:
        raise NotFound(f"There is no case {number}.")
    return found[0]


async def _noted(conn: Connection, entry: CaseEntry, case: int, nominal: str) -> None:
    action = "open case" if entry.step is Step.OPENED else f"case {entry.step}"
    await audit.note(conn, entry.by, action, f"nominal {nominal}", {"case": case})


def _pathways(profiles: Profiles, force: str) -> tuple[str, ...]:
    return profiles.of(force).casework.pathways
