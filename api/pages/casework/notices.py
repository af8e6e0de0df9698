"""WMP-5.2. Notices of first scores and changes of band, and who has seen them."""

from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Word
from api.rest.services import Parts
from api.scores import notifications
from api.views import people
from api.views.paging import paging, sorted_by
from geocorr.scoring.routing import ChangeKind
from sql import audit, nominals, outbox
from sql.db import Role, transaction
from sql.outbox import NoticeFilter

router = APIRouter(include_in_schema=False)

_KINDS = [
    (ChangeKind.FIRST_SCORE.value, "first score"),
    (ChangeKind.BAND_CHANGED.value, "change of band"),
]
# Of the largest number that the database counts to.
_DIGITS = 19


class Sort(StrEnum):
    """In which order notices are listed."""

    UNSEEN = "unseen"
    NEWEST = "newest"


class Search(Asked):
    """Which notices: to whom, of whom, of which kind; seen, not seen, or both."""

    department: Word = None
    nominal: Word = None
    kind: ChangeKind | None = None
    seen: bool | None = None
    sort: Sort = Sort.UNSEEN


@router.get("/notices")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Notices, what nobody has seen first; the look is audited."""
    return await _page(request, (who, parts), asked, forms.EMPTY)


@router.post("/notices")
async def see(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Say that what is ticked, or all that was listed, was seen: all of it or none."""

    async def act(form: Form) -> Response:
        numbers = _said(form)
        async with parts.connection(Role.WEB) as conn:
            for number in numbers:
                await notifications.see(conn, number, who.name)
        return forms.done("/notices", "seen", **asked.terms)

    again = partial(_page, request, (who, parts), asked)
    return await forms.answer(request, act, again)


def _said(form: Form) -> list[int]:
    whole = form.value("which") == "listed"
    said = form.values("listed" if whole else "notice")
    found = [int(text) for text in said if text.isdecimal() and len(text) < _DIGITS]
    if not found:
        raise Wrong("notice", "Tick what you have seen.")
    return found


async def _page(
    request: Request, of: tuple[Who, Parts], asked: Search, form: Form
) -> Response:
    who, parts = of
    kind = asked.kind and asked.kind.value
    where = NoticeFilter(None, asked.department, asked.nominal, asked.seen, kind)
    unseen_first = asked.sort is not Sort.NEWEST
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list notices", "notices", asked.looked_for)
        total, found = await outbox.find(
            conn, where, *asked.rows, unseen_first=unseen_first
        )
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
    return page(
        request,
        who,
        "lpu/notices.html",
        form.status,
        found=found,
        unseen=any(one.seen_at is None for one in found),
        names=people.names(named),
        departments=[(name, name) for name in _departments(asked, parts)],
        by=sorted_by(Sort, request.query_params),
        kinds=_KINDS,
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
        form=form,
        done=banners.of(request),
    )


def _departments(asked: Search, parts: Parts) -> list[str]:
    """Those that are told now, and the one that is asked for."""
    known = notifications.desk(parts.settings).departments
    return sorted({*known, *([asked.department] if asked.department else [])})
