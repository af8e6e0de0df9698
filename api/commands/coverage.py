"""`geocorr coverage`: of how many wearers do the trails speak, at which crime?"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.hits import batch_numbers, split
from api.ground import database as database_of
from api.settings import Settings
from api.verdicts import coverage as coverage_statements
from geocorr.errors import NotFound
from geocorr.wording import minute
from sql import coverage as statements
from sql import crimes
from sql.coverage import Statement
from sql.db import Role, connection


def coverage(
    of: Annotated[str, typer.Argument(metavar="BATCH|FORCE/REF", help="Of which.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """State how many wearers were monitored, covered, excluded and not excludable.

    As at a time: made anew when trails or orders near the window change.
    """
    found = asyncio.run(_found(Settings(), of))
    if as_json:
        document = {
            "total": len(found),
            "statements": [coverage_statements.as_document(s) for s in found],
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return
    console = Console()
    console.print(_table(found))
    console.print(
        "All: wearers in an order that allows matching. In reach: hit, passed or "
        "possible. No data: nothing can be said. Out: excluded; only their tags were "
        "elsewhere.",
        highlight=False,
    )
    if any(s.being_made for s in found):
        console.print("Some are being made anew: trails or orders changed.")


async def _found(settings: Settings, of: str) -> Sequence[Statement]:
    async with connection(database_of(settings), Role.WORKER) as conn:
        if "/" in of:
            force, reference = split(of)
            await crimes.versions(conn, force, reference)
            found = (await statements.of_crime(conn, force, reference))[:1]
        else:
            found = await statements.of_batches(conn, await batch_numbers(conn, of))
    if not found:
        raise NotFound(
            f"Nothing was stated of {of} yet: the worker does it after the match "
            "(`geocorr status` shows its queue)."
        )
    return found


def _table(found: Sequence[Statement]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    drawn.add_column("crime", no_wrap=True)
    drawn.add_column("as at (London)", no_wrap=True)
    cover_names = ("full cover", "gaps", "no cover")
    for name in ("all", *cover_names, "in reach", "no data", "out"):
        drawn.add_column(name, justify="right", min_width=max(map(len, name.split())))
    for s in found:
        c = s.counts
        in_reach = c.hit + c.passed + c.possible
        cover = (c.full_cover, c.with_gaps, c.no_cover)
        numbers = (c.monitored, *cover, in_reach, c.no_data, c.ruled_out)
        drawn.add_row(
            f"{s.force}/{s.reference}",
            minute(s.as_at),
            *(f"{n:,}" for n in numbers),
        )
    return drawn
