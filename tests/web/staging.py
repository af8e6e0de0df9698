"""What the web's tests put on stage: a crime file, and a tag beside its first crime."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from httpx2 import Response

from api import worker
from api.intake import loading, loading_trails, loading_zones
from api.intake.loading import Door
from fixtures import scenes
from fixtures.streets import SOUTH_M, WEST_M
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from loaders.trails import TrailOptions
from sql.db import Database, Role, connection

TEN = scenes.ten_valid_crimes()
MIXED = scenes.some_valid_some_not()
FORCE, BATCH_ID = "Demoshire", "DEM20260328"
FIRST = "DM26-00001"
NOON = datetime.fromtimestamp(scenes.NOON_S, UTC)
LAST_FIX = NOON + timedelta(minutes=40)
ORDER = (
    "order_id,device_id,nominal_id,basis,from,to\n"
    "O1,T1,N1,licence,2026-03-01T00:00:00Z,2026-05-01T00:00:00Z\n"
    "O2,T2,N2,licence,2026-03-01T00:00:00Z,2026-05-01T00:00:00Z\n"
)


def send(client: TestClient, text: str, **query: object) -> Response:
    """Send a crime file as the bare body; its times are UTC unless said otherwise."""
    params = {"zone": "UTC", **query}
    headers = {"content-type": "text/csv"}
    return client.post("/v1/batches", params=params, content=text, headers=headers)


def trail() -> str:
    """Device T1 at the first crime's place, a fix a minute from half past eleven."""
    lines = ["device_id,recorded_at,easting,northing,accuracy_m,mechanism"]
    for minute in range(-30, 41):
        at = NOON + timedelta(minutes=minute)
        place = f"{WEST_M + 1_000 + minute % 3},{SOUTH_M + 700}"
        lines.append(f"T1,{at:%Y-%m-%dT%H:%M:%SZ},{place},5,GPS")
    return "\n".join(lines)


def tag(database: Database, crs: WorkingCrs, folder: Path) -> None:
    """Store two orders, and the trail of one of their devices."""
    asyncio.run(_tag(database, crs, folder))


async def _tag(database: Database, crs: WorkingCrs, folder: Path) -> None:
    path = folder / "trail.csv"
    path.write_text(trail())
    door = Door(crs, shipped(), "test")
    options = TrailOptions(crs, datetime.now(UTC), 0.001, with_motion=True)
    async with connection(database, Role.WORKER) as conn:
        await loading.load_orders(conn, ORDER.encode(), "orders.csv", door)
        report = await loading_trails.load_trails(conn, path, options, door)
    assert report.rejected == 0


def watch(database: Database, crs: WorkingCrs) -> None:
    """Store a zone that T1's nominal may not enter, where its trail lies."""
    asyncio.run(_watch(database, crs))


async def _watch(database: Database, crs: WorkingCrs) -> None:
    place = f"{WEST_M + 1_000},{SOUTH_M + 700},100"
    data = (
        "zone_id,nominal_id,kind,easting,northing,radius_m,timetable,from,owner\n"
        f"Z1,N1,exclusion,{place},Sat 12:00-14:00,2026-03-01,Central IOM\n"
    )
    door = Door(crs, shipped(), "test")
    async with connection(database, Role.WORKER) as conn:
        report = await loading_zones.load_zones(conn, data.encode(), "z.csv", door)
    assert report.accepted == 1, report.faults


def work(database: Database) -> None:
    """Do what waits in the queue."""
    asyncio.run(worker.drain(database, shipped()))


def told(response: Response, status: int) -> dict[str, object]:
    """The problem document of a response, which must be one of this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:geocorr:problem:")
    assert document["title"]
    assert document["detail"]
    return document
