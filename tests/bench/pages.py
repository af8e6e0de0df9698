"""Lists and pages with a million hits: server time, beside the bare query.

`python -m tests.bench.pages [hits]`. The bare query reads the fifty rows that a page
shows, by their numbers: no search, no order, no count, no page. What a list costs on
top is a ratio to it; a page is also held against 200 ms.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from api import app as service
from api.login.who import UserRole
from api.settings import Settings
from sql import crime_search, hit_search, hits
from sql.crime_search import CrimeFilter
from sql.db import Connection, Database, Role, acting, connect, connection
from sql.hit_search import HitFilter, Sort
from tests.bench import ground, million
from tests.web.accounts import entered
from tests.web.pages import HTML

HITS = 1_000_000
PAGE_MS = 200.0
_TURNS = 5
_ROWS = 50
_DAY = datetime(2026, 3, 1, tzinfo=UTC)
_FORCE = "Force 07"
LISTS: Mapping[str, HitFilter] = {
    "all": HitFilter(),
    "unreviewed": HitFilter(stage="unreviewed"),
    "work list of a force": HitFilter(_FORCE, stage=("sent", "needs_more")),
    "force": HitFilter(_FORCE),
    "recalled": HitFilter(state=None, stage="recalled"),
    "batch": HitFilter(batch=77),
    "person": HitFilter(nominal_id="N77"),
    "tag": HitFilter(device_id="D77"),
    "fifty people": HitFilter(nominals=tuple(f"N{n}" for n in range(50))),
    "verdict": HitFilter(verdict="possible"),
    "type": HitFilter(crime_type="RB"),
    "type that is nowhere": HitFilter(crime_type="XX"),
    "reference begins": HitFilter(starts="r/00001"),
    "one day": HitFilter(from_at=_DAY, to_at=_DAY + timedelta(days=1)),
    "since a day": HitFilter(from_at=_DAY),
    "1 km round a place": HitFilter(around=(450_000, 250_000, 1_000)),
    "20 km round a place": HitFilter(around=(450_000, 250_000, 20_000)),
}
CRIMES: Mapping[str, CrimeFilter] = {
    "all": CrimeFilter(),
    "force": CrimeFilter(_FORCE),
    "reference begins": CrimeFilter(starts="r/00001"),
    "one day": CrimeFilter(from_at=_DAY, to_at=_DAY + timedelta(days=1)),
    "20 km round a place": CrimeFilter(around=(450_000, 250_000, 20_000)),
    "person": CrimeFilter(nominals=("N77",)),
}
PAGES = (
    "/",
    "/hits",
    "/hits?stage=unreviewed&sort=crime",
    "/hits?stage=unreviewed&page=20",
    "/hits?from=2026-03-01&to=2026-03-01",
    "/hits?person=Khan123",
    "/hits?batch=77",
    "/hits/send",
    "/crimes",
    "/crimes?reference=R/0001",
    "/batches",
    "/batches/77",
)


async def measure(database: Database) -> list[tuple[str, float, float]]:
    """Of each list its name, its milliseconds, and their ratio to the bare query."""
    conn = await connect(database, Role.WEB)
    try:
        async with conn.transaction():
            where = (None, None)
            await acting(conn, "bench", ["central_team"], where, until_end=True)
            return await _laps(conn)
    finally:
        await conn.close()


async def _laps(conn: Connection) -> list[tuple[str, float, float]]:
    ids = list(range(500_000, 500_000 + _ROWS))
    told = []
    for name, asked in LISTS.items():
        for sort in Sort:
            ordered = replace(asked, sort=sort)
            bare, lap = [], []
            for _ in range(_TURNS):
                bare.append(await _ms(hits.listed(conn, ids=ids)))
                lap.append(
                    await _ms(hit_search.find(conn, ordered, _ROWS, exact=False))
                )
            told.append(_line(f"hits, {name}, by {sort}", lap, bare))
    for name, crimes in CRIMES.items():
        bare, lap = [], []
        for _ in range(_TURNS):
            bare.append(await _ms(hits.listed(conn, ids=ids)))
            lap.append(await _ms(crime_search.find(conn, crimes, _ROWS, exact=False)))
        told.append(_line(f"crimes, {name}", lap, bare))
    return told


def _line(name: str, lap: list[float], bare: list[float]) -> tuple[str, float, float]:
    return name, median(lap), median(lap) / median(bare)


async def _ms(work) -> float:
    began = time.perf_counter()
    await work
    return 1e3 * (time.perf_counter() - began)


def pages(database: Database, home: Path) -> list[tuple[str, float]]:
    """Of each page its address and its milliseconds, template and all."""
    service.database_of = lambda settings: database  # type: ignore[assignment]
    settings = Settings(home=home, requests_per_min=1_000_000)
    with TestClient(
        service.create_app(settings), base_url="http://127.0.0.1"
    ) as stranger:
        client = entered(stranger, database, "central", {UserRole.CENTRAL_TEAM})
        return [(path, _page_ms(lambda path=path: client.get(path, headers=HTML)))
            for path in PAGES]  # fmt: skip


def _page_ms(get: Callable) -> float:
    took = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        answer = get()
        took.append(1e3 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.text[:2_000]
    return median(took)


async def _filled(n: int) -> None:
    async with ground.place() as database:
        async with connection(database, Role.OWNER) as conn:
            await million.fill(conn, n)
        for name, ms, ratio in await measure(database):
            print(f"{name:45} {ms:8.1f} ms {ratio:7.1f} x the bare query", flush=True)
        with TemporaryDirectory() as home:
            told = await asyncio.to_thread(pages, database, Path(home))
        for path, ms in told:
            over = "  OVER" if ms > PAGE_MS else ""
            print(
                f"{path:45} {ms:8.1f} ms {ms / PAGE_MS:7.2f} of {PAGE_MS:.0f} ms{over}"
            )


if __name__ == "__main__":
    asyncio.run(_filled(int(sys.argv[1]) if len(sys.argv) > 1 else HITS))
