"""`geocorr hits`, `assess`, `match-batch`, `rematch`: what was found, and anew."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import worker
from api.commands import log_to_stderr
from api.ground import database as database_of
from api.matches import hits_file, hits_table
from api.matches.assessing import AssessDone, assess_hits
from api.matches.compare import Side, Sides, tell_compared
from api.matches.matching import RunDone, Why, match
from api.matches.trying import check_comparable, tried
from api.settings import Settings
from geocorr.errors import NotFound, UsageError
from geocorr.policy import Policy
from geocorr.wording import counted
from loaders import policy as policies
from loaders.forces import forces
from sql import assessments, batches, crimes
from sql import hits as stored_hits
from sql.db import Connection, Database, Role, connection
from sql.hits import StoredHit

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def hits(
    of: Annotated[str, typer.Argument(metavar="BATCH|FORCE/REF", help="Whose hits.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="OUT.csv, .geojson, .parquet")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the live hits of a batch or a crime in the columns of the hits file.

    Shown by likelihood ratio, what is not assessed as if it were 1, then by P; of one
    crime with the sentence that says how surprising each is.
    """
    if output is not None:
        hits_file.check_name(output)
    settings = Settings()
    found, told = asyncio.run(_hits(settings, of))
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
    if rows:
        choice = policies.read(settings.policy).surprise
        console.print(hits_table.weighed(rows, choice))
    if "/" in of:
        for stored in found:
            _explain(console, stored, told.get(stored.id))
    hits_table.explain(console, rows)
    crimes_hit = len({(h.force, h.crime_reference) for h in rows})
    summed = f"{counted(len(rows), 'pair')} at {counted(crimes_hit, 'crime')}."
    written = "" if output is None else f" Written to {output}."
    console.print(summed + written, highlight=False)


def _explain(console: Console, stored: StoredHit, told: str | None) -> None:
    hit = stored.hit
    sentence = told or "How surprising it is has not been assessed yet."
    text = f"{hit.device_id} {hit.nominal_id}: {hit.because} {sentence}"
    console.print(text, markup=False, highlight=False)


def match_batch(
    batch: Annotated[str, typer.Argument(help="A batch id, such as GWP20260328.")],
    compare: Annotated[
        Path | None,
        typer.Option(help="Only compare with this policy file or name; keep nothing."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Match a batch again, as a new run; earlier runs stay."""
    if compare is None:
        _tell(asyncio.run(_match_batch(Settings(), batch)), as_json)
    else:
        tell_compared(asyncio.run(_sides(Settings(), batch, compare)), as_json)


def rematch(
    crime: Annotated[str, typer.Option(metavar="FORCE/REF", help="Which crime.")],
    as_json: AsJson = False,
) -> None:
    """Match one crime again, as a new run; earlier runs stay."""
    _tell(asyncio.run(_rematch(Settings(), crime)), as_json)


def assess(
    of: Annotated[str, typer.Argument(metavar="BATCH|FORCE/REF", help="Whose hits.")],
    as_json: AsJson = False,
) -> None:
    """Say anew how surprising the hits of a batch or crime are; earlier words stay."""
    done = asyncio.run(_assess(Settings(), of))
    if as_json:
        sys.stdout.write(json.dumps(asdict(done)) + "\n")
        return
    Console().print(
        f"Run {done.run}: {counted(done.hits, 'hit')} at "
        f"{counted(done.crimes, 'crime')}, "
        f"{done.assessable:,} assessable, {done.seconds:.2f} s.",
        highlight=False,
    )


async def _assess(settings: Settings, of: str) -> AssessDone:
    policy = policies.read(settings.policy)
    async with connection(database_of(settings), Role.WORKER) as conn:
        return await assess_hits(conn, await _versions(conn, of), policy)


async def _versions(conn: Connection, of: str) -> list[int]:
    if "/" in of:
        return [(await crimes.versions(conn, *split(of)))[-1].id]
    numbers = await batch_numbers(conn, of)
    return [v.id for n in numbers for v in await crimes.of_batch(conn, n)]


async def _hits(settings: Settings, of: str) -> tuple[list[StoredHit], dict[int, str]]:
    """The hits asked for and, of one crime, what the last assessment says of each."""
    async with connection(database_of(settings), Role.WORKER) as conn:
        if "/" not in of:
            numbers = await batch_numbers(conn, of)
            return await stored_hits.listed(conn, batches=numbers), {}
        force, reference = split(of)
        await crimes.versions(conn, force, reference)
        found = await stored_hits.listed(conn, force=force, reference=reference)
        return found, await assessments.latest(conn, [stored.id for stored in found])


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
    policy, database = policies.read(settings.policy), database_of(settings)
    async with connection(database, Role.WORKER) as conn:
        numbers = await batch_numbers(conn, batch)
        of_batch = [v.id for n in numbers for v in await crimes.of_batch(conn, n)]
        why = Why("batch", "the batch was matched again", numbers[-1])
        done = await match(conn, of_batch, policy, why)
    await _followed(database, policy)
    return done


async def _sides(settings: Settings, batch: str, other: Path) -> Sides:
    """What the service's policy and the other find in a batch."""
    ours = Path("shipped") if settings.policy is None else settings.policy
    chosen = policies.read(settings.policy), policies.read(other)
    check_comparable(*chosen)
    async with connection(database_of(settings), Role.WORKER) as conn:
        versions = await _versions(conn, batch)
        first, second = [await tried(conn, versions, policy) for policy in chosen]
    return (
        Side(str(ours), chosen[0], first),
        Side(str(other), chosen[1], second),
    )


async def _rematch(settings: Settings, crime: str) -> RunDone:
    policy, database = policies.read(settings.policy), database_of(settings)
    async with connection(database, Role.WORKER) as conn:
        latest = (await crimes.versions(conn, *split(crime)))[-1]
        why = Why("rematch", "the crime was matched again")
        done = await match(conn, [latest.id], policy, why)
    await _followed(database, policy)
    return done


async def _followed(database: Database, policy: Policy) -> None:
    """Do what follows of a match, as a running service does by itself: the new hits
    are weighed, and what is stated of the coverage is stated anew."""
    log_to_stderr()
    with Console(stderr=True).status("Weighing the hits ..."):
        await worker.drain(database, policy)


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
        f"Run {done.run}: {counted(done.crimes, 'crime')}, "
        f"{counted(done.hits, 'pair')}, {counted(done.superseded, 'earlier hit')} "
        "superseded or retired, "
        f"{done.seconds:.2f} s.",
        highlight=False,
    )
