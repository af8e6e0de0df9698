"""`geocorr demo`: an invented force area, its trails, crimes and casework."""

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import api.commands.serve as serving
from api import ground, worker
from api.commands import demo_accounts, demo_casework, log_to_stderr
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
from api.matches import hits_table
from api.settings import Settings
from api.warming import ready
from fixtures import scene
from geocorr.model import Hit
from geocorr.policy import Policy
from geocorr.wording import counted
from loaders import crimes as crime_files
from loaders import policy as policies
from loaders import profile as profiles
from loaders.crime_options import CrimeOptions
from loaders.report import LoadReport
from loaders.trails import TrailOptions
from sql import batches, hits
from sql.db import Connection, Database, Role, connection

SMALL = (
    ("boundaries.geojson", loading_people.load_boundaries),
    ("nominals.csv", loading_people.load_nominals),
    ("addresses.csv", loading_people.load_addresses),
    ("orders.csv", loading.load_orders),
    ("events.csv", loading.load_events),
    ("zones.csv", loading_zones.load_zones),
    ("case-facts.csv", loading_cases.load_case_facts),
    ("entries.csv", loading_entries.load_entries),
)


def demo(
    serve: Annotated[bool, typer.Option(help="Serve when the hits are shown.")] = True,
) -> None:
    """Load the demo scene, match it, show hits and casework, and serve. All invented.

    Three weeks of trails, and of the six before them the crimes' weekday.
    """
    settings = Settings()
    log_to_stderr()
    console = Console(stderr=True)
    with console.status("Starting the database ..."):
        asyncio.run(ground.up(settings))
    ready(policies.read(settings.policy))
    with console.status("Inventing a force, its wearers and their trails ..."):
        made = scene.make()
        folder = _written(made, settings.home / "demo")
    asyncio.run(bring_in(settings, folder, made, console))
    if serve:
        serving.serve_by(_lasting(settings, folder))
    else:
        Console(highlight=False).print("geocorr serve lets them in.")


def _lasting(settings: Settings, folder: Path) -> Settings:
    """The scene's days are fixed, and over: its trails would go in the first night."""
    if settings.retention is not None:
        return settings
    path = folder / "retention.toml"
    path.write_text("trails = 36_500\n", encoding="utf-8")
    return settings.model_copy(update={"retention": path})


def _written(made: scene.Scene, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    scene.write(made, folder)
    return folder


async def bring_in(
    settings: Settings, folder: Path, made: scene.Scene, console: Console
) -> None:
    """Load the scene's files out of a folder, match, and tell what was found."""
    policy, adopted = policies.read(settings.policy), profiles.read(settings.profiles)
    door = Door(settings.working_crs(), policy, getpass.getuser())
    database = ground.database(settings)
    async with connection(database, Role.WORKER) as conn:
        for name, bring_in in SMALL:
            data = crime_files.read(folder / name)
            _said(console, await bring_in(conn, data, name, door))
        await demo_casework.weigh(conn, adopted)
        with console.status("Loading the trails ..."):
            report = await _trails(conn, folder / "trails.parquet", door)
        _said(console, report)
        report = await _crimes(conn, folder / "crimes.csv", door)
        _said(console, report)
    found = await _match(database, policy, report.batch_id or "")
    _shown(found, made, policy)
    async with connection(database, Role.WORKER) as conn:
        stands = await demo_casework.read(conn, adopted, door.who)
        password = await demo_accounts.let_in(conn, door.who)
    out = Console(highlight=False)
    demo_casework.tell(out, stands)
    out.print(f"The files lie in {folder}. Everyone in them is invented.")
    demo_accounts.tell(out, password)


async def _trails(conn: Connection, path: Path, door: Door) -> LoadReport:
    limit = door.policy.crs.max_scale_error
    options = TrailOptions(door.crs, datetime.now(UTC), limit, with_motion=True)
    return await loading_trails.load_trails(conn, path, options, door)


async def _crimes(conn: Connection, path: Path, door: Door) -> LoadReport:
    options = CrimeOptions(door.crs, datetime.now(UTC), zone="UTC")
    data = crime_files.read(path)
    return (await loading_crimes.load_crimes(conn, data, path.name, options, door))[0]


async def _match(database: Database, policy: Policy, batch_id: str) -> tuple[Hit, ...]:
    await worker.drain(database, policy)
    async with connection(database, Role.WORKER) as conn:
        numbers = await batches.numbers(conn, batch_id)
        found = await hits.listed(conn, batches=numbers)
    return tuple(stored.hit for stored in found)


def _said(console: Console, report: LoadReport) -> None:
    console.print(
        f"{report.file}: {report.outcome.value}, {report.accepted:,} of "
        f"{counted(report.read, 'row')} taken.",
        highlight=False,
    )


def _shown(found: tuple[Hit, ...], made: scene.Scene, policy: Policy) -> None:
    out = Console()
    out.print(hits_table.weighed(found, policy.surprise, most=len(found)))
    hits_table.explain(out, found)
    truth = {(t.crime_reference, t.device_id, t.verdict) for t in made.truth}
    listed = {(h.crime_reference, h.device_id, h.verdict) for h in found}
    out.print(
        f"{counted(len(listed), 'pair')} found; the scene's truth holds {len(truth)}: "
        f"{len(truth - listed)} missed, {len(listed - truth)} invented.",
        highlight=False,
    )
