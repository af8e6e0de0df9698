"""`geocorr quality`: how good a trail is, day by day, and what that means."""

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands import exit_beside
from api.commands.notes import tell_notes
from api.ground import database
from api.matches.quality import Quality, TrailSources, of_device, of_files
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.policy import Policy
from geocorr.quality import DeviceDay
from geocorr.quality_words import meanings
from geocorr.wording import counted
from loaders import policy as policies
from sql.db import Role, connection

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time
_MOST = 40


def quality(  # noqa: PLR0913  an argument an option
    trails: Annotated[
        list[Path] | None, typer.Option("--trails", help="Trail file; repeatable.")
    ] = None,
    more: Annotated[
        list[Path] | None, typer.Argument(help="More trail files.", metavar="FILE...")
    ] = None,
    events: Annotated[OptionalPath, typer.Option(help="Device events.")] = None,
    device: Annotated[str | None, typer.Option(help="Only this device.")] = None,
    day: Annotated[
        str | None, typer.Option(help="Only this day (UTC), YYYY-MM-DD.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS in metres.")] = None,
    policy: Annotated[OptionalPath, typer.Option(help="Policy laid over ours.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    every_day: Annotated[
        bool, typer.Option("--all", help="List good days too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Say which days of which trails are poor, and what that means for verdicts.

    Of files, or with --device and --day alone of what is stored.
    """
    settings, on = Settings(), _day(day)
    chosen = policies.read(policy or settings.policy)
    files = (*(trails or ()), *(more or ()))
    if files:
        sources = TrailSources(files, events, map_trails)
        found = of_files(sources, settings.working_crs(crs), chosen)
    elif device is not None and on is not None:
        found = asyncio.run(_stored(settings, device, on, chosen))
    else:
        raise UsageError("Give --trails FILE, or --device and --day of a stored trail.")
    days = [
        d for d in found.days if device in (None, d.device_id) and on in (None, d.day)
    ]
    if as_json:
        sys.stdout.write(json.dumps(_document(found, days, chosen)) + "\n")
    else:
        tell_notes(found.reports)
        _tell(found, days, chosen, every_day)
    raise typer.Exit(exit_beside(found.side_reports))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as broken:
        raise UsageError(f"{text} is no day: write it as YYYY-MM-DD.") from broken


async def _stored(settings: Settings, device: str, on: date, policy: Policy) -> Quality:
    async with connection(database(settings), Role.WORKER) as conn:
        return await of_device(conn, device, on, policy)


def _document(
    found: Quality, days: list[DeviceDay], policy: Policy
) -> dict[str, object]:
    rows = [(day, meanings(day, policy)) for day in days]
    return {
        "policy_hash": policy.hash,
        "tamper_known": found.tamper_known,
        "device_days": len(days),
        "to_look_at": sum(bool(means) for _, means in rows),
        "days": [
            {
                **asdict(day),
                "day": day.day.isoformat(),
                "events": dict(day.events),
                "means": list(means),
            }
            for day, means in rows
        ],
        "reports": [report.as_json() for report in found.reports],
    }


def _tell(
    found: Quality, days: list[DeviceDay], policy: Policy, every_day: bool
) -> None:
    rows = [(day, meanings(day, policy)) for day in days]
    poor = [row for row in rows if row[1]]
    shown = rows if every_day else sorted(poor, key=_worst_first)
    out = Console()
    if shown:
        out.print(_table(shown))
    rest = len(shown) - _MOST
    if rest > 0:
        out.print(f"and {rest:,} more; name a --device or a --day, or ask with --json.")
    told = counted(len(days), "day of a device", "days of devices")
    out.print(f"{told}, {len(poor):,} to look at.")
    if not found.tamper_known:
        out.print("Tamper state not known: no reports of strap or battery were given.")


def _worst_first(row: tuple[DeviceDay, tuple[str, ...]]) -> tuple[bool, int, float]:
    day, means = row
    return not day.two_places, -len(means), day.trusted_share


def _table(rows: list[tuple[DeviceDay, tuple[str, ...]]]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("device", "day (UTC)"):
        drawn.add_column(name, no_wrap=True)
    for name in ("fixes", "trusted", "every s", "gaps", "longest"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("what it means")
    for day, means in rows[:_MOST]:
        drawn.add_row(*_cells(day), "\n".join((*means, *_events(day))) or "good")
    return drawn


def _cells(day: DeviceDay) -> tuple[str, ...]:
    every, longest = day.median_interval_s, day.longest_gap_s
    return (
        day.device_id,
        day.day.isoformat(),
        f"{day.fixes:,}",
        f"{100 * day.trusted_share:.0f} %",
        "-" if every is None else f"{every:.0f}",
        str(day.gaps),
        "-" if longest is None else f"{longest / 60:.0f} min",
    )


def _events(day: DeviceDay) -> tuple[str, ...]:
    told = ", ".join(f"{kind} x {n}" for kind, n in day.events)
    return (f"Reported: {told}.",) if told else ()
