"""What the demo shows of casework: who scores, who waits for an owner, what is due.

The tables are read from the database as the commands named under them read it.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

import fixtures
from api import clock
from api.cohorts import casework
from api.cohorts import cohorts as reviewing
from api.owners import consulting, inbox, proposing
from api.owners.owned_table import standing
from api.scores import scores, weight_simulation
from api.scores import weights as sets
from api.scores.scores import Score
from api.scores.weights import SetStep
from geocorr.dates import LONDON
from geocorr.performance.review import Stage
from geocorr.scoring.bands import Band
from geocorr.scoring.explanation import points, spoken
from geocorr.wording import counted, minute
from loaders.profile import Profiles
from sql import breaches, entries, hit_decisions, owners, weights
from sql.breaches import BreachFilter
from sql.cases import CaseFilter
from sql.consultations import Asking
from sql.db import Connection
from sql.owners import Owned, OwnedFilter
from sql.proposals import StoredProposal

WEIGHTS = Path(fixtures.__file__).parent / "weights" / "illustrative.toml"
# Two invented people, because nobody approves a set of weights of their own.
AUTHOR, SECOND = "Demo Analyst", "Demo Inspector"
SHOWN = 6
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """So many things of a kind wait for people; `by`: when the first is due."""

    what: str
    n: int
    by: datetime | None
    look: str


@dataclass(frozen=True, slots=True)
class Casework:
    """What stands in the database on a day, for the three tables."""

    day: date
    scores: Sequence[Score]
    stands: dict[str, Owned]
    proposals: Sequence[StoredProposal]
    due: Sequence[Due]
    weights: str


async def weigh(conn: Connection, profiles: Profiles) -> None:
    """WMP-5.3. Bring the illustrative weights in, try them, have them approved.

    Does nothing where a set of weights is in force already.
    """
    if (await _in_force(conn)) is not None:
        return
    data = WEIGHTS.read_bytes()
    brought = await sets.bring_in(conn, data, WEIGHTS.name, AUTHOR, profiles)
    number = brought.weight_set
    if number is None or (await sets.told(conn, number)).stored.line.state != "draft":
        return
    await weight_simulation.simulate(conn, number, clock.today(), profiles, AUTHOR)
    said = (SECOND, "illustrative weights, for the demo alone")
    await sets.decide(conn, number, SetStep.APPROVED, said)


async def _in_force(conn: Connection) -> str | None:
    """The name and version of the weights that hold where no force has its own."""
    at = await entries.known_at(conn)
    found = (await weights.in_force(conn, clock.today(), at)).of(None)
    return None if found is None else f"{found.weights.name} {found.weights.version}"


async def read(conn: Connection, profiles: Profiles, who: str) -> Casework:
    """What the worker has decided, as of today; the looks are audited as ever."""
    day = clock.today()
    scored = await scores.of_day(conn, day, profiles)
    _, stands = await owners.find(conn, day, OwnedFilter(), (_ALL, 0))
    return Casework(
        day,
        [one for one in scored if one.band in (Band.HIGH, Band.MEDIUM)],
        {one.nominal_id: one for one in stands},
        await proposing.listed(conn, day, who),
        [due async for due in _due(conn, day, profiles, who)],
        await _in_force(conn) or "none in force",
    )


async def _due(
    conn: Connection, day: date, profiles: Profiles, who: str
) -> AsyncIterator[Due]:
    """Everything that waits for people, kind by kind."""
    now = datetime.now(UTC)
    stages = await hit_decisions.counts(conn)
    hits = stages[Stage.UNREVIEWED]
    yield Due("hits to qualify", hits, None, "geocorr worklist")
    n, first = await breaches.find(conn, BreachFilter(is_open=True), limit=1)
    by = first[0].deadline_at if first else None
    yield Due("breaches of zones", n, by, "geocorr breaches --open")
    items = await inbox.read(conn, (now, day), profiles, None, who)
    by = min((item.answer_by for item in items), default=None)
    yield Due("owners for LPUs to accept", len(items), by, "geocorr own inbox LPU")
    asked = await consulting.listed(conn, Asking(pending=True), who)
    look = "geocorr own consultations --pending"
    yield Due("consultations to answer", len(asked), None, look)
    reviewed = await reviewing.review_all(conn, day, profiles, keep=False)
    n = reviewing.counts(reviewed.lines)["due"]
    yield Due("cohort proposals to decide", n, None, "geocorr cohort review")
    tasks = await casework.tasks(conn, CaseFilter(), day, profiles)
    by = _midnight(tasks[0].due.value) if tasks else None
    yield Due("steps of open cases", len(tasks), by, "geocorr case due")


def tell(out: Console, found: Casework) -> None:
    """Three tables: who scores HIGH or MEDIUM, who waits for an owner, what is due."""
    _tell_scores(out, found)
    _tell_waiting(out, found)
    _tell_due(out, found.due)


def _tell_scores(out: Console, found: Casework) -> None:
    drawn = _table("nominal", "score", "band", "owner")
    for one in found.scores[:SHOWN]:
        stands = found.stands.get(one.nominal_id)
        owner = standing(stands) if stands else "not on record"
        drawn.add_row(one.nominal_id, points(one.given), one.band.value, owner)
    if found.scores:
        out.print(drawn)
    bands = Counter(one.band for one in found.scores)
    out.print(
        f"{bands[Band.HIGH]:,} HIGH and {bands[Band.MEDIUM]:,} MEDIUM on "
        f"{spoken(found.day)}{_most(found.scores)}. Weights: {found.weights}."
    )
    out.print("Why: geocorr score --nominal NOMINAL --explain\n", markup=False)


def _tell_waiting(out: Console, found: Casework) -> None:
    drawn = _table("nominal", "waits as", "proposal")
    for told in found.proposals[:SHOWN]:
        waits = standing(found.stands[told.nominal_id])
        drawn.add_row(told.nominal_id, waits, told.because)
    if found.proposals:
        out.print(drawn)
    n = counted(len(found.proposals), "nominal waits", "nominals wait")
    out.print(f"{n} for an owner{_most(found.proposals)}: geocorr own propose\n")


def _tell_due(out: Console, due: Sequence[Due]) -> None:
    drawn = _table("what waits for people", "n", "first due", "see")
    drawn.columns[1].justify = "right"
    for one in due:
        by = minute(one.by) if one.by else "-"
        drawn.add_row(one.what, f"{one.n:,}", by, one.look)
    out.print(drawn)


def _table(*names: str) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in names:
        drawn.add_column(name)
    return drawn


def _most(found: Sequence[object]) -> str:
    return f", {SHOWN} shown" if len(found) > SHOWN else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
