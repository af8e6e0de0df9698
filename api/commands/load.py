"""`geocorr load`: files into the database, and the matching that they start."""

import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from api import worker
from api.commands import exit_of, log_to_stderr
from api.ground import database as database_of
from api.intake import (
    loading,
    loading_cases,
    loading_crimes,
    loading_entries,
    loading_people,
    loading_trails,
    loading_zones,
)
from api.intake.loading import Door
from api.settings import Settings
from geocorr.errors import InputError, UsageError
from geocorr.model import Fault, Outcome
from geocorr.policy import Policy
from geocorr.wording import counted
from loaders import basemap, mapping
from loaders import crimes as crime_files
from loaders import policy as policies
from loaders.crime_options import CrimeOptions
from loaders.forces import forces
from loaders.report import LoadReport
from loaders.trails import TrailFileRefused, TrailOptions
from sql.db import Connection, Role, connection

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time


class Kind(StrEnum):
    """What a file holds."""

    CRIMES = "crimes"
    TRAILS = "trails"
    ORDERS = "orders"
    EVENTS = "events"
    NOMINALS = "nominals"
    ADDRESSES = "addresses"
    BOUNDARIES = "boundaries"
    POSTCODES = "postcodes"
    ZONES = "zones"
    CASE_FACTS = "case-facts"
    ENTRIES = "entries"
    BASEMAP = "basemap"


Load = Callable[[Connection, Path], Awaitable[LoadReport]]


def load(  # noqa: PLR0913  an argument an option
    kind: Annotated[Kind, typer.Argument(help="What the files hold.")],
    files: Annotated[list[Path], typer.Argument(help="Files, .gz too.")],
    force: Annotated[
        str | None, typer.Option(help="The force they must be of.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Zone of times without offset.")] = "UTC",
    map_file: Annotated[OptionalPath, typer.Option("--map", help="Columns.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line a file.")] = False,
    wait: Annotated[bool, typer.Option(help="Match before returning.")] = True,
) -> None:
    """Load files into the database; each whole or not at all.

    A base map (GeoJSON, GeoPackage, PMTiles) goes into a folder instead.
    """
    for path in files:
        if not path.is_file():
            raise UsageError(f"{path} is no file: nothing was loaded.")
    settings = Settings()
    log_to_stderr()
    if kind is Kind.BASEMAP:
        reports = [_basemap(settings, path) for path in files]
    else:
        door = Door(
            settings.working_crs(), policies.read(settings.policy), getpass.getuser()
        )
        how = _how(kind, door, (force, zone, map_file))
        reports = asyncio.run(_load(settings, files, how, door.policy, wait))
    for report in reports:
        _tell(report, as_json)
    raise typer.Exit(exit_of(reports))


async def _load(
    settings: Settings, files: Sequence[Path], how: Load, policy: Policy, wait: bool
) -> list[LoadReport]:
    database = database_of(settings)
    console = Console(stderr=True)
    async with connection(database, Role.WORKER) as conn:
        reports = []
        for path in files:
            with console.status(f"Loading {path.name} ..."):
                reports.append(await _one(conn, path, how))
    if wait and any(report.accepted for report in reports):
        with console.status("Matching what the files touch ..."):
            await worker.drain(database, policy)
    return reports


async def _one(conn: Connection, path: Path, how: Load) -> LoadReport:
    """One file's report; a file that is refused whole is told, not raised."""
    try:
        return await how(conn, path)
    except TrailFileRefused as refused:
        return _failed(path, refused.cause, refused)
    except InputError as refused:
        return _failed(path, "UNREADABLE", refused)


def _failed(path: Path, cause: str, refused: Exception) -> LoadReport:
    fault = Fault(None, None, None, None, cause, None, str(refused))
    return LoadReport(path.name, Outcome.FAILED, cause, 0, 0, 0, faults=(fault,))


def _basemap(settings: Settings, path: Path) -> LoadReport:
    """Convert a base map into the folder that the service shows it from."""
    try:
        target = settings.basemap_folder / basemap.name_of(path)
        with Console(stderr=True).status(f"Converting {path.name} ..."):
            count = basemap.make(path, target)
    except InputError as refused:
        return _failed(path, "UNREADABLE", refused)
    return LoadReport(path.name, Outcome.SUCCESSFUL, None, count, count, 0)


def _how(kind: Kind, door: Door, choices: tuple[str | None, str, Path | None]) -> Load:
    """How a file of this kind is loaded."""
    if kind is Kind.CRIMES:
        return _crimes(door, *choices)
    if kind is Kind.TRAILS:
        return _trails(door, choices[2])
    if kind is Kind.POSTCODES:
        return _postcodes(door)
    bring_in = {
        Kind.ORDERS: loading.load_orders,
        Kind.EVENTS: loading.load_events,
        Kind.NOMINALS: loading_people.load_nominals,
        Kind.ADDRESSES: loading_people.load_addresses,
        Kind.BOUNDARIES: loading_people.load_boundaries,
        Kind.ZONES: loading_zones.load_zones,
        Kind.CASE_FACTS: loading_cases.load_case_facts,
        Kind.ENTRIES: loading_entries.load_entries,
    }[kind]

    async def small(conn: Connection, path: Path) -> LoadReport:
        return await bring_in(conn, crime_files.read(path), path.name, door)

    return small


def _crimes(door: Door, force: str | None, zone: str, map_file: Path | None) -> Load:
    expected = None if force is None else forces().named(force)
    crime_map = None if map_file is None else mapping.read_crime_map(map_file)

    async def crimes(conn: Connection, path: Path) -> LoadReport:
        options = CrimeOptions(
            door.crs,
            datetime.now(UTC),
            zone=zone,
            expected=expected,
            max_window_h=door.policy.crime.max_window_h,
            crime_map=crime_map,
        )
        data = crime_files.read(path)
        report, _ = await loading_crimes.load_crimes(
            conn, data, path.name, options, door
        )
        return report

    return crimes


def _trails(door: Door, map_file: Path | None) -> Load:
    trail_map = None if map_file is None else mapping.read_trail_map(map_file)
    limit = door.policy.crs.max_scale_error

    async def trails(conn: Connection, path: Path) -> LoadReport:
        options = TrailOptions(
            door.crs, datetime.now(UTC), limit, trail_map, with_motion=True
        )
        return await loading_trails.load_trails(conn, path, options, door)

    return trails


def _postcodes(door: Door) -> Load:
    async def postcodes(conn: Connection, path: Path) -> LoadReport:
        return await loading_people.load_postcodes(conn, path, door)

    return postcodes


def _tell(report: LoadReport, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
        return
    console = Console()
    console.print(
        f"{report.file}: {report.outcome.value}, {report.accepted:,} of "
        f"{counted(report.read, 'row')} taken, {report.rejected:,} refused.",
        highlight=False,
        markup=False,
    )
    for fault in (*report.faults[:20], *report.warnings[:20]):
        where = "" if fault.row is None else f"row {fault.row}, line {fault.line}: "
        told = f"  {where}{fault.field or ''} {fault.type} {fault.value or ''}"
        console.print(f"{told} - {fault.action}", highlight=False, markup=False)
