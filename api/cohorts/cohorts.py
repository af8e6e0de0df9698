"""GWENT-3.5 on the database: review everybody, keep what is new, record decisions.

Read, decide, write, in portions of nominals, each whole or not at all: a review that
was stopped goes on where it is asked again, since only what changed is kept.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.review import Action, Proposed, needs_decision, review
from geocorr.cohorts.selection import Weighting
from geocorr.profile import Profile
from loaders.profile import Profiles
from sql import case_facts, cohorts, jobs, runs
from sql.cohorts import Stand
from sql.db import Connection, transaction

SOFTWARE = version("geocorr")
KIND = "cohorts"
_PORTION = 5_000

Stands = Mapping[Cohort, Stand]


@dataclass(frozen=True, slots=True)
class Line:
    """One nominal and one cohort: what is proposed, and what is waited for.

    `due` says why somebody is waited for, "" where nobody is.
    """

    nominal_id: str
    force: str | None
    lpu: str | None
    profile: str
    made: Proposed
    member: bool
    review_on: date | None
    due: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review came to; `run` None: nothing was kept."""

    run: int | None
    day: date
    nominals: int
    changed: int
    seconds: float
    lines: tuple[Line, ...]


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """How many lines there are of each action, and how many are due."""
    found = Counter(line.made.value.action for line in lines)
    due = sum(bool(line.due) for line in lines)
    return {**{action.value: found[action] for action in Action}, "due": due}


@dataclass(frozen=True, slots=True)
class By:
    """What a review goes by: each force's profile, or one for all; local weightings."""

    profiles: Profiles
    only: Profile | None = None
    weightings: tuple[Weighting, ...] = ()

    def of(self, force: str | None) -> Profile:
        """The profile that holds for a force."""
        return self.only or self.profiles.of(force)


async def ask(conn: Connection, nominals: Sequence[str], reason: str) -> None:
    """Ask the worker to review these nominals."""
    for at in range(0, len(nominals), _PORTION):
        part = list(nominals[at : at + _PORTION])
        await jobs.enqueue(conn, KIND, {"nominals": part, "reason": reason})


async def ask_everyone(conn: Connection, reason: str) -> None:
    """Ask the worker to review everybody."""
    await jobs.enqueue(conn, KIND, {"nominals": None, "reason": reason})


async def review_all(
    conn: Connection,
    day: date,
    profiles: Profiles,
    only: Profile | None = None,
    *,
    keep: bool = True,
    nominals: Sequence[str] | None = None,
) -> Reviewed:
    """GWENT-3.5. Everybody, or these nominals, against the model on a day.

    `only` holds one profile against all of them. Without `keep` nothing is written.
    """
    begun = time.monotonic()
    by = By(profiles, only, tuple(await cohorts.weightings(conn)))
    look = _Look(day, by, await cohorts.lpus_on(conn, day))
    run = await _start(conn, by) if keep else None
    lines: list[Line] = []
    n, changed, last = 0, 0, ""
    while ids := await _portion(conn, nominals, n, last):
        async with transaction(conn):
            found = await _one_portion(conn, ids, look, run)
        lines += found.lines
        n, changed = n + len(ids), changed + found.changed
        last = ids[-1]
    seconds = time.monotonic() - begun
    told = Reviewed(run, day, n, changed, seconds, tuple(lines))
    if run is not None:
        sums = {"nominals": n, "changed": changed, **counts(lines)}
        await runs.finish(conn, run, {"review": seconds}, sums)
    return told


async def _start(conn: Connection, by: By) -> int:
    """A run with every profile that may decide."""
    own = (
        [by.only] if by.only else [by.profiles.of(None), *by.profiles.adopted.values()]
    )
    choices = {profile.name: asdict(profile) for profile in own}
    hashes = "+".join(sorted({profile.hash for profile in own}))
    return await runs.start(conn, KIND, None, (choices, hashes, SOFTWARE))


async def _portion(
    conn: Connection, nominals: Sequence[str] | None, done: int, last: str
) -> Sequence[str]:
    """The next nominals to look at."""
    if nominals is not None:
        return nominals[done : done + _PORTION]
    return await case_facts.ids_after(conn, last, _PORTION)


@dataclass(frozen=True, slots=True)
class _Look:
    """What every portion is looked at by."""

    day: date
    by: By
    lpus: Mapping[str, str]


class _Found(NamedTuple):
    lines: list[Line]
    changed: int


async def _one_portion(
    conn: Connection, ids: Sequence[str], look: _Look, run: int | None
) -> _Found:
    """Review some nominals; keep what is new as part of the run, if there is one."""
    if run is not None:
        await cohorts.lock_review(conn)
    people = await case_facts.people(conn, ids)
    stands = await cohorts.standings_of(conn, ids)
    shown, new = [], []
    for person in people:
        held = stands.get(person.nominal_id, {})
        for line in _lines(person, held, look):
            shown += [line] if _is_shown(line) else []
            new += [line] if _is_new(line, held) else []
    if run is not None:
        made = [(line.nominal_id, line.profile, line.made) for line in new]
        await cohorts.propose(conn, run, look.day, made)
    return _Found(shown, len(new))


def _lines(person: CaseFacts, stands: Stands, look: _Look) -> list[Line]:
    profile = look.by.of(person.force)
    members = [s.membership for s in stands.values() if s.membership is not None]
    looks_on = {member.cohort: member.review_on for member in members}
    lpu = look.lpus.get(person.nominal_id)
    lines = []
    made = review(person, members, look.day, profile.cohorts, look.by.weightings)
    for proposed in made:
        cohort = proposed.value.cohort
        review_on = looks_on.get(cohort)
        due = _due(proposed, stands.get(cohort), review_on, look.day)
        whose = (person.nominal_id, person.force, lpu, profile.name)
        lines.append(Line(*whose, proposed, cohort in looks_on, review_on, due))
    return lines


def _due(made: Proposed, stand: Stand | None, review_on: date | None, day: date) -> str:
    answered = stand is not None and _same(made, stand) and _is_answered(stand)
    if needs_decision(made.value.action, answered):
        return "decision"
    return "review" if review_on is not None and review_on <= day else ""


def _is_answered(stand: Stand) -> bool:
    """Whether the last decision was made with the last proposal at hand."""
    return (stand.answered or 0) >= (stand.proposal or 0) > 0


def _same(made: Proposed, stand: Stand) -> bool:
    """Whether this is what was proposed last, and for the same reasons."""
    told, value = (made.rules, made.because), made.value
    last = (stand.rules, stand.because, stand.action, stand.headings, stand.priority)
    return (*told, value.action, value.headings, value.priority) == last


def _is_new(line: Line, stands: Stands) -> bool:
    """Worth keeping: not what was proposed last, nor a first `none`."""
    stand, made = stands.get(line.made.value.cohort), line.made
    if stand is None or stand.proposal is None:
        return made.value.action is not Action.NONE
    if stand.action is made.value.action is Action.NONE:
        return False
    return not (_same(made, stand) and stand.profile == line.profile)


def _is_shown(line: Line) -> bool:
    return line.member or line.made.value.action is not Action.NONE
