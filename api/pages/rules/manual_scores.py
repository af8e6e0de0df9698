"""WMP-6.4. Scores that people give: given, reviewed, ended."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.access import INTELLIGENCE
from api.pages.asked import ROWS, Asked
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.scores import manual_scores
from api.scores.manual_scores import Asked as Given
from api.views import people
from api.views.paging import paging
from geocorr.scoring.manual import Ground
from loaders import profile
from sql import audit, nominals
from sql.db import Role, transaction
from sql.manual_scores import ManualFilter

router = APIRouter(include_in_schema=False)

_GROUNDS = [(one.value, one.value.replace("_", " "), "") for one in Ground]


class Search(Asked):
    """Which scores: of a nominal, standing today, or due for a review by a day."""

    nominal: Word = None
    standing: bool = False


@router.get("/manual-scores")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Scores that people gave, the newest first; the look is audited."""
    return await _list(request, (who, parts), asked, forms.EMPTY)


@router.post("/manual-scores")
async def give(request: Request, who: Asking, parts: Parts) -> Response:
    """Give a score to somebody who does not score by entries."""
    adopted = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        given = _given(form, who)
        async with parts.connection(Role.WEB) as conn:
            number = await manual_scores.give(conn, given, adopted)
        return forms.done(f"/manual-scores/{number}", "manual")

    again = partial(_list, request, (who, parts), Search())
    return await forms.answer(request, act, again)


@router.get("/manual-scores/{manual_score}")
async def one(
    request: Request, manual_score: Number, who: Asking, parts: Parts
) -> Response:
    """Whether it holds today and why, and all that was said; audited."""
    return await _page(request, manual_score, who, parts, forms.EMPTY)


@router.post("/manual-scores/{manual_score}")
async def review(
    request: Request, manual_score: Number, who: Asking, parts: Parts
) -> Response:
    """Let it go on until another review, or end it."""
    adopted = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        ends = form.value("act") == "end"
        said = (who.name, form.words("reason", "Say why: the reason is kept."))
        async with parts.connection(Role.WEB) as conn:
            if ends:
                await manual_scores.end(conn, manual_score, said)
            else:
                due = form.day("review_due", "Say when it is reviewed next.")
                await manual_scores.review(conn, manual_score, due, said, adopted)
        return forms.done(request.url.path, "ended" if ends else "reviewed")

    again = partial(_page, request, manual_score, who, parts)
    return await forms.answer(request, act, again)


def _given(form: Form, who: Who) -> Given:
    return Given(
        form.words("nominal", "Give the nominal."),
        int(form.number("points", "Give the points, as 250.")),
        form.one_of("ground", Ground, "Choose the ground."),
        form.day("review_due", "Say when it is reviewed."),
        form.words("reason", "Say why: the reason is kept."),
        who.name,
    )


async def _list(
    request: Request, of: tuple[Who, Parts], asked: Search, form: Form
) -> Response:
    who, parts = of
    where = ManualFilter(None, asked.nominal, asked.standing or None)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list manual scores", "manual scores")
        total, found = await manual_scores.listed(conn, where, asked.rows)
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
    today = clock.today()
    return page(
        request,
        who,
        "intelligence/manual_scores.html",
        form.status,
        found=[(one, one.score.stands_on(today)) for one in found],
        names=people.names(named),
        grounds=_GROUNDS,
        may_give=who.may_be(INTELLIGENCE),
        asked=asked,
        form=form,
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


async def _page(
    request: Request, number: int, who: Who, parts: Parts, form: Form
) -> Response:
    adopted = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        shown = await manual_scores.show(conn, number, adopted, who.name)
        held = shown.manual_score
        named = people.names(await nominals.nominals(conn, [held.nominal_id]))
    return page(
        request,
        who,
        "intelligence/manual_score.html",
        form.status,
        one=held,
        name=named.get(held.nominal_id, ""),
        holds=shown.holds,
        said=shown.steps,
        may_review=who.may_be(INTELLIGENCE) and held.score.stands_on(clock.today()),
        form=form,
        done=banners.of(request),
    )
