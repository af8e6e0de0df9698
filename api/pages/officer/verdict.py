"""What a run of verdicts answered: one tag with reasons, or everyone as counts."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages import forms
from api.pages.asked import ROWS
from api.pages.asked import Asked as AskedPage
from api.pages.forms import EMPTY, FAULTS, Form
from api.pages.officer.hit import meanings, picture
from api.pages.rendering import page
from api.rest.parameters import Number, SomeNumber
from api.rest.services import Parts, Services
from api.trails import reasons, slices
from api.trails.shown import Shown, show
from api.verdicts import looking, verdicts
from api.views import hit_map
from api.views import verdicts as views
from api.views.paging import paging
from geocorr.errors import NotFound
from geocorr.model import Verdict, from_us
from sql.db import Role
from sql.reasons import Asked, Given, Purpose
from sql.verdicts import Answered

router = APIRouter(include_in_schema=False)


class Search(AskedPage):
    """`why`: the reason that opens the names; of which verdict."""

    why: SomeNumber = None
    verdict: Verdict | None = None


Drawn = tuple[list[Shown], hit_map.Document]


@router.get("/verdicts/{run}")
async def shown(
    request: Request,
    who: Asking,
    parts: Parts,
    run: Number,
    asked: Annotated[Search, Query()],
) -> Response:
    """The answers of a run; the look is audited."""
    return await _rendered(request, who, parts, (run, asked))


@router.get("/verdicts/{run}/map.json")
async def mapped(who: Asking, parts: Parts, run: Number) -> Response:
    """The fixes near a crime that one tag's verdict rests on; the look is audited."""
    answered = await _kept(parts, run)
    if not _is_drawn(answered):
        raise NotFound(f"Run {run} has no map: it is of everyone, or of no crime.")
    drawn = await _drawn(parts, answered)
    async with parts.connection(Role.WEB) as conn:
        await looking.note_read(conn, answered, answered.lines, who.name)
    return JSONResponse(drawn[1])


@router.post("/verdicts/{run}/names")
async def named(request: Request, who: Asking, parts: Parts, run: Number) -> Response:
    """The names behind the counts, for a reason that is recorded first."""
    form = await forms.read(request)
    answered = await _kept(parts, run)
    try:
        why = form.words("reason", "Say why: the reason is recorded with your name.")
        async with parts.connection(Role.WEB) as conn:
            reason = Asked(
                Purpose.NAMES, looking.subject(answered.run), None, None, why
            )
            number = await reasons.give(conn, who.name, reason)
    except FAULTS as error:
        return await _rendered(
            request, who, parts, (run, Search()), form.refused(error)
        )
    return RedirectResponse(f"/verdicts/{run}?why={number}", 303)


async def _kept(parts: Services, run: int) -> Answered:
    async with parts.reading() as conn:
        return await verdicts.kept(conn, run)


async def _rendered(
    request: Request,
    who: Who,
    parts: Services,
    what: tuple[int, Search],
    form: Form = EMPTY,
) -> Response:
    run, asked = what
    answered = await _kept(parts, run)
    if answered.nominal_id is None:
        return await _of_everyone(request, who, parts, (answered, asked), form)
    drawn = await _drawn(parts, answered) if _is_drawn(answered) else None
    async with parts.connection(Role.WEB) as conn:
        await looking.note_read(conn, answered, answered.lines, who.name)
    return page(
        request,
        who,
        "officer/verdict.html",
        answered=answered,
        window=_window(answered),
        answers=[
            (one, views.facts(one), views.holes(one), meanings(one.rules))
            for one in answered.lines
        ],
        meaning=views.MEANINGS,
        people=drawn[0] if drawn else [],
        picture=picture(drawn[1]) if drawn else Markup(""),
        limits=slices.limits(parts.settings),
    )


async def _of_everyone(
    request: Request,
    who: Who,
    parts: Services,
    what: tuple[Answered, Search],
    form: Form,
) -> Response:
    answered, asked = what
    given = await _given(parts, who, answered, asked)
    wanted = {asked.verdict} if asked.verdict else set(views.IN_REACH)
    lines = [one for one in answered.lines if given and one.verdict in wanted]
    rows, offset = asked.rows
    here = lines[offset : offset + rows]
    async with parts.connection(Role.WEB) as conn:
        await looking.note_read(conn, answered, here, who.name)
    return page(
        request,
        who,
        "officer/verdict_all.html",
        422 if form.error else 200,
        answered=answered,
        window=_window(answered),
        counts=views.counts(answered.lines),
        given=given,
        lines=here,
        asked=asked,
        verdicts=list(Verdict),
        facts=views.facts,
        paging=paging(len(lines), asked.page, ROWS, request.query_params),
        form=form,
    )


async def _given(
    parts: Services, who: Who, answered: Answered, asked: Search
) -> Given | None:
    if asked.why is None:
        return None
    lasts = timedelta(hours=parts.settings.reason_h)
    opens = (Purpose.NAMES, looking.subject(answered.run))
    async with parts.reading() as conn:
        return await reasons.opened(conn, asked.why, who.name, opens, lasts)


def _is_drawn(answered: Answered) -> bool:
    """Fixes are shown near a crime alone: a place of one's choice would be a search."""
    return answered.nominal_id is not None and answered.crime is not None


async def _drawn(parts: Services, answered: Answered) -> Drawn:
    margin, crs = slices.limits(parts.settings).freely, parts.door.crs
    async with parts.connection(Role.WORKER) as conn:
        worn, target, policy = await looking.worn(conn, answered, margin)
    people = [show(one, target, crs, policy) for one in worn]
    begin, end = slices.edges_us(target, margin)
    time = (from_us(begin), from_us(end))
    return people, hit_map.document(target, people, time, crs)


def _window(answered: Answered) -> tuple[object, object]:
    return from_us(answered.spot.from_us), from_us(answered.spot.to_us)
