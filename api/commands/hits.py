"""`geocorr hits`, `match-batch`, `rematch`: what was found, and finding it again."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import hits_file
from api.commands.match import table
from api.ground import database as database_of
from api.matching import RunDone, Why, match
from api.settings import Settings
from geocorr.errors import NotFound, UsageError
from loaders import policy as policies
from loaders.forces import forces
from sql import batches, crimes
from sql import hits as stored_hits
from sql.db import Connection, Role, connection
from sql.hits import StoredHit

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def hits(
    of: Annotated[str, typer.Argument(metavar="BATCH|FORCE/REF", help="Whose hits.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="OUT.csv, .geojson, .parquet")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the live hits of a batch or a crime in the columns of the hits file."""
    if output is not None:
        hits_file.check_name(output)
    found = asyncio.run(_hits(Settings(), of))
    rows = tuple(stored.hit for stored in found)
    if output is not None:
        places = {
            (s.hit.force, s.hit.crime_reference): (s.longitude, s.latitude)
            for s in found
        }
        hits_file.write(output, rows, places)
    if as_json:
        document = {"total": len(rows), "hits": [hits_file.as_json(h) for h in rows]}
        sys.stdout.write(json.dumps(document) + "\n")
        return
    console = Console()
    console.print(table(rows))
    crimes_hit = len({(h.force, h.crime_reference) for h in rows})
    told = f"{len(rows):,} pairs at {crimes_hit:,} crimes."
    console.print(told if output is None else f"{told} Written to {output}.")


def match_batch(
    batch: Annotated[str, typer.Argument(help="A batch id, such as GWP20260328.")],
    as_json: AsJson = False,
) -> None:
    """Match a batch again, as a new run; earlier runs stay."""
    _tell(asyncio.run(_match_batch(Settings(), batch)), as_json)


def rematch(
    crime: Annotated[str, typer.Option(metavar="FORCE/REF", help="Which crime.")],
    as_json: AsJson = False,
) -> None:
    """Match one crime again, as a new run; earlier runs stay."""
    _tell(asyncio.run(_rematch(Settings(), crime)), as_json)


async def _hits(settings: Settings, of: str) -> list[StoredHit]:
    async with connection(database_of(settings), Role.WORKER) as conn:
        if "/" not in of:
            numbers = await batch_numbers(conn, of)
            return await stored_hits.listed(conn, batches=numbers)
        force, reference = split(of)
        await crimes.versions(conn, force, reference)
        return await stored_hits.listed(conn, force=force, reference=reference)


async def batch_numbers(conn: Connection, batch_id: str) -> Sequence[int]:
    """The deliveries of this batch id (any case); NotFound where there is none."""
    numbers = await batches.numbers(conn, batch_id)
    if not numbers:
        raise NotFound(f"No batch {batch_id} was loaded.")
    return numbers


def split(of: str) -> tuple[str, str]:
    """Force and reference, split at the first slash; UsageError without one."""
    name, slash, reference = of.partition("/")
    if not (slash and name and reference):
        raise UsageError(f"{of} is no crime: give FORCE/REF.")
    known = forces().find(name)
    return (known.identifier if known else name), reference


async def _match_batch(settings: Settings, batch: str) -> RunDone:
    policy = policies.read(settings.policy)
    async with connection(database_of(settings), Role.WORKER) as conn:
        numbers = await batch_numbers(conn, batch)
        of_batch = [v.id for n in numbers for v in await crimes.of_batch(conn, n)]
        why = Why("batch", "the batch was matched again", numbers[-1])
        return await match(conn, of_batch, policy, why)


async def _rematch(settings: Settings, crime: str) -> RunDone:
    policy = policies.read(settings.policy)
    async with connection(database_of(settings), Role.WORKER) as conn:
        latest = (await crimes.versions(conn, *split(crime)))[-1]
        why = Why("rematch", "the crime was matched again")
        return await match(conn, [latest.id], policy, why)


def _tell(done: RunDone, as_json: bool) -> None:
    if as_json:
        document = {
            "run": done.run,
            "crimes": done.crimes,
            "hits": done.hits,
            "superseded": done.superseded,
            "seconds": round(done.seconds, 3),
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return
    Console().print(
        f"Run {done.run}: {done.crimes:,} crimes, {done.hits:,} pairs, "
        f"{done.superseded:,} earlier hits superseded or retired, "
        f"{done.seconds:.2f} s.",
        highlight=False,
    )
