"""`geocorr up`, `down`, `status`, `migrate`: the ground that the service stands on."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from api import ground
from api.commands import Exit
from api.ground import Status
from api.settings import Settings
from api.warming import ready
from geocorr.wording import counted, minute
from loaders import policy as policies

_MOST = 10

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def up(as_json: Json = False) -> None:
    """Make and start the private PostGIS cluster, the grid and the schema."""
    settings = Settings()
    policy = policies.read(settings.policy)
    applied = asyncio.run(ground.up(settings))
    ready(policy)
    _say(
        {
            "database": "up",
            "private": settings.dsn is None,
            "applied": [migration.name for migration in applied],
        },
        as_json,
    )


def down(as_json: Json = False) -> None:
    """Stop the private cluster; what is stored stays."""
    stopped = ground.down(Settings())
    _say({"database": "down", "stopped": stopped}, as_json)


def status(as_json: Json = False) -> None:
    """Say how database, grid, queue, last batch and disk stand; 3 if it is down."""
    found = asyncio.run(ground.status(Settings()))
    _say(asdict(found) if as_json else _told(found), as_json)
    if not found.up:
        raise typer.Exit(Exit.SERVICE)


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only look; 3 if any is pending.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply the migrations that are pending, or with --check only name them."""
    work = ground.pending if check else ground.migrated
    found = [migration.name for migration in asyncio.run(work(Settings()))]
    _say({"pending" if check else "applied": found}, as_json)
    if check and found:
        raise typer.Exit(Exit.SERVICE)


def _told(found: Status) -> dict[str, object]:
    """The same for people: London's time, and what to do about other policies."""
    facts, last, ids = asdict(found), found.last_batch, found.matched_otherwise
    if last is not None:
        at = datetime.fromisoformat(str(last["received_at"]))
        facts["last_batch"] = {**last, "received_at": minute(at)}
    if ids:
        listed = ", ".join(ids[:_MOST]) + (", ..." if len(ids) > _MOST else "")
        facts["matched_otherwise"] = (
            f"{counted(len(ids), 'batch', 'batches')} under another policy than the "
            f"one in force ({listed}): geocorr match-batch ID matches one again"
        )
    return facts


def _say(facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' ')}: {_plain(value)}")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)
