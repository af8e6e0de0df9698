"""The worker: does what files and people asked for, and the night's purge."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import structlog

from api import (
    cohorts,
    consulting,
    coverage,
    inbox,
    notifications,
    owning,
    owning_known,
    proposing,
    scoring,
    zones,
)
from api.assessing import ask_due, assess_hits
from api.matching import Why, match
from api.settings import Settings
from geocorr.geo import WorkingCrs
from geocorr.policy import Policy
from geocorr.trust import off_spells
from loaders import profile
from sql import jobs, orders
from sql.db import Connection, Database, Role, connection, transaction
from sql.jobs import Handler, Payload
from sql.trail_quarantine import Purged, purge_quarantined
from sql.trail_store import Keeping

log = structlog.get_logger()


async def drain(database: Database, policy: Policy) -> None:
    """Do what waits in the queue, then return."""
    await jobs.drain(database, handlers(database, policy))


async def work(
    database: Database, policy: Policy, crs: WorkingCrs, stop: asyncio.Event
) -> None:
    """Do what comes until `stop` is set; purge what is due every night."""

    async def nightly() -> None:
        async with connection(database, Role.WORKER) as conn:
            await purge(conn, policy, crs, dry_run=False)
            await ask_due(conn, policy, datetime.now(UTC))
            await zones.ask_about_silence(conn, datetime.now(UTC))
            await scoring.ask_everyone(conn, "a new day")
            await notifications.ask(conn)
            await owning.ask(conn, "a new day")
            await cohorts.ask_everyone(conn, "a new day")

    await jobs.work(database, handlers(database, policy), nightly, stop)


def handlers(database: Database, policy: Policy) -> dict[str, Handler]:
    """What each kind of job does."""

    async def run_match(asked: Payload) -> None:
        why = Why(str(asked["kind"]), str(asked["reason"]), asked.get("batch"))  # type: ignore[arg-type]
        async with connection(database, Role.WORKER) as conn:
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

    async def run_assess(asked: Payload) -> None:
        async with connection(database, Role.WORKER) as conn:
            told = await assess_hits(conn, asked["versions"], policy)  # type: ignore[arg-type]
        log.info(
            "assessed",
            run=told.run,
            crimes=told.crimes,
            hits=told.hits,
            assessable=told.assessable,
            seconds=round(told.seconds, 3),
        )

    async def run_coverage(asked: Payload) -> None:
        async with connection(database, Role.WORKER) as conn:
            while told := await coverage.make(conn, policy):
                log.info(
                    "coverage stated",
                    run=told.run,
                    crimes=told.crimes,
                    pairs=told.pairs,
                    seconds=round(told.seconds, 3),
                )

    async def run_zones(asked: Payload) -> None:
        async with connection(database, Role.WORKER) as conn:
            told = await zones.examine(conn, asked, policy)
        log.info(
            "zones examined",
            run=told.run,
            devices=told.devices,
            zones=told.zones,
            new_breaches=told.new,
            findings=told.appended,
        )

    async def run_own(asked: Payload) -> None:
        profiles = profile.read(Settings().profiles)
        whom: list[str] | None = asked["nominals"]  # type: ignore[assignment]
        async with connection(database, Role.WORKER) as conn:
            today = owning_known.today()
            told = await owning.decide(conn, today, profiles, whom)
            consulted = await consulting.ask_due(conn, today, profiles, whom)
            made = await proposing.propose_all(conn, today, profiles, policy)
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

    async def run_score(asked: Payload) -> None:
        whom: list[str] | None = asked["nominals"]  # type: ignore[assignment]
        desk = notifications.desk(Settings())
        async with connection(database, Role.WORKER) as conn:
            told = await scoring.score(conn, whom, scoring.today(), desk)
        log.info(
            "scored",
            run=told.run,
            day=told.day.isoformat(),
            nominals=told.nominals,
            entries=told.entries,
            changes=told.changes,
            seconds=round(told.seconds, 3),
        )

    return {
        "match": run_match,
        "assess": run_assess,
        coverage.KIND: run_coverage,
        zones.KIND: run_zones,
        scoring.KIND: run_score,
        notifications.KIND: partial(_run_mail, database),
        owning.KIND: run_own,
        cohorts.KIND: partial(_run_cohorts, database),
    }


async def _run_mail(database: Database, asked: Payload) -> None:
    server = notifications.desk(Settings()).mail
    async with connection(database, Role.WORKER) as conn:
        sent, failed = await notifications.deliver(conn, server)
    log.info("mailed", sent=sent, failed=failed)


async def _run_cohorts(database: Database, asked: Payload) -> None:
    profiles = profile.read(Settings().profiles)
    whom: list[str] | None = asked["nominals"]  # type: ignore[assignment]
    async with connection(database, Role.WORKER) as conn:
        told = await cohorts.review_all(conn, cohorts.today(), profiles, nominals=whom)
    log.info(
        "cohorts reviewed",
        run=told.run,
        nominals=told.nominals,
        changed=told.changed,
        seconds=round(told.seconds, 3),
    )


async def purge(
    conn: Connection, policy: Policy, crs: WorkingCrs, *, dry_run: bool
) -> list[Purged]:
    """HANTS-GPS-1. Remove fixes outside every order whose days are over."""
    async with transaction(conn):
        off = off_spells(await orders.events(conn))
        keeping = Keeping(policy, crs.srid, off)
        return await purge_quarantined(conn, datetime.now(UTC), keeping, dry_run)
