"""Where a person's tags were: two days at most, for a reason that is recorded first."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages import forms, typed
from api.pages.asked import Asked as AskedPage
from api.pages.forms import EMPTY, FAULTS, Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import SomeNumber, Text
from api.rest.services import Parts, Services
from api.trails import reasons, slices
from api.trails.shown import Shown, Worn, show
from api.views import whereabouts
from api.views.paging import paging
from api.views.words import segment
from sql.db import Role
from sql.reasons import Asked, Given, Purpose

router = APIRouter(include_in_schema=False)

_ROWS = 200


class Search(AskedPage):
    """`why`: the reason that opens the search."""

    why: SomeNumber = None

    @property
    def rows(self) -> tuple[int, int]:
        """More fixes on a page than other lists have."""
        return _ROWS, (self.page - 1) * _ROWS


@router.get("/people/{nominal}/locations")
async def shown(
    request: Request,
    who: Asking,
    parts: Parts,
    nominal: Text,
    asked: Annotated[Search, Query()],
) -> Response:
    """The form, or what it asked for; the database notes the search."""
    if asked.why is None:
        return _form(request, who, parts, nominal)
    given, worn = await _found(parts, who, nominal, asked.why)
    crs, policy = parts.door.crs, parts.door.policy
    people = [show(one, None, crs, policy) for one in worn]
    fixes = [(one, fix) for one in people for fix in one.fixes]
    rows, offset = asked.rows
    return page(
        request,
        who,
        "officer/locations.html",
        nominal=nominal,
        given=given,
        stays=whereabouts.stays(worn, crs, policy),
        gaps=_gaps(people),
        fixes=fixes[offset : offset + rows],
        paging=paging(len(fixes), asked.page, rows, request.query_params),
    )


@router.get("/people/{nominal}/locations.json")
async def mapped(
    who: Asking, parts: Parts, nominal: Text, asked: Annotated[Search, Query()]
) -> Response:
    """What the map of the search draws; the database notes it."""
    _, worn = await _found(parts, who, nominal, asked.why or 0)
    crs, policy = parts.door.crs, parts.door.policy
    people = [show(one, None, crs, policy) for one in worn]
    stayed = whereabouts.stays(worn, crs, policy)
    return JSONResponse(whereabouts.collection(people, stayed))


@router.post("/people/{nominal}/locations")
async def asked(request: Request, who: Asking, parts: Parts, nominal: Text) -> Response:
    """A reason and a time; the search is on the page that follows."""
    form = await forms.read(request)
    try:
        time = _time(form, slices.limits(parts.settings).search)
        why = form.words("reason", "Say why: the reason is recorded with your name.")
        subject = f"nominal {nominal}"
        async with parts.connection(Role.WEB) as conn:
            reason = Asked(Purpose.LOCATIONS, subject, *time, why)
            number = await reasons.give(conn, who.name, reason)
    except FAULTS as error:
        return _form(request, who, parts, nominal, form.refused(error))
    where = f"/people/{segment(nominal)}/locations?why={number}"
    return RedirectResponse(where, 303)


def _form(
    request: Request, who: Who, parts: Services, nominal: str, form: Form = EMPTY
) -> Response:
    return page(
        request,
        who,
        "officer/locations_form.html",
        422 if form.error else 200,
        nominal=nominal,
        form=form,
        hours=parts.settings.search_h,
    )


def _time(form: Form, longest: timedelta) -> tuple[datetime, datetime]:
    from_at = typed.moment(form, "from")
    if from_at > datetime.now(UTC):
        raise Wrong("from", "This time has not come yet.")
    hours = form.number("hours", "Give a number of hours, such as 24.")
    if not 0 < hours <= longest / timedelta(hours=1):
        most = f"{longest / timedelta(hours=1):g}"
        raise Wrong("hours", f"Give more than 0 and at most {most} hours.")
    return from_at, from_at + timedelta(hours=hours)


async def _found(
    parts: Services, who: Who, nominal: str, number: int
) -> tuple[Given, list[Worn]]:
    """The reason and what it opens; NotFound without one that still holds."""
    lasts = timedelta(hours=parts.settings.reason_h)
    opens = (Purpose.LOCATIONS, f"nominal {nominal}")
    async with parts.reading() as conn:
        given = await reasons.opened(conn, number, who.name, opens, lasts)
    async with parts.connection(Role.WORKER) as conn:
        allowed = await slices.spells(conn, nominal, parts.door.policy)
    assert given.from_at is not None
    assert given.to_at is not None
    time = (given.from_at, given.to_at)
    async with parts.connection(Role.WEB) as conn:
        look = (given.reason, slices.limits(parts.settings))
        return given, await slices.of_nominal(conn, nominal, time, allowed, look)


def _gaps(people: list[Shown]) -> list[tuple[datetime, datetime, float]]:
    """Between which fixes nothing was seen, and for how many seconds."""
    found = [
        (one.fixes[gap.begin].at, one.fixes[gap.end].at, gap.minutes * 60)
        for one in people
        for gap in one.gaps
    ]
    return sorted(found)
