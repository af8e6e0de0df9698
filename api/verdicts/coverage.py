"""Coverage statements: of each crime how many wearers the trails speak of, and how.

Made by the worker after a match, and anew when trails or orders near the window change.
Wearers are read once for many crimes, some hundreds at a time.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import numpy as np

from api.matches import wearing
from api.matches.matching import SOFTWARE
from api.matches.wearing import Who, only
from geocorr import findings
from geocorr.arrays import HOUR_US, Ints, Targets
from geocorr.candidates import Pairs
from geocorr.coverage import covered
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.presence import Asked, everyone, words
from geocorr.proof import around_us, clock_us
from sql import coverage, crimes, jobs, runs, trail_reach
from sql.coverage import Counts, Statement
from sql.db import Connection, transaction
from sql.trail_reach import Window

KIND = "coverage"
# A change so near to a window may enclose it, or leave it open.
AROUND = timedelta(days=1)

# One reading serves the crimes of so long a stretch; so many crimes and pairs at once
# keep the memory small.
_SPAN_US = 36 * HOUR_US
_CRIMES = 5_000
_PAIRS = 500_000
_WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Made:
    """What a run of statements came to."""

    run: int
    crimes: int
    pairs: int
    seconds: float


async def ask(conn: Connection, version_ids: Sequence[int]) -> None:
    """Ask the worker for the statements of these crimes, once however often asked."""
    if version_ids:
        await coverage.ask(conn, version_ids)
        await jobs.enqueue(conn, KIND, {})


async def ask_touched(
    conn: Connection, spells: Sequence[tuple[str, datetime, datetime]]
) -> None:
    """The same of crimes whose statement a change of trails or orders may concern."""
    stretches = sorted({(low, high) for _, low, high in spells})
    if stretches and await coverage.ask_touched(conn, stretches, AROUND):
        await jobs.enqueue(conn, KIND, {})


async def make(conn: Connection, policy: Policy) -> Made | None:
    """Make the statements that are due, a few thousand; None where there are none."""
    began = time.perf_counter()
    async with transaction(conn):
        taken, due = await coverage.take_due(conn, _CRIMES)
        if not taken:
            return None
        versions = await crimes.by_version(conn, due)
        offences = [findings.offence(version.crime) for version in versions]
        targets = findings.targets(offences, policy)
        counts = np.zeros((len(targets), len(Counts.__slots__)), np.int64)
        for part in _spans(targets):
            counts[part] = await _counted(conn, targets.take(part), policy)
        decided_by = (policy.choices, policy.hash, SOFTWARE)
        run = await runs.start(conn, KIND, None, decided_by)
        said = [Counts(*row) for row in counts.tolist()]
        await coverage.keep(conn, run, [version.id for version in versions], said)
        pairs = int(counts[:, 0].sum())
        seconds = time.perf_counter() - began
        told = {"crimes": len(versions), "pairs": pairs}
        await runs.finish(conn, run, {"coverage_s": seconds}, told)
    return Made(run, len(versions), pairs, seconds)


def _spans(targets: Targets) -> Iterator[Ints]:
    """Positions of targets whose windows lie in one stretch."""
    order = np.argsort(targets.from_us, kind="stable")
    part: list[int] = []
    for g in order.tolist():
        if part and targets.to_us[g] - targets.from_us[part[0]] > _SPAN_US:
            yield np.array(part)
            part = []
        part.append(g)
    if part:
        yield np.array(part)


async def _counted(conn: Connection, targets: Targets, policy: Policy) -> Ints:
    """The counts [targets, columns of `Counts`] of targets in one stretch."""
    clock = clock_us(policy)
    low, high = int(targets.from_us.min()), int(targets.to_us.max())
    who = await wearing.in_time(conn, from_us(low), from_us(high), policy)
    window = Window(low - clock, high + clock, around_us(policy))
    n_devices = max(1, _PAIRS // len(targets))
    total = np.zeros((len(targets), len(Counts.__slots__)), np.int64)
    judged: asyncio.Task[Ints] | None = None
    for at in range(0, len(who.devices), n_devices):
        worn = (who.worn.device >= at) & (who.worn.device < at + n_devices)
        some = only(who, worn)
        trails = await trail_reach.enclosing(conn, some.devices, some.worn, window)
        pairs = _then(everyone(targets, some.worn), targets, some)
        asked = Asked(trails, some.worn, targets, pairs, policy)
        if judged is not None:
            total += await judged
        judged = asyncio.create_task(asyncio.to_thread(count, asked))
    return total if judged is None else total + await judged


def _then(pairs: Pairs, targets: Targets, who: Who) -> Pairs:
    """Those whose order is in force at some instant of the window."""
    worn, w, g = who.worn, pairs.wearer, pairs.target
    then = (worn.from_us[w] <= targets.to_us[g]) & (worn.to_us[w] > targets.from_us[g])
    return Pairs(g[then], w[then])


def count(asked: Asked) -> Ints:
    """How many wearers of each kind [targets, columns of `Counts`]."""
    share = covered(
        asked.trails,
        asked.wearers,
        asked.targets,
        asked.pairs,
        asked.policy.line.max_gap_s,
    )
    found = words(asked)
    kinds = [
        np.ones(len(share), np.bool_),
        share >= _WHOLE,
        (share > 0) & (share < _WHOLE),
        share == 0,
        *(found == word for word in Verdict),
    ]
    n = len(asked.targets)
    return np.stack(
        [np.bincount(asked.pairs.target[kind], minlength=n) for kind in kinds], axis=1
    )


def as_document(statement: Statement) -> dict[str, object]:
    """One statement as JSON has it."""
    counts = asdict(statement.counts)
    in_reach = sum(counts[word] for word in ("hit", "passed", "possible"))
    return {
        "force": statement.force,
        "crime_reference": statement.reference,
        "crime_version": statement.version,
        "as_at": statement.as_at.isoformat().replace("+00:00", "Z"),
        "run": statement.run,
        "policy_hash": statement.policy_hash,
        "version": statement.software_version,
        "being_made": statement.being_made,
        **counts,
        "in_reach": in_reach,
        "excluded": counts["ruled_out"],
        "not_excludable": in_reach + counts["no_data"],
    }
