"""`geocorr co-presence`: when were two tags near each other?"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands import Exit, exit_beside, moment
from api.commands.notes import tell_notes
from api.ground import database as database_of
from api.matches.match_files import Sources, gather_trails
from api.settings import Settings
from api.verdicts.copresence import (
    Asked,
    Person,
    Stay,
    Together,
    of_files,
    of_nominals,
)
from geocorr.errors import UsageError
from geocorr.policy import Policy
from geocorr.wording import minute
from loaders import policy as policies
from sql.db import Role, connection

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time


def co_presence(  # noqa: PLR0913  an argument an option
    from_: Annotated[str, typer.Option("--from", help="ISO 8601 with offset.")],
    to: Annotated[str, typer.Option(help="ISO 8601 with offset.")],
    nominal: Annotated[
        list[str] | None, typer.Option(help="A nominal's id; twice, for two people.")
    ] = None,
    device: Annotated[
        list[str] | None, typer.Option(help="A device, on files without orders; twice.")
    ] = None,
    trails: Annotated[
        list[Path] | None,
        typer.Option(help="Trail files, if files are asked and no database."),
    ] = None,
    orders: Annotated[
        OptionalPath, typer.Option(help="Tag orders, with these.")
    ] = None,
    events: Annotated[OptionalPath, typer.Option(help="Events, with these.")] = None,
    crs: Annotated[str, typer.Option(help="Working CRS in metres.")] = "EPSG:27700",
    policy: Annotated[OptionalPath, typer.Option(help="Policy laid over ours.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Tell when two tags were near each other, and for how long."""
    settings, ended = Settings(), Exit.DONE
    chosen = policies.read(policy or settings.policy)
    times = moment(from_, "--from"), moment(to, "--to")
    if not trails:
        asked = Asked(_two("nominal", nominal), *times)
        found = asyncio.run(_asked(settings, asked, chosen))
    else:
        people = _two("nominal", nominal) if orders else _two("device", device)
        sources = Sources(tuple(trails), None, orders, events, map_trails)
        working = settings.working_crs(crs)
        worn = gather_trails(sources, working, chosen, datetime.now(UTC))
        tell_notes((*worn.trail_reports, *worn.side_reports), each=as_json)
        found = of_files(worn, Asked(people, *times), working, chosen)
        ended = exit_beside(worn.side_reports)
    tell(found, as_json)
    raise typer.Exit(ended)


def _two(kind: str, named: list[str] | None) -> tuple[str, str]:
    """Two nominals or devices; UsageError for more or fewer."""
    if named is None or len(named) != 2:
        raise UsageError(
            f"Co-presence takes two {kind}s, not {len(named or ())}: "
            f"--{kind} A --{kind} B."
        )
    return named[0], named[1]


async def _asked(settings: Settings, asked: Asked, policy: Policy) -> Together:
    async with connection(database_of(settings), Role.WORKER) as conn:
        return await of_nominals(conn, asked, settings.working_crs(), policy)


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
    for name in ("from (London)", "to"):
        drawn.add_column(name, no_wrap=True)
    for name in ("near", "m", "P", "latitude, longitude"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for stay in stays:
        p = stay.probability
        drawn.add_row(
            minute(stay.from_at),
            _end(stay),
            f"{stay.together_s / 60:.1f} min",
            f"{stay.least_m:.0f}",
            "-" if p is None else f"{p:.2f}",
            f"{stay.latitude:.5f}, {stay.longitude:.5f}",
        )
    return drawn


def _end(stay: Stay) -> str:
    """The day only where it is another one."""
    begin, end = (minute(at).partition(" ") for at in (stay.from_at, stay.to_at))
    return end[2] if begin[0] == end[0] else " ".join((end[0], end[2]))
