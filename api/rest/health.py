"""Health: does everything stand, what waits, and whose silence means nothing yet."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.login.asking import Asking
from api.problems import RETRY_AFTER_S
from api.rest.access import ACCESS
from api.rest.parameters import AskedPage, Moment
from api.rest.services import Parts, Services
from geocorr import geo
from geocorr.errors import DatabaseTrouble
from loaders import grid
from sql import batches, jobs, migrate, trails
from sql.batches import BatchFilter, BatchSummary
from sql.db import Role
from sql.trails import Behind, DeviceUntil

router = APIRouter(prefix="/v1/health", tags=["health"])

# A tag reports at least hourly; one that has not is behind.
_USUAL_DELAY = timedelta(hours=1)


class ProvisionalDevices(BaseModel):
    """Devices without trail up to `until`: what they did not show means nothing yet.

    `devices` are worn then or in no order at all, `total` of them are behind, `items`
    a page of these, and None for a role that may see no trail; `trail_until` None = it
    never sent a fix.
    """

    until: datetime
    devices: int
    total: int
    limit: int
    offset: int
    items: list[DeviceUntil] | None


class Health(BaseModel):
    """How things stand; what cannot be known is None. `queue` is jobs by state."""

    status: str
    database: str
    pending_migrations: int | None
    grid: bool
    free_disk_gb: float | None
    queue: Mapping[str, int] | None
    last_batch: BatchSummary | None
    provisional: ProvisionalDevices | None


class Search(AskedPage):
    """Up to when trails are wanted."""

    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What only the database can say."""

    pending: int
    queue: Mapping[str, int] | None = None
    last_batch: BatchSummary | None = None


@router.get(
    "",
    summary="How things stand, and trail data until when",
    responses={503: {"model": Health, "description": "Not all of it works."}},
)
async def health(
    who: Asking, parts: Parts, response: Response, wanted: Annotated[Search, Query()]
) -> Health:
    """200 where all of it works, else 503; the same document either way.

    `provisional` lists the devices whose trail ends before `until` (an hour ago unless
    given), worn ones first, each with its "trail data until", to those who may see
    trails; others are told how many there are.
    """
    named = who.may_be(ACCESS["GET", "/v1/trails"])
    until = wanted.until or datetime.now(UTC) - _USUAL_DELAY
    asked, provisional = await _asked(parts), None
    if asked and not asked.pending:
        async with parts.reading(Role.WORKER) as conn:
            rows = (wanted.limit, wanted.offset) if named else (0, 0)
            behind = await trails.behind(conn, until, *rows)
        provisional = _listed(behind, until, wanted, named)
    found = _health(parts, asked, provisional)
    if found.status != "ok":
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return found


async def _asked(parts: Services) -> _Asked | None:
    try:
        async with parts.reading() as conn:
            if waiting := await migrate.pending(conn):
                return _Asked(len(waiting))
            _, latest = await batches.find(conn, BatchFilter(), limit=1)
            return _Asked(0, await jobs.waiting(conn), latest[0] if latest else None)
    except DatabaseTrouble:
        return None


def _health(
    parts: Services, asked: _Asked | None, provisional: ProvisionalDevices | None
) -> Health:
    home = parts.settings.home
    free = shutil.disk_usage(home).free if home.exists() else None
    grid_there = (parts.settings.grid_folder / grid.NAME).exists()
    needed = parts.settings.crs.upper() == geo.BNG
    return Health(
        status="ok" if provisional and (grid_there or not needed) else "trouble",
        database="up" if asked else "down",
        pending_migrations=asked.pending if asked else None,
        grid=grid_there,
        free_disk_gb=None if free is None else round(free / 1e9, 1),
        queue=asked.queue if asked else None,
        last_batch=asked.last_batch if asked else None,
        provisional=provisional,
    )


def _listed(
    behind: Behind, until: datetime, wanted: Search, named: bool
) -> ProvisionalDevices:
    return ProvisionalDevices(
        until=until,
        devices=behind.devices,
        total=behind.total,
        limit=wanted.limit,
        offset=wanted.offset,
        items=list(behind.listed) if named else None,
    )
