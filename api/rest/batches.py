"""Batches: send a crime file, see what became of each, match one again."""

import asyncio
import json
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.intake import loading, loading_crimes
from api.rest import hits as hit_routes
from api.rest import uploads
from api.rest.once import Answer, Key, once
from api.rest.parameters import AskedPage, Day, Number, Page, Word, force_named
from api.rest.services import Parts, Reading, Services
from api.rest.uploads import Choices, Upload
from geocorr.model import Fault, Outcome
from loaders import crimes as crime_files
from loaders.crime_faults import COLUMNS
from loaders.refused import RefusedRow, refused_csv
from sql import batches, crimes, trails
from sql.batches import BatchFilter, BatchSummary, OutcomeTotal, Sort
from sql.db import Connection, Role
from sql.hit_search import HitFilter
from sql.trails import Behind

router = APIRouter(prefix="/v1/batches", tags=["batches"])

_FIELDS = {
    "force": {"type": "string"},
    "zone": {"type": "string"},
    "dry_run": {"type": "boolean"},
}


class BatchPage(Page[BatchSummary]):
    """Deliveries, how many had which outcome, and who sent nothing for the day."""

    outcomes: list[OutcomeTotal]
    silent_forces: list[str] | None


class Provisional(BaseModel):
    """Until when trails are wanted, and how many devices have none up to then."""

    until: datetime
    devices: int
    devices_behind: int


class BatchDetail(BaseModel):
    """A delivery with its faults; a quiet result is provisional while devices lag."""

    batch: BatchSummary
    faults: list[Fault]
    warnings: list[Fault]
    refused_rows: int
    provisional: Provisional | None


@router.post(
    "",
    summary="Send a crime file",
    status_code=201,
    openapi_extra=uploads.body(_FIELDS, "text/csv"),
    responses={200: {"description": "A repeat, or a dry run: nothing was stored."}},
)
async def upload(
    request: Request,
    parts: Parts,
    asked: Annotated[Choices, Query()],
    idempotency_key: Key = None,
) -> Response:
    """Store a file whatever its outcome and answer with its report.

    `zone` is UTC or Europe/London, for times without an offset; it may be left out
    where the force is named and its feed's zone is configured. `dry_run` stores
    nothing. What is new is matched by the worker at once. The file may be zipped: by
    a name that ends in .gz, by `Content-Type: application/gzip`, or by
    `Content-Encoding: gzip`.
    """
    sent = await uploads.received(request, asked, parts)
    if sent.asked.dry_run:
        return await _rendered(await _dry(parts, sent))

    async with parts.connection(Role.WORKER) as conn:
        answer = await once(
            conn,
            idempotency_key,
            ("upload", *sent.identity),
            lambda: _loaded(conn, parts, sent),
        )
    return await _rendered(answer)


async def _dry(parts: Services, sent: Upload[Choices]) -> Answer:
    chosen = uploads.options(parts, sent.asked)
    parsed = await asyncio.to_thread(crime_files.parse, sent.data, chosen, sent.name)
    said = {**parsed.report.as_json(), "id": None, "repeated": False, "dry_run": True}
    return Answer(200, said)


async def _loaded(conn: Connection, parts: Services, sent: Upload[Choices]) -> Answer:
    chosen = uploads.options(parts, sent.asked)
    report, stored = await loading_crimes.load_crimes(
        conn, sent.data, sent.name, chosen, parts.door
    )
    said = {"id": stored.batch, "repeated": stored.repeated, "dry_run": False}
    return Answer(200 if stored.repeated else 201, {**report.as_json(), **said})


async def _rendered(answer: Answer) -> Response:
    """As JSON, made off the event loop: a report may hold a million faults."""
    body = await asyncio.to_thread(json.dumps, answer.document, ensure_ascii=False)
    number = answer.document["id"]
    place = {} if number is None else {"Location": f"/v1/batches/{number}"}
    headers = {**place, **answer.headers}
    return Response(body.encode(), answer.status, headers, "application/json")


class Search(AskedPage):
    """Which deliveries; what is left out is not asked."""

    force: Word = None
    outcome: Outcome | None = None
    day: Day | None = None
    sort: Sort = Sort.NEWEST


@router.get("", summary="List batches, with totals by outcome")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> BatchPage:
    """Deliveries, newest first by default, each with its crimes and hits by verdict.

    With `day` also the forces that sent files before and none accepted for that day.
    """
    force = force_named(asked.force)
    wanted = BatchFilter(force, asked.outcome, asked.day, asked.sort)
    total, found = await batches.find(conn, wanted, asked.limit, asked.offset)
    silent = await batches.silent_forces(conn, asked.day) if asked.day else None
    return BatchPage(
        total=total,
        limit=asked.limit,
        offset=asked.offset,
        items=found,
        outcomes=await batches.totals(conn, wanted),
        silent_forces=silent,
    )


@router.get("/{batch}", summary="One batch with its faults")
async def one(conn: Reading, parts: Parts, batch: Number) -> BatchDetail:
    """A delivery with every fault and warning.

    `provisional` counts devices whose trail does not yet reach the latest window: while
    there are any, that a crime has no hit may change.
    """
    summary = await batches.one(conn, batch)
    notes = await batches.faults(conn, batch)
    return BatchDetail(
        batch=summary,
        faults=[Fault(**note) for note in notes["faults"]],  # type: ignore[arg-type]
        warnings=[Fault(**note) for note in notes["warnings"]],  # type: ignore[arg-type]
        refused_rows=len(notes["refused"]),
        provisional=await _provisional(parts, summary.window_until),
    )


async def _provisional(parts: Services, until: datetime | None) -> Provisional | None:
    if until is None:
        return None
    behind = await _behind(parts, until)
    return Provisional(until=until, devices=behind.devices, devices_behind=behind.total)


async def _behind(parts: Services, until: datetime) -> Behind:
    async with parts.reading(Role.WORKER) as conn:
        return await trails.behind(conn, until, limit=1)


@router.get(
    "/{batch}/refused.csv",
    summary="The refused rows of a batch, to be corrected",
    response_class=Response,
    responses={200: {"description": "CSV.", "content": {"text/csv": {}}}},
)
async def refused(conn: Reading, batch: Number) -> Response:
    """The refused rows under the thirteen headings, their faults behind."""
    notes = await batches.faults(conn, batch)
    data = await asyncio.to_thread(refused_csv, _rows(notes), COLUMNS)
    name = f'attachment; filename="batch-{batch}-refused.csv"'
    return Response(data, 200, {"Content-Disposition": name}, "text/csv")


def _rows(notes: dict[str, batches.Notes]) -> list[RefusedRow]:
    of_row: dict[object, list[Fault]] = {}
    for note in notes["faults"]:
        of_row.setdefault(note["row"], []).append(Fault(**note))  # type: ignore[arg-type]
    return [
        RefusedRow(*_where(row), tuple(row["cells"]), tuple(of_row[row["row"]]))  # type: ignore[arg-type]
        for row in notes["refused"]
    ]


def _where(row: dict[str, object]) -> tuple[int, int]:
    return row["row"], row["line"]  # type: ignore[return-value]


@router.get(
    "/{batch}/hits",
    summary="The hits of a batch",
    responses=hit_routes.FORMATS,
    response_model=hit_routes.HitPage,
)
async def hits_of(
    conn: Reading,
    request: Request,
    batch: Number,
    part: Annotated[hit_routes.Part, Query()],
) -> hit_routes.HitPage | Response:
    """Live hits of the crimes that stand in a delivery, as /v1/hits has them."""
    await batches.one(conn, batch)
    asked = HitFilter(batch=batch, sort=part.sort)
    return await hit_routes.page(conn, asked, part, request)


class Requested(BaseModel):
    """What the worker was asked to match; the run that comes of it is in /v1/runs."""

    crimes: int
    batch: int | None


@router.post("/{batch}/match", summary="Match a batch again", status_code=202)
async def match(parts: Parts, batch: Number, idempotency_key: Key = None) -> Requested:
    """Ask for a new run over the current crimes of a delivery; earlier runs stay."""
    async with parts.connection(Role.WEB) as conn:
        asked = ("match batch", batch)
        act = lambda: _asked_again(conn, batch)  # noqa: E731
        answer = await once(conn, idempotency_key, asked, act)
    return Requested.model_validate(answer.document)


async def _asked_again(conn: Connection, batch: int) -> Answer:
    await batches.one(conn, batch)
    versions = [version.id for version in await crimes.of_batch(conn, batch)]
    why = {"kind": "batch", "reason": "the batch was matched again", "batch": batch}
    await loading.ask(conn, versions, why)
    return Answer(202, {"crimes": len(versions), "batch": batch})
