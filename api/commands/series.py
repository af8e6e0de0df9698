"""`geocorr series`: which tags were near more of some crimes than chance allows?"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands import Exit, exit_of_asked
from api.commands.hits import split
from api.commands.notes import tell_notes
from api.ground import database as database_of
from api.matches.match_files import Sources, gather
from api.settings import Settings
from api.verdicts.series import of_crimes, of_files
from api.verdicts.series_answer import SeriesAnswer, SeriesWearer
from api.warming import first_time
from geocorr.errors import UsageError
from geocorr.model import Verdict
from geocorr.policy import Policy
from geocorr.wording import counted, minute
from loaders import policy as policies
from sql.db import Role, connection

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time
Several = Annotated[
    list[str] | None,
    typer.Option("--crime", metavar="FORCE/REF", help="A crime; once for each."),
]


def series(  # noqa: PLR0913  an argument an option
    crime: Several = None,
    trails: Annotated[
        list[Path] | None,
        typer.Option(help="Trail files, if files are asked and no database."),
    ] = None,
    crimes: Annotated[
        OptionalPath, typer.Option(help="Crime file, with these.")
    ] = None,
    orders: Annotated[
        OptionalPath, typer.Option(help="Tag orders, with these.")
    ] = None,
    events: Annotated[OptionalPath, typer.Option(help="Events, with these.")] = None,
    crs: Annotated[str, typer.Option(help="Working CRS in metres.")] = "EPSG:27700",
    policy: Annotated[OptionalPath, typer.Option(help="Policy laid over ours.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    map_crimes: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    zone: Annotated[str, typer.Option(help="Zone of times without offset.")] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Weigh crimes believed to be one series against each wearer's own habits."""
    settings, named, ended = Settings(), crime or [], Exit.DONE
    chosen = policies.read(policy or settings.policy)
    if not trails and not crimes:
        found = asyncio.run(_of_database(settings, named, chosen))
    elif trails and crimes:
        sources = Sources(
            tuple(trails), crimes, orders, events, map_trails, map_crimes, zone
        )
        with first_time("series"):
            files = gather(sources, settings.working_crs(crs), chosen)
            tell_notes(files.reports, each=as_json)
            found = of_files(files, named, chosen)
        ended = exit_of_asked(files.crime_report, files.side_reports)
    else:
        raise UsageError("Files take both: --trails FILE and --crimes FILE.")
    if as_json:
        sys.stdout.write(found.model_dump_json() + "\n")
    else:
        tell(found)
    raise typer.Exit(ended)


async def _of_database(
    settings: Settings, crimes: Sequence[str], policy: Policy
) -> SeriesAnswer:
    named = [split(crime) for crime in crimes]
    async with connection(database_of(settings), Role.WORKER) as conn:
        return await of_crimes(conn, named, policy)


def tell(found: SeriesAnswer) -> None:
    """Print the wearers, strongest first, and all that weakens what is printed."""
    for one in found.crimes:
        _say(
            f"{one.group}. {one.crime}  {minute(one.window_from)} to "
            f"{minute(one.window_to)}"
        )
    if found.wearers:
        Console().print(_table(found))
    else:
        _say(f"No hit of anybody: {counted(found.monitored, 'wearer')} monitored.")
    for line in (*found.notes, *_lines(found.wearers), *found.caveats):
        _say(line)


def _lines(wearers: Sequence[SeriesWearer]) -> Iterator[str]:
    """The whole sentence of those who stand out; of the others what excludes them."""
    for wearer in wearers:
        out = [at.crime for at in wearer.crimes if at.verdict == Verdict.RULED_OUT]
        if wearer.stands_out:
            yield f"{wearer.id}: {wearer.because}"
        elif out:
            yield f"{wearer.id}: the tag is ruled out of {', '.join(out)}."


def _say(line: str) -> None:
    Console().print(line, highlight=False, markup=False)


def _table(found: SeriesAnswer) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column("wearer", no_wrap=True)
    for name in ("near", "by chance", "p, all", "p, hit"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("verdicts")
    drawn.add_column("", no_wrap=True)
    for wearer in found.wearers:
        drawn.add_row(
            wearer.id,
            f"{wearer.counted} of {found.groups}",
            f"{wearer.expected:.2g}",
            f"{wearer.p_among_all:.2g}",
            f"{wearer.p_among_hit:.2g}",
            ", ".join(_counts(wearer)),
            _word(wearer),
        )
    return drawn


def _counts(wearer: SeriesWearer) -> Iterator[str]:
    for verdict in Verdict:
        if n := wearer.verdicts.get(verdict.value):
            yield f"{n} {verdict.value.replace('_', ' ')}"


def _word(wearer: SeriesWearer) -> str:
    if wearer.excluded:
        return "excluded"
    return "stands out" if wearer.stands_out else ""
