"""`geocorr co-presence`: when were two tags near each other?"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api import copresence as co_presences
from api.commands import moment
from api.copresence import Asked, Person, Stay, Together
from api.ground import database as database_of
from api.settings import Settings
from geocorr.errors import UsageError
from loaders import policy as policies
from sql.db import Role, connection


def co_presence(
    nominal: Annotated[
        list[str], typer.Option(help="A nominal's id; give it twice, for two people.")
    ],
    from_: Annotated[str, typer.Option("--from", help="ISO 8601 with offset.")],
    to: Annotated[str, typer.Option(help="ISO 8601 with offset.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Tell when the tags of two nominals were near each other, and for how long."""
    if len(nominal) != 2:
        raise UsageError(
            f"Co-presence takes two nominals, not {len(nominal)}: "
            "--nominal A --nominal B."
        )
    people = (nominal[0], nominal[1])
    asked = Asked(people, moment(from_, "--from"), moment(to, "--to"))
    tell(asyncio.run(_asked(Settings(), asked)), as_json)


async def _asked(settings: Settings, asked: Asked) -> Together:
    policy = policies.read(settings.policy)
    async with connection(database_of(settings), Role.WORKER) as conn:
        return await co_presences.of_nominals(
            conn, asked, settings.working_crs(), policy
        )


def tell(found: Together, as_json: bool) -> None:
    """Print an answer for a script or for a person."""
    if as_json:
        sys.stdout.write(found.model_dump_json(by_alias=True) + "\n")
        return
    console = Console()
    if found.stays:
        console.print(_table(found.stays))
    for line in (found.because, *map(_cover, found.people), *found.caveats):
        console.print(line, highlight=False, markup=False)


def _cover(person: Person) -> str:
    tags = ", ".join(person.devices) or "no tag in an order then"
    return f"{person.id} ({tags}): {100 * person.coverage:.0f} % of the time covered."


def _table(stays: Sequence[Stay]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("from (UTC)", "to"):
        drawn.add_column(name, no_wrap=True)
    for name in ("near", "m", "P", "latitude, longitude"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for stay in stays:
        p = stay.probability
        drawn.add_row(
            f"{stay.from_at:%Y-%m-%d %H:%M:%S}",
            f"{stay.to_at:{_end_of(stay)}}",
            f"{stay.together_s / 60:.1f} min",
            f"{stay.least_m:.0f}",
            "-" if p is None else f"{p:.2f}",
            f"{stay.latitude:.5f}, {stay.longitude:.5f}",
        )
    return drawn


def _end_of(stay: Stay) -> str:
    same = stay.from_at.date() == stay.to_at.date()
    return "%H:%M:%S" if same else "%m-%d %H:%M:%S"
