"""`geocorr serve` and `worker`: the service, and what it does by itself."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, SIGTERM
from typing import Annotated
from urllib.parse import urlsplit

import structlog
import typer
import uvicorn
from rich.console import Console

from api import worker as working
from api.app import create_app
from api.commands import Exit, log_to_stderr
from api.ground import database as database_of
from api.limits import LOOPBACK
from api.pages import rendering
from api.settings import Settings
from api.warming import ready
from api.worker import Choices
from geocorr.errors import ServiceError, UsageError
from loaders import policy as policies
from loaders import retention as periods
from sql import accounts, migrate
from sql.db import Database, Role, connection

log = structlog.get_logger()
_AGAIN_AFTER_S = 5.0
_ANYBODY = frozenset({"*", "0.0.0.0/0", "::/0"})


def serve(
    host: Annotated[str | None, typer.Option(help="127.0.0.1 unless set.")] = None,
    port: Annotated[int | None, typer.Option(help="8000 unless set.")] = None,
    worker: Annotated[bool, typer.Option(help="Match in the same process.")] = True,
) -> None:
    """Serve pages and API, and match what comes in, until interrupted."""
    serve_by(Settings(), host, port, worker)


def serve_by(
    settings: Settings,
    host: str | None = None,
    port: int | None = None,
    worker: bool = True,
) -> None:
    """The same by these settings."""
    host, port = host or settings.host, port or settings.port
    check_reach(host, settings)
    log_to_stderr()
    app = create_app(settings)
    by = _choices(settings)
    accounts = asyncio.run(_ready(database_of(settings)))
    ready(by.policy)
    rendering.compiled()
    _said(host, port, settings, accounts)
    # So that being told to end lets the worker end its job too.
    signal.signal(SIGTERM, lambda number, frame: sys.exit(Exit.DONE))
    with _beside(database_of(settings), by, worker):
        # Its own access log would hold what people search for.
        uvicorn.run(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            # Only a proxy may say for whom it asks.
            proxy_headers=settings.over_https,
            forwarded_allow_ips=settings.proxies,
        )


def worker() -> None:
    """Match what comes in, and purge every night, until interrupted."""
    settings = Settings()
    log_to_stderr()
    by = _choices(settings)
    ready(by.policy)
    asyncio.run(_worked(database_of(settings), by))


def check_reach(host: str, settings: Settings) -> None:
    """UsageError for a host that others could reach without https in front, and for
    proxies that are anybody: tries are counted by where who asks comes from.
    """
    public = urlsplit(settings.public_url or "")
    if settings.public_url and not (settings.over_https and public.hostname):
        raise UsageError(
            f"GEOCORR_PUBLIC_URL {settings.public_url} is no https address: passwords "
            "and places would cross the network in the clear."
        )
    if _ANYBODY.intersection(one.strip() for one in settings.proxies.split(",")):
        raise UsageError(
            f"GEOCORR_PROXIES {settings.proxies} would let anybody say where they come "
            "from: name the proxy's own addresses, or their network (172.18.0.0/16)."
        )
    reachable = settings.over_https or settings.contained
    if host.lower() not in LOOPBACK and not reachable:
        raise UsageError(
            f"{host} is refused: others could reach it, and geocorr speaks plain http. "
            "Put a proxy in front that ends TLS and name its https address in "
            "GEOCORR_PUBLIC_URL."
        )


def _said(host: str, port: int, settings: Settings, accounts: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    console = Console(stderr=True, highlight=False)
    where = settings.public_url or f"http://{shown}:{port}"
    console.print(f"geocorr serves on {where}.", markup=False)
    if not accounts:
        console.print(
            "Nobody may come in yet: geocorr user add NAME --shown NAME --role admin",
            markup=False,
        )


async def _ready(database: Database) -> int:
    """How many accounts there are; ServiceError now rather than at every request."""
    async with connection(database, Role.WORKER) as conn:
        if await migrate.pending(conn):
            raise ServiceError("The database is of an older geocorr: run `geocorr up`.")
        return len(await accounts.listed(conn))


def _choices(settings: Settings) -> Choices:
    """By what the worker decides, as the settings have it."""
    policy, retention = policies.read(settings.policy), periods.read(settings.retention)
    return Choices(policy, settings.working_crs(), retention)


async def _worked(database: Database, by: Choices) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (SIGINT, SIGTERM):
        loop.add_signal_handler(number, stop.set)
    Console(stderr=True).print("geocorr matches what comes in.")
    await working.work(database, by, stop)


@contextmanager
def _beside(database: Database, by: Choices, wanted: bool) -> Iterator[None]:
    """The worker in a thread of its own, so that matching holds up no request."""
    if not wanted:
        yield
        return
    ended = threading.Event()
    work = keep_working(database, by, ended)
    thread = threading.Thread(target=asyncio.run, args=(work,), name="worker")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


async def keep_working(database: Database, by: Choices, ended: threading.Event) -> None:
    """Work until `ended`, and again where the database was away for a while."""
    stop = asyncio.Event()
    watch = asyncio.create_task(_until(ended, stop))
    while not ended.is_set():
        try:
            await working.work(database, by, stop)
        except (ServiceError, ExceptionGroup) as trouble:
            log.error("worker stopped", error=type(trouble).__name__)
            await asyncio.wait({watch}, timeout=_AGAIN_AFTER_S)
    await watch


async def _until(ended: threading.Event, stop: asyncio.Event) -> None:
    while not ended.is_set():
        await asyncio.sleep(0.2)
    stop.set()
