"""`geocorr drop`: who can be dropped from an investigation of several crimes?"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.hits import split
from api.ground import database as database_of
from api.settings import Settings
from api.verdicts import dropping
from api.verdicts.dropping import Considered, Drop, Named, Standing
from loaders import policy as policies
from sql.db import Role, connection


def drop(
    crime: Annotated[
        list[str], typer.Option(metavar="FORCE/REF", help="Give it for each crime.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Tell whose tag is ruled out of at least one of these crimes, and who remains.

    On the premise that one person did them all; each crime's answers are kept.
    """
    found = asyncio.run(_found(Settings(), [split(one) for one in crime]))
    if as_json:
        sys.stdout.write(json.dumps(dropping.document(found)) + "\n")
        return
    console = Console()
    console.print(dropping.PREMISE, highlight=False)
    if found.remaining:
        console.print(f"\nRemain: {len(found.remaining):,}", style="bold")
        console.print(_remaining(found.remaining))
    if found.dropped:
        console.print(f"Can be dropped: {len(found.dropped):,}", style="bold")
        console.print(_dropped(found.dropped))
        console.print(
            "km/h: the tag would at some point have had to move so fast or faster to "
            "be there in time; never: no speed is enough (--json has each sentence).",
            highlight=False,
        )
    runs = ", ".join(str(answered.run) for answered in found.runs.values())
    console.print(f"The answers are kept as runs {runs}.", highlight=False)


async def _found(settings: Settings, asked: Sequence[Named]) -> Drop:
    policy = policies.read(settings.policy)
    async with connection(database_of(settings), Role.WORKER) as conn:
        return await dropping.drop(conn, asked, policy)


def _remaining(rest: Sequence[Considered]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column("nominal", no_wrap=True)
    drawn.add_column("at each crime")
    for one in rest:
        drawn.add_row(
            one.nominal_id,
            ", ".join(f"{s.crime[0]}/{s.crime[1]} {s.verdict}" for s in one.standings),
        )
    return drawn


def _dropped(gone: Sequence[Considered]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column("nominal", no_wrap=True)
    drawn.add_column("ruled out of, by km/h")
    for one in gone:
        drawn.add_row(one.nominal_id, ", ".join(map(_excluded, one.excluded_by)))
    return drawn


def _excluded(standing: Standing) -> str:
    speed = standing.line.required_speed_kmh if standing.line else None
    far = "never" if speed is None else f"{speed:,.0f}"
    return f"{standing.crime[0]}/{standing.crime[1]} {far}"
