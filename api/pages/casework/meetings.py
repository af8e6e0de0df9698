"""WMP-4.3. The agencies' conversations: which were held, and one more."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.access import CASES
from api.pages.asked import ROWS, Asked
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.parameters import Word
from api.rest.services import Parts
from api.scores import partners
from api.views import people
from api.views.paging import paging
from geocorr.scoring.meeting import Meeting, MeetingKind
from sql import audit, meetings, nominals
from sql.db import Role, transaction

router = APIRouter(include_in_schema=False)

_KINDS = [
    (MeetingKind.ODOC.value, "One Day One Conversation"),
    (MeetingKind.SHARED_ASSESSMENT.value, "Shared Assessment"),
    (MeetingKind.TASKING.value, "Tasking"),
]


class Search(Asked):
    """Which meetings: of which kind, on whom."""

    kind: MeetingKind | None = None
    nominal: Word = None


@router.get("/meetings")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Meetings, the latest first, and the form for one; the look is audited."""
    form = Form({"nominals": [asked.nominal or ""]})
    return await _page(request, (who, parts), asked, form)


@router.post("/meetings")
async def hold(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Record a meeting that was held."""

    async def act(form: Form) -> Response:
        async with parts.connection(Role.WEB) as conn:
            await partners.hold(conn, _meeting(form, who))
        return forms.done("/meetings", "meeting", nominal=asked.nominal)

    return await forms.answer(
        request, act, partial(_page, request, (who, parts), asked)
    )


def _meeting(form: Form, who: Who) -> Meeting:
    return Meeting(
        form.one_of("meeting", MeetingKind, "Choose the kind of meeting."),
        form.day("held_on", "Say on which day it was held."),
        tuple(form.lines("agencies", "Name the agencies, one a line.")),
        tuple(dict.fromkeys(form.maybe_lines("nominals"))),
        form.words("outcome", "Say what came of it: it is kept with your name."),
        who.name,
    )


async def _page(
    request: Request, of: tuple[Who, Parts], asked: Search, form: Form
) -> Response:
    who, parts = of
    kind = asked.kind and asked.kind.value
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list meetings", "meetings", asked.looked_for)
        total, found = await meetings.find(conn, kind, asked.nominal, asked.rows)
        whom = {nominal for one in found for nominal in one.nominal_ids}
        named = await nominals.nominals(conn, sorted(whom))
    return page(
        request,
        who,
        "lpu/meetings.html",
        form.status,
        found=found,
        names=people.names(named),
        kinds=_KINDS,
        may_record=who.may_be(CASES),
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
        form=form,
        done=banners.of(request),
    )
