"""What each kind of job does: on a connection of the worker's role, told in the log."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from api import clock
from api.cohorts import cohorts
from api.matches.assessing import assess_hits
from api.matches.matching import Why, match
from api.owners import consulting, inbox, owning, proposing
from api.scores import notifications, scoring
from api.settings import Settings
from api.verdicts import coverage
from api.zones import zones
from geocorr.policy import Policy
from loaders import profile
from sql.db import Connection, Database, Role, connection
from sql.jobs import Handler, Payload

log = structlog.get_logger()

Act = Callable[[Connection, Policy, Payload], Awaitable[None]]


def handlers(database: Database, policy: Policy) -> dict[str, Handler]:
    """What each kind of job does."""
    return {kind: partial(_do, act, database, policy) for kind, act in _ACTS.items()}


async def _do(act: Act, database: Database, policy: Policy, asked: Payload) -> None:
    async with connection(database, Role.WORKER) as conn:
        await act(conn, policy, asked)


async def _match(conn: Connection, policy: Policy, asked: Payload) -> None:
    why = Why(str(asked["kind"]), str(asked["reason"]), asked.get("batch"))  # type: ignore[arg-type]
    await coverage.ask(conn, asked["versions"])  # type: ignore[arg-type]
    done = await match(conn, asked["versions"], policy, why)  # type: ignore[arg-type]
    log.info(
        "matched",
        run=done.run,
        kind=why.kind,
        crimes=done.crimes,
        hits=done.hits,
        superseded=done.superseded,
        seconds=round(done.seconds, 3),
    )


async def _assess(conn: Connection, policy: Policy, asked: Payload) -> None:
    told = await assess_hits(conn, asked["versions"], policy)  # type: ignore[arg-type]
    log.info(
        "assessed",
        run=told.run,
        crimes=told.crimes,
        hits=told.hits,
        assessable=told.assessable,
        seconds=round(told.seconds, 3),
    )


async def _coverage(conn: Connection, policy: Policy, asked: Payload) -> None:
    while told := await coverage.make(conn, policy):
        log.info(
            "coverage stated",
            run=told.run,
            crimes=told.crimes,
            pairs=told.pairs,
            seconds=round(told.seconds, 3),
        )


async def _zones(conn: Connection, policy: Policy, asked: Payload) -> None:
    told = await zones.examine(conn, asked, policy)
    log.info(
        "zones examined",
        run=told.run,
        devices=told.devices,
        zones=told.zones,
        new_breaches=told.new,
        findings=told.appended,
    )


async def _own(conn: Connection, policy: Policy, asked: Payload) -> None:
    """Owners, and what follows from them: questions, proposals, silences."""
    profiles, today = profile.read(Settings().profiles), clock.today()
    whom = _whom(asked)
    told = await owning.decide(conn, today, profiles, whom)
    consulted = await consulting.ask_due(conn, today, profiles, whom)
    made = await proposing.propose_all(conn, today, profiles, policy, whom)
    late = []
    if whom is None:
        late = await inbox.escalate(conn, datetime.now(UTC), today, profiles)
    log.info(
        "owners decided",
        run=told.run,
        nominals=told.nominals,
        changed=told.changed,
        lapsed=told.lapsed,
        consulted=consulted,
        proposed=made.changed,
        escalated=len(late),
        seconds=round(told.seconds, 3),
    )


async def _score(conn: Connection, policy: Policy, asked: Payload) -> None:
    desk = notifications.desk(Settings())
    why = str(asked["reason"])
    told = await scoring.score(conn, _whom(asked), clock.today(), desk, why)
    log.info(
        "scored",
        run=told.run,
        day=told.day.isoformat(),
        nominals=told.nominals,
        entries=told.entries,
        changes=told.changes,
        seconds=round(told.seconds, 3),
    )


async def _mail(conn: Connection, policy: Policy, asked: Payload) -> None:
    server = notifications.desk(Settings()).mail
    sent, failed = await notifications.deliver(conn, server)
    log.info("mailed", sent=sent, failed=failed)


async def _cohorts(conn: Connection, policy: Policy, asked: Payload) -> None:
    profiles = profile.read(Settings().profiles)
    told = await cohorts.review_all(
        conn, clock.today(), profiles, nominals=_whom(asked)
    )
    log.info(
        "cohorts reviewed",
        run=told.run,
        nominals=told.nominals,
        changed=told.changed,
        seconds=round(told.seconds, 3),
    )


def _whom(asked: Payload) -> list[str] | None:
    """The nominals a job is about; None = all."""
    return asked["nominals"]  # type: ignore[return-value]


_ACTS: dict[str, Act] = {
    "match": _match,
    "assess": _assess,
    coverage.KIND: _coverage,
    zones.KIND: _zones,
    scoring.KIND: _score,
    notifications.KIND: _mail,
    owning.KIND: _own,
    cohorts.KIND: _cohorts,
}
