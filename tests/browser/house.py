"""A service with the demo scene in it, on an address of its own: what people meet.

Of the trails only the crimes' day and the evening before are loaded: all that pages
show of them, and it loads in seconds.
"""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from api import ground, worker
from api.app import create_app
from api.commands import demo
from api.intake.loading import Door
from api.login import accounts
from api.login.accounts import NEEDS_LPU, Rights, Wanted
from api.login.who import UserRole
from api.matches import deciding
from api.matches.deciding import By
from api.settings import Settings
from fixtures import scene
from loaders import policy as policies
from loaders import profile as profiles
from sql import hits
from sql.db import Connection, Role, connection
from tests.browser import casework
from tests.browser.serving import served

_FROM = datetime(2026, 3, 27, 18, tzinfo=UTC).timestamp()
_TO = datetime(2026, 3, 29, 3, tzinfo=UTC).timestamp()
FORCE, LPU = "Demoshire", "DEM-03"
SENT = 12
PASSWORD = "four invented words here"


@contextmanager
def opened(home: Path, grid: Path) -> Iterator[str]:
    """The address of the service; its cluster stops with it."""
    (home / "proj").symlink_to(grid)
    settings = Settings(home=home)
    try:
        with ThreadPoolExecutor(1) as aside:
            # Playwright's own loop may be running in the thread of the tests.
            aside.submit(asyncio.run, _filled(settings, home / "files")).result()
        with served(create_app(settings)) as address:
            yield address
    finally:
        ground.down(settings)


async def _filled(settings: Settings, folder: Path) -> None:
    await ground.up(settings)
    made = scene.make()
    short = replace(made, trails=made.trails.between(int(_FROM), int(_TO)))
    folder.mkdir()
    scene.write(short, folder)
    await demo.bring_in(settings, folder, short, Console(file=io.StringIO()))
    async with connection(ground.database(settings), Role.OWNER) as conn:
        for role in UserRole:
            rights = Rights((role,), FORCE, LPU if role in NEEDS_LPU else None)
            wanted = Wanted(name_of(role), role.value.replace("_", " "), rights)
            await accounts.add(conn, wanted, PASSWORD, "test", must_change=False)
    door = Door(settings.working_crs(), policies.read(settings.policy), "test")
    adopted = profiles.read(settings.profiles)
    async with connection(ground.database(settings), Role.WORKER) as conn:
        await _review(conn)
        await casework.begin(conn, door, adopted, (FORCE, LPU))
    await worker.drain(ground.database(settings), door.policy)


async def _review(conn: Connection) -> None:
    """The central team has sent some hits, dismissed one, and not seen the rest."""
    numbers = [stored.id for stored in await hits.listed(conn)]
    by = By(name_of(UserRole.CENTRAL_TEAM), "fixes on the spot")
    await deciding.qualify(conn, numbers[:SENT], by, send=True)
    await deciding.dismiss(conn, numbers[SENT : SENT + 1], replace(by, reason="home"))


def name_of(role: UserRole) -> str:
    """The log-in name of the role's account."""
    return f"test-{role.value.replace('_', '-')}"
