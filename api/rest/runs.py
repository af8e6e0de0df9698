"""Runs: when what was matched, by which policy and version, with what result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.rest.parameters import AskedPage, Number, Page, SomeNumber, Word
from api.rest.services import Reading
from geocorr.errors import NotFound
from sql import runs
from sql.runs import Run

router = APIRouter(prefix="/v1/runs", tags=["runs"])


class RunDetail(BaseModel):
    """A run with the whole policy that it judged by; `timing` in seconds."""

    id: int
    kind: str
    batch: int | None
    state: str
    started_at: datetime
    finished_at: datetime | None
    policy_hash: str
    software_version: str
    grid_sha256: str | None
    timing: Mapping[str, float]
    counts: Mapping[str, int]
    policy: Mapping[str, object]


class Search(AskedPage):
    """Which runs; what is left out is not asked."""

    batch: SomeNumber = None
    kind: Word = None


@router.get("", summary="List runs, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[Run]:
    """Runs, newest first; of one batch where its number is given, of one kind too."""
    page = asked.limit, asked.offset
    total, found = await runs.find(conn, asked.batch, asked.kind, page)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/{run}", summary="One run with its policy")
async def one(conn: Reading, run: Number) -> RunDetail:
    """A run with all that decided its hits."""
    found = await runs.one(conn, run)
    if found is None:
        raise NotFound(f"There is no run {run}.")
    return RunDetail.model_validate(dict(found))
