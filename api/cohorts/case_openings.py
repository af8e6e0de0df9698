"""HANTS-YOUTH, WMP2-43. Whose case ought to be opened, by whom they are owned."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from geocorr.cohorts.case import CaseKind
from geocorr.cohorts.facts import CaseFacts
from geocorr.cohorts.openings import Opening, openings
from loaders.profile import Profiles
from sql import audit, case_facts, cases, cohorts
from sql.db import Connection, transaction

# Nominals of whom facts are read at once.
_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class ToOpen:
    """A case that a person ought to open, and which LPU owns the nominal."""

    nominal_id: str
    force: str | None
    lpu: str | None
    overdue: bool
    opening: Opening


async def to_open(
    conn: Connection, day: date, profiles: Profiles, who: str, lpu: str | None = None
) -> list[ToOpen]:
    """What ought to be opened, the first due first; the look is audited."""
    async with transaction(conn):
        await audit.note(conn, who, "read cases to open", f"LPU {lpu or 'all'}")
        owned = await cohorts.lpus_on(conn, day)
        had = await _had(conn)
        found: list[ToOpen] = []
        ids = await cases.candidates(conn, day)
        for first in range(0, len(ids), _PORTION):
            for person in await case_facts.people(conn, ids[first : first + _PORTION]):
                area = owned.get(person.nominal_id)
                if lpu in (None, area):
                    found += _of(person, area, day, had[person.nominal_id], profiles)
    return sorted(found, key=lambda t: (t.opening.due_on or date.max, t.nominal_id))


def _of(
    person: CaseFacts,
    lpu: str | None,
    day: date,
    had: list[CaseKind],
    profiles: Profiles,
) -> list[ToOpen]:
    choices = profiles.of(person.force).casework
    return [
        ToOpen(person.nominal_id, person.force, lpu, _late(asked, day), asked)
        for asked in openings(person, day, had, choices)
    ]


def _late(asked: Opening, day: date) -> bool:
    return asked.due_on is not None and asked.due_on < day


async def _had(conn: Connection) -> defaultdict[str, list[CaseKind]]:
    """The kinds of cases that each nominal has or had."""
    found: defaultdict[str, list[CaseKind]] = defaultdict(list)
    for nominal_id, kind in await cases.kinds(conn):
        found[nominal_id].append(kind)
    return found
