"""A nominal's score: day by day, what it is made of, and what partners think."""

from datetime import date, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.pages import banners, forms
from api.pages.asked import Asked
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.parameters import Day, Text
from api.rest.services import Parts
from api.scores import partners, score_course, score_explained
from api.scores.score_explained import Explained
from api.views import people
from api.views.score_chart import HEIGHT, WIDTH, chart
from geocorr.scoring.explanation import Reader
from geocorr.scoring.meeting import Level
from geocorr.scoring.weights import POINT
from loaders import profile as profiles_of
from loaders.profile import Profiles
from sql import nominals
from sql import scores as stored
from sql.db import Connection, Role
from sql.partner_assessments import Assessed

router = APIRouter(include_in_schema=False)
_WEEKS = 26


class When(Asked):
    """Of which day; today where none is given."""

    day: Day | None = None


@router.get("/people/{nominal}/score")
async def shown(
    request: Request,
    nominal: Text,
    who: Asking,
    parts: Parts,
    asked: Annotated[When, Query()],
) -> Response:
    """The score of a day with the days before it; the look is audited."""
    day = asked.day or clock.today()
    return await _page(request, (nominal, day), who, parts, forms.EMPTY)


@router.post("/people/{nominal}/score")
async def assess(
    request: Request, nominal: Text, who: Asking, parts: Parts
) -> Response:
    """WMP-5.10. Record what a partner thinks of the risk; the score stays."""
    adopted = profiles_of.read(parts.settings.profiles)
    whose = (nominal, clock.today())

    async def act(form: Form) -> Response:
        assessed = _assessed(form, nominal, who)
        async with parts.connection(Role.WEB) as conn:
            await partners.assess(conn, assessed, adopted)
        return forms.done(request.url.path, "assessed")

    again = partial(_page, request, whose, who, parts)
    return await forms.answer(request, act, again)


def _assessed(form: Form, nominal: str, who: Who) -> Assessed:
    return Assessed(
        nominal,
        form.words("agency", "Say which agency's view it is."),
        form.day("assessed_on", "Say on which day they assessed it."),
        form.one_of("level", Level, "Choose the level.").value,
        form.words("reason", "Say why: the reason is kept."),
        who.name,
    )


async def _page(
    request: Request, whose: tuple[str, date], who: Who, parts: Parts, form: Form
) -> Response:
    nominal, day = whose
    adopted = profiles_of.read(parts.settings.profiles)
    reader = Reader(UserRole.INTELLIGENCE in who.roles, who.force)
    async with parts.connection(Role.WEB) as conn:
        beside = await partners.beside(conn, nominal, day, adopted, None)
        told = await _explained(conn, whose, adopted, reader)
        days, changes = [], []
        if told is not None:
            days = await score_course.course(conn, nominal, _course(day), adopted)
            changes = await stored.changes(conn, nominal)
        await score_explained.audited(conn, who.name, nominal, day, reader)
        named = people.names(await nominals.nominals(conn, [nominal]))
    starts = told.profile.scoring.band_starts if told else ()
    drawn = chart(
        [(one.day, one.given / POINT) for one in days],
        [(band, start / POINT) for band, start in starts],
    )
    return page(
        request,
        who,
        "lpu/score.html",
        form.status,
        nominal=nominal,
        name=named.get(nominal, ""),
        day=day,
        told=told,
        beside=beside,
        days=list(reversed(days)),
        changes=changes,
        chart=drawn,
        size=(WIDTH, HEIGHT),
        intelligence=reader.intelligence,
        levels=[(one.value, one.value.replace("_", " "), "") for one in Level],
        form=form,
        done=banners.of(request),
    )


async def _explained(
    conn: Connection, whose: tuple[str, date], adopted: Profiles, reader: Reader
) -> Explained | None:
    """None for a nominal without entries, of whom scores do not speak."""
    nominal, day = whose
    if not await stored.numbered_by_id(conn, [nominal]):
        return None
    return await score_explained.explained(conn, nominal, day, adopted, reader)


def _course(day: date) -> list[date]:
    """Every second week of half a year, the last day the day itself."""
    return [day - timedelta(weeks=n) for n in range(_WEEKS, -1, -2)]
