"""`geocorr verdict`: could the tag have been there, how fast, and what is not known?"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands import moment
from api.commands.alibi import with_top_speed
from api.commands.hits import split
from api.ground import database as database_of
from api.settings import Settings
from api.verdicts import verdicts
from api.verdicts.verdict_document import document
from api.verdicts.verdicts import Place
from geocorr.errors import UsageError
from geocorr.model import Verdict
from geocorr.policy import Policy
from geocorr.wording import clock, counted
from loaders import policy as policies
from sql.db import Role, connection
from sql.verdicts import Answered, Line

# Excluded wearers are counted, not listed: among thousands nobody would see the rest.
_RULED_OUT = Verdict.RULED_OUT.value


def verdict(  # noqa: PLR0913  an argument an option
    crime: Annotated[
        str | None, typer.Option(metavar="FORCE/REF", help="Near which crime.")
    ] = None,
    place: Annotated[
        str | None, typer.Option(metavar="E,N", help="Near which place, in metres.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="ISO 8601 with offset; of a place.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="The same; its end.")] = None,
    radius_m: Annotated[float | None, typer.Option(help="Vicinity of a place.")] = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Of everyone monitored then.")
    ] = False,
    top_speed_kmh: Annotated[
        float | None, typer.Option(help="Faster than this no tag moves.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Say whether tags could have been near a crime, or any place, and why.

    Hit, passed, possible, no data or ruled out, with the speed that the tag would have
    needed and what its trail does not show. Kept with the fixes it rests on.
    """
    if (nominal is None) != everyone:
        raise UsageError("Ask of one nominal (--nominal ID) or of everyone (--all).")
    settings = Settings()
    policy = policies.read(settings.policy)
    if top_speed_kmh is not None:
        policy = with_top_speed(policy, top_speed_kmh)
    where = _where(crime, (place, from_, to, radius_m))
    tell(asyncio.run(_answered(settings, where, nominal, policy)), as_json)


def _where(
    crime: str | None, of_place: tuple[str | None, str | None, str | None, float | None]
) -> tuple[str, str] | Place:
    place, from_, to, radius_m = of_place
    if crime is not None:
        if any(value is not None for value in of_place):
            raise UsageError(
                "A crime has its own place and window: give --crime alone, or --place "
                "with --from and --to."
            )
        return split(crime)
    if place is None or from_ is None or to is None:
        raise UsageError("Give --crime FORCE/REF, or --place E,N with --from and --to.")
    x_m, y_m = _metres(place)
    return Place(x_m, y_m, moment(from_, "--from"), moment(to, "--to"), radius_m)


def _metres(place: str) -> tuple[float, float]:
    try:
        x_m, y_m = (float(part) for part in place.split(","))
    except ValueError as bad:
        raise UsageError(
            f"{place} is no place: give easting and northing in metres as E,N."
        ) from bad
    return x_m, y_m


async def _answered(
    settings: Settings,
    where: tuple[str, str] | Place,
    nominal: str | None,
    policy: Policy,
) -> Answered:
    async with connection(database_of(settings), Role.WORKER) as conn:
        if isinstance(where, Place):
            crs = settings.working_crs()
            return await verdicts.of_place(conn, where, nominal, crs, policy)
        return await verdicts.of_crime(conn, where, nominal, policy)


def tell(answered: Answered, as_json: bool) -> None:
    """Print the answers for a script or for a person."""
    if as_json:
        sys.stdout.write(json.dumps(document(answered)) + "\n")
        return
    console, lines = Console(), answered.lines
    if answered.nominal_id is not None:
        for line in lines:
            _tell_one(console, line)
    else:
        if rest := [line for line in lines if line.verdict != _RULED_OUT]:
            console.print(_table(rest))
        console.print(_summary(lines), highlight=False)
    console.print(
        f"Run {answered.run}, policy {answered.policy_hash}, geocorr "
        f"{answered.version}.",
        highlight=False,
    )


def _tell_one(console: Console, line: Line) -> None:
    tag = f"tag {line.device_id}" if line.device_id else "in no order then"
    console.print(
        f"{line.nominal_id}, {tag}: {line.verdict.upper()}",
        style="bold",
        highlight=False,
        markup=False,
    )
    console.print(line.because, highlight=False, markup=False)
    told = f"{100 * line.coverage:.0f} % of the window lies under the trail"
    if line.margin_m is not None and line.verdict == _RULED_OUT:
        told += f"; at top speed it still falls {line.margin_m:,.0f} m short"
    rests = counted(line.fixes, "fix", "fixes")
    console.print(f"{told}; it rests on {rests}.", highlight=False)
    for hole in json.loads(line.uncovered):
        begin, end = (clock(datetime.fromisoformat(hole[k])) for k in ("from", "to"))
        console.print(f"  not shown: {begin} to {end}, {hole['why']}", highlight=False)
    console.print(f"Rules {line.rules.replace(';', ', ')}.", highlight=False)


def _table(lines: Sequence[Line]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("nominal", "tag", "verdict"):
        drawn.add_column(name, no_wrap=True)
    for name in ("km/h", "cover"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("why, and what the trail does not show")
    for line in lines:
        speed = line.required_speed_kmh
        drawn.add_row(
            line.nominal_id,
            line.device_id,
            line.verdict,
            "-" if speed is None else f"{speed:.0f}",
            f"{line.coverage:.2f}",
            _shortly(line),
        )
    return drawn


def _shortly(line: Line) -> str:
    """A table has no room for the sentence of everyone who is merely within reach."""
    if line.verdict in (Verdict.HIT, Verdict.PASSED):
        return line.because
    whys = dict.fromkeys(hole["why"] for hole in json.loads(line.uncovered))
    reach = "within reach at top speed" if line.verdict == Verdict.POSSIBLE else ""
    return "; ".join([reach, *whys] if reach else whys)


def _summary(lines: Sequence[Line]) -> str:
    out = sum(line.verdict == _RULED_OUT for line in lines)
    return (
        f"{counted(len(lines), 'wearer')} monitored in an order that allows matching; "
        f"{out:,} of them are ruled out (--json lists them with their reasons)."
    )
