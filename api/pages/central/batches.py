"""Deliveries: which came, what became of each, its crimes; match one again."""

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.intake import loading
from api.login.asking import Asking
from api.pages import banners
from api.pages.asked import ROWS
from api.pages.central import searching
from api.pages.forms import FAULTS, Form
from api.pages.rendering import page
from api.rest.parameters import Number, force_named
from api.rest.services import Parts
from api.views import batches as views
from api.views import found
from geocorr.model import Outcome
from loaders.forces import crime_types
from sql import audit, batches, coverage, crime_search, crimes, runs
from sql.batches import BatchFilter, BatchSummary, Sort
from sql.crime_search import CrimeFilter
from sql.db import Role

router = APIRouter(include_in_schema=False)

_BATCHES = "/batches"
_RUNS = 5
# So many faults stand on the page; the file of refused rows has them all.
_FAULTS = 200


@router.get(_BATCHES)
async def listed(request: Request, who: Asking, parts: Parts) -> Response:
    """Deliveries that answer the filters in the address, in the order it names."""
    asked, total = searching.form_of(request), 0
    rows: list[BatchSummary] = []
    number = searching.page_of(asked)
    async with parts.reading() as conn:
        try:
            wanted = _asked(asked)
            total, rows = await batches.find(conn, wanted, ROWS, (number - 1) * ROWS)
        except FAULTS as wrong:
            asked = asked.refused(wrong)
    return page(
        request,
        who,
        "central/batches.html",
        422 if asked.error else 200,
        rows=rows,
        found=found.found(total, total, number, request.query_params, "file"),
        asked=asked,
        choices=searching.choices(),
        by=_orders(request),
        sorted_by=asked.value("sort", Sort.NEWEST.value),
    )


def _orders(request: Request) -> dict[str, str]:
    """The same list in each order."""
    kept = request.query_params.multi_items()
    return {s.value: found.address(_BATCHES, kept, sort=s, page="") for s in Sort}


def _asked(form: Form) -> BatchFilter:
    outcome = searching.one_of(form, "outcome", Outcome)
    day: date | None = form.maybe_day("day")
    force = force_named(form.maybe("force") or None)
    sort = Sort(searching.one_of(form, "sort", Sort) or Sort.NEWEST)
    return BatchFilter(force, Outcome(outcome) if outcome else None, day, sort)


@router.get("/batches/{batch}")
async def one(request: Request, who: Asking, parts: Parts, batch: Number) -> Response:
    """A delivery: its report, runs and crimes; the look is audited."""
    number = searching.page_of(searching.form_of(request))
    async with parts.connection(Role.WEB) as conn:
        await audit.note(conn, who.name, "read batch", f"batch {batch}")
        summary = await batches.one(conn, batch)
        notes = await batches.faults(conn, batch)
        _, done = await runs.find(conn, batch, page=(_RUNS, 0))
        total, rows = await crime_search.find(
            conn, CrimeFilter(batch=batch), ROWS, (number - 1) * ROWS, exact=False
        )
        stated = await coverage.of_batches(conn, [batch])
    return page(
        request,
        who,
        "central/batch.html",
        batch=summary,
        named=summary.batch_id or f"Batch {batch}",
        reported=views.reported(notes["faults"], notes["warnings"], _FAULTS),
        refused=len(notes["refused"]),
        runs=done,
        rows=rows,
        found=found.found(
            total, crime_search.MANY, number, request.query_params, "crime"
        ),
        coverage=views.covered(stated),
        types=crime_types(),
        done=banners.of(request),
    )


@router.post("/batches/{batch}")
async def match(who: Asking, parts: Parts, batch: Number) -> Response:
    """Ask for a new run over the current crimes of a delivery; earlier runs stay."""
    why: dict[str, object] = {
        "kind": "batch",
        "reason": "the batch was matched again",
        "batch": batch,
    }
    async with parts.connection(Role.WEB) as conn:
        await batches.one(conn, batch)
        versions = [version.id for version in await crimes.of_batch(conn, batch)]
        await loading.ask(conn, versions, why)
        await audit.note(conn, who.name, "match again", f"batch {batch}")
    return RedirectResponse(f"/batches/{batch}?done=matching", 303)
