"""Crimes of all forces: searched; one with its versions, its hits and its coverage."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from api.intake import loading
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners
from api.pages.asked import ROWS
from api.pages.central import searching
from api.pages.forms import FAULTS, Form
from api.pages.rendering import page
from api.rest.parameters import Text, force_named
from api.rest.services import Parts, Services
from api.views import found as views
from api.views import worklist
from api.views.words import segment
from loaders.forces import crime_types
from sql import audit, coverage, crime_search, crimes, hit_decisions, hits
from sql.crime_search import Found, Sort
from sql.db import Connection, Role

router = APIRouter(include_in_schema=False)

_CRIMES = "/crimes"
Named = Annotated[Text, Path(min_length=1, max_length=200)]


@router.get(_CRIMES)
async def listed(request: Request, who: Asking, parts: Parts) -> Response:
    """Crimes that answer the filters in the address; the search is audited."""
    asked, total = searching.form_of(request), 0
    kept = request.query_params.multi_items()
    number, rows = searching.page_of(asked), list[Found]()
    async with parts.connection(Role.WEB) as conn:
        try:
            total, rows = await _found(conn, parts, who, asked, number)
        except FAULTS as wrong:
            asked = asked.refused(wrong)
    return page(
        request,
        who,
        "central/crimes.html",
        422 if asked.error else 200,
        rows=rows,
        found=views.found(
            total, crime_search.MANY, number, request.query_params, "crime"
        ),
        asked=asked,
        types=crime_types(),
        choices=searching.choices(),
        by={s: views.address(_CRIMES, kept, sort=s, page="") for s in Sort},
        sorted_by=asked.value("sort") or Sort.NEWEST.value,
        map_at=views.address(_CRIMES, kept, map="yes"),
    )


async def _found(
    conn: Connection, parts: Services, who: Who, asked: Form, number: int
) -> tuple[int, list[Found]]:
    wanted = await searching.crimes_asked(conn, asked, parts.door.crs)
    terms = searching.asked_terms(asked)
    await audit.note(conn, who.name, "list crimes", "crimes", terms)
    offset = min((number - 1) * ROWS, views.PAGED)
    rows = min(ROWS, views.PAGED - offset)
    return await crime_search.find(conn, wanted, rows, offset, exact=False)


@router.get("/crimes/{force}/{reference:path}")
async def one(
    request: Request, who: Asking, parts: Parts, force: Named, reference: Named
) -> Response:
    """Every version of a crime, its hits that stand, and what its silence means."""
    of = force_named(force) or force
    async with parts.connection(Role.WEB) as conn:
        versions = await crimes.versions(conn, of, reference)
        subject = f"crime {of}/{reference}"
        await audit.note(conn, who.name, "read crime", subject)
        stored = await hits.listed(conn, force=of, reference=reference)
        staged = await hit_decisions.stages(conn, [hit.id for hit in stored])
        statements = await coverage.of_crime(conn, of, reference)
    choice = parts.door.policy.surprise
    return page(
        request,
        who,
        "central/crime.html",
        versions=versions[::-1],
        crime=versions[-1].crime,
        current=versions[-1].current,
        types=crime_types(),
        lines=worklist.lines(stored, staged, {}, choice),
        again=[hit.id for hit in stored if staged[hit.id].earlier],
        statement=statements[0] if statements else None,
        done=banners.of(request),
    )


@router.post("/crimes/{force}/{reference:path}")
async def match(who: Asking, parts: Parts, force: Named, reference: Named) -> Response:
    """Ask for a new run over the latest version; earlier runs stay."""
    of = force_named(force) or force
    why: dict[str, object] = {
        "kind": "rematch",
        "reason": "the crime was matched again",
        "batch": None,
    }
    async with parts.connection(Role.WEB) as conn:
        latest = (await crimes.versions(conn, of, reference))[-1]
        await loading.ask(conn, [latest.id], why)
        subject = f"crime {of}/{reference}"
        await audit.note(conn, who.name, "match again", subject)
    path = f"/crimes/{segment(of)}/{segment(reference)}"
    return RedirectResponse(views.address(path, (), done="matching"), 303)
