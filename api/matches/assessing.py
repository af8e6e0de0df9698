"""How surprising the hits are: read, decide, write, in a run of its own.

What a run finds is appended to the hits, never edited into them; the last one holds.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from api.matches import comparable
from api.matches.comparable import Counted, Ground, Part
from api.matches.matching import SOFTWARE, by_place
from geocorr.assessment import Assessment, Finding, assess
from geocorr.cover import shares
from geocorr.findings import Offence
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.surprise import Rates
from sql import assessments, jobs, runs
from sql.assessments import Control, HitToAssess, NewAssessment
from sql.db import Connection, transaction

# Crimes assessed at once: each has sixteen windows, and a column for every wearer.
_PORTION = 200
# Crimes in one job, so that a night's are not one transaction.
_IN_ONE_JOB = 5_000


@dataclass(frozen=True, slots=True)
class CrimeRates:
    """The rates of every wearer (rows) at these crimes (columns), and which those are.

    `ids` and `offences` are those of the columns, by force and reference; a version
    that is no longer its crime's latest, or withdrawn, has no column.
    """

    ids: tuple[int, ...]
    offences: tuple[Offence, ...]
    rates: Rates


@dataclass(frozen=True, slots=True)
class AssessDone:
    """What an assessment came to."""

    run: int
    crimes: int
    hits: int
    assessable: int
    seconds: float


async def rates(
    conn: Connection,
    version_ids: Sequence[int],
    policy: Policy,
    as_at: datetime | None = None,
) -> CrimeRates:
    """Base rates of everyone monitored at these crimes; needs a transaction.

    `rates.hit` are the live hits. LEICS-16: a wearer whose trail may not be used for
    base rates has no row.
    """
    at = as_at or datetime.now(UTC)
    crimes = await assessments.offences(conn, version_ids)
    ground = await comparable.read_ground(conn, crimes, policy, at)
    part = await comparable.read_part(conn, ground, slice(0, len(ground.ids)), policy)
    counted = comparable.counted(ground, part, policy)
    found = comparable.rates_of(ground, part, counted, policy)
    return CrimeRates(ground.ids, ground.offences, found)


async def assess_hits(
    conn: Connection,
    version_ids: Sequence[int],
    policy: Policy,
    as_at: datetime | None = None,
) -> AssessDone:
    """Append to each live hit of these crimes how surprising it is, as a new run."""
    began, at = time.perf_counter(), as_at or datetime.now(UTC)
    async with transaction(conn):
        # By place: the crimes of a portion then have trails in common.
        crimes = by_place(*await assessments.offences(conn, version_ids))
        ground = await comparable.read_ground(conn, crimes, policy, at)
        found = await _assessed(conn, ground, policy)
        took = time.perf_counter() - began
        decided_by = (policy.choices, policy.hash, SOFTWARE)
        run = await runs.start(conn, "assess", None, decided_by)
        await assessments.store(conn, run, at, found)
        able = sum(new.assessment.base_rate is not None for new in found)
        counts = {"crimes": len(ground.ids), "hits": len(found), "assessable": able}
        await runs.finish(conn, run, {"assess_s": took}, counts)
    seconds = time.perf_counter() - began
    return AssessDone(run, len(ground.ids), len(found), able, seconds)


async def ask_due(conn: Connection, policy: Policy, as_at: datetime) -> int:
    """Ask for the assessments that are due at this time; of how many crimes."""
    async with transaction(conn):
        due = await assessments.due(conn, policy.surprise, as_at)
        for first in range(0, len(due), _IN_ONE_JOB):
            part = list(due[first : first + _IN_ONE_JOB])
            await jobs.enqueue(conn, "assess", {"versions": part})
    return len(due)


async def _assessed(
    conn: Connection, ground: Ground, policy: Policy
) -> list[NewAssessment]:
    """What is to be said of each hit, in the order of the crimes.

    While one portion is counted, in a thread, the next is read.
    """
    told: list[asyncio.Task[list[NewAssessment]]] = []
    try:
        for at in range(0, len(ground.ids), _PORTION):
            span = slice(at, min(at + _PORTION, len(ground.ids)))
            part = await comparable.read_part(conn, ground, span, policy)
            if told:
                await told[-1]
            work = asyncio.to_thread(_part_assessed, ground, part, policy)
            told.append(asyncio.create_task(work))
    finally:
        parts = await asyncio.gather(*told)
    return [new for part in parts for new in part]


def _part_assessed(ground: Ground, part: Part, policy: Policy) -> list[NewAssessment]:
    counted = comparable.counted(ground, part, policy)
    by_verdict = {
        verdict: comparable.rates_of(ground, part, counted, policy, verdict)
        for verdict in (Verdict.HIT, Verdict.PASSED)
    }
    column = {version: i for i, version in enumerate(part.ids)}
    person = {name: i for i, name in enumerate(ground.worn.people)}
    shown = _shown(counted)
    found = []
    for hit in ground.hits:
        if (target := column.get(hit.crime_version)) is None:
            continue
        who = person.get(hit.nominal_id)
        rates = by_verdict[Verdict(hit.verdict)]
        told = _told(hit, rates, who, target, policy)
        kept = () if who is None else _controls(ground, part, who, target, shown)
        found.append(NewAssessment(hit.id, told, kept))
    return found


def _told(
    hit: HitToAssess, rates: Rates, person: int | None, target: int, policy: Policy
) -> Assessment:
    finding = Finding(hit.verdict, hit.probability, hit.coverage)
    return assess(finding, rates, person, target, policy.surprise)


def _shown(counted: Counted) -> dict[tuple[int, int], str]:
    """What the trail shows of each person (position) at each control, if anything."""
    seen, shown = counted.seen, {}
    columns = (seen.person.tolist(), seen.control.tolist(), seen.hit.tolist())
    for who, control, hit in zip(*columns, strict=True):
        if hit or (who, control) not in shown:
            shown[who, control] = (Verdict.HIT if hit else Verdict.PASSED).value
    return shown


def _controls(
    ground: Ground,
    part: Part,
    person: int,
    target: int,
    shown: dict[tuple[int, int], str],
) -> tuple[Control, ...]:
    """The comparable windows of a hit's wearer, counted or not."""
    first, last = np.searchsorted(part.controls.target, [target, target + 1]).tolist()
    own = part.controls.of(slice(target, target + 1))
    share = shares(ground.covered, person, own.windows)
    return tuple(
        Control(
            int(own.week[i]),
            from_us(own.windows.from_us[i]),
            from_us(own.windows.to_us[i]),
            round(float(share[i]), 3),
            shown.get((person, first + i), ""),
        )
        for i in range(last - first)
    )
