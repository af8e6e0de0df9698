"""Facts of cases into the database, and the review of those whom they concern."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from api.cohorts import cohorts as reviewing
from api.intake.loading import Door
from geocorr.cohorts.facts import Fact
from geocorr.dates import LONDON
from geocorr.model import Fault
from loaders import case_facts as fact_files
from loaders.report import LoadReport, outcome_of
from sql import batches, case_facts, nominals
from sql.db import Connection, transaction

_SHOWN = 50


async def load_case_facts(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store facts; one that says something else, or is withdrawn, is a new version.

    A fact_id of another nominal is refused, row by row. Whom new facts concern is
    reviewed by the worker.
    """
    report, given = fact_files.parse(data, name, datetime.now(LONDON).date())
    async with transaction(conn):
        await case_facts.lock_facts(conn)
        await batches.keep_original(conn, data, "case-facts", door.who)
        before = await case_facts.facts_by_id(conn, [fact.fact_id for fact in given])
        strange = [f for f in given if _is_of_another(f, before.get(f.fact_id))]
        ours = [fact for fact in given if fact not in strange]
        changed = [fact for fact in ours if before.get(fact.fact_id) != fact]
        await case_facts.keep_facts(conn, changed, door.who)
        whose = sorted({fact.nominal_id for fact in changed})
        await reviewing.ask(conn, whose, "a fact came or changed")
        known = {n.nominal_id for n in await nominals.nominals(conn, whose)}
    unknown = [nominal_id for nominal_id in whose if nominal_id not in known]
    return _told(report, strange, unknown)


def _is_of_another(fact: Fact, before: Fact | None) -> bool:
    return before is not None and before.nominal_id != fact.nominal_id


def _told(
    report: LoadReport, strange: Sequence[Fact], unknown: Sequence[str]
) -> LoadReport:
    refused = tuple(
        Fault(None, None, None, "fact_id", "FACT_OF_ANOTHER", fact.fact_id, _OF_ANOTHER)
        for fact in strange
    )
    warned = tuple(
        Fault(None, None, None, "nominal_id", "UNKNOWN_NOMINAL", nominal_id, _UNKNOWN)
        for nominal_id in unknown[:_SHOWN]
    )
    accepted = report.accepted - len(refused)
    return replace(
        report,
        outcome=outcome_of(report.read, accepted) if refused else report.outcome,
        accepted=accepted,
        rejected=report.rejected + len(refused),
        faults=(*report.faults, *refused),
        warnings=(*report.warnings, *warned),
    )


_OF_ANOTHER = "Another nominal's fact has this fact_id: give it one of its own."
_UNKNOWN = "No nominal of this id is loaded yet: load nominals, with birth and flags."
