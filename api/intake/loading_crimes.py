"""Crime files into the database, and the match of what is new in them."""

import asyncio
import re
from dataclasses import asdict
from datetime import date

from api.intake.loading import Door, ask
from loaders import crimes as crime_files
from loaders.crime_options import CrimeOptions
from loaders.report import LoadReport
from sql import crimes, hits
from sql.batches import Delivery
from sql.crimes import StoredBatch
from sql.db import Connection, transaction

_BATCH_ID = re.compile(r"[A-Za-z]+(\d{4})(\d\d)(\d\d)(.*)", re.ASCII)


async def load_crimes(
    conn: Connection, data: bytes, name: str, options: CrimeOptions, door: Door
) -> tuple[LoadReport, StoredBatch]:
    """Store a crime file and ask for the match of what is new in it.

    The same bytes as the force's latest accepted file: nothing is done again.
    """
    parsed = await asyncio.to_thread(crime_files.parse, data, options, name)
    async with transaction(conn):
        stored = await crimes.store_batch(
            conn,
            _delivery(parsed, data, options, door),
            parsed.crimes(),
            _references(parsed),
        )
        if not stored.repeated:
            await hits.retire_withdrawn(conn, stored.withdrawn)
            again = await hits.latest_versions(conn, stored.reinstated)
            reason = {"kind": "batch", "reason": "a newer version of the crime came"}
            await ask(
                conn, (*stored.versions, *again), {**reason, "batch": stored.batch}
            )
    return parsed.report, stored


def _delivery(
    parsed: crime_files.CrimeParse, data: bytes, options: CrimeOptions, door: Door
) -> Delivery:
    report = parsed.report
    day, suffix = _day(report.batch_id)
    force = options.expected.identifier if options.expected else report.police_force
    return Delivery(
        force=force,
        batch_id=report.batch_id,
        day=day,
        suffix=suffix,
        original=data,
        sender=door.who,
        zone=options.zone,
        outcome=report.outcome,
        cause=report.cause,
        read=report.read,
        accepted=report.accepted,
        rejected=report.rejected,
        faults=tuple(asdict(fault) for fault in report.faults),
        warnings=tuple(asdict(warning) for warning in report.warnings),
        refused=tuple(
            {"row": r.row, "line": r.line, "cells": list(r.cells)}
            for r in parsed.refused_rows
        ),
    )


def _day(batch_id: str | None) -> tuple[date | None, str]:
    found = _BATCH_ID.fullmatch(batch_id or "")
    if found is None:
        return None, ""
    year, month, day, suffix = found.groups()
    return date(int(year), int(month), int(day)), suffix


def _references(parsed: crime_files.CrimeParse) -> set[str]:
    """Every reference that stands in a row, refused or not."""
    refused = (f.crime_reference for row in parsed.refused_rows for f in row.faults)
    return {*filter(None, refused), *(c.crime_reference for c in parsed.crimes())}
