"""What people say on the page of a hit: decide, qualify, or why they must see more."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.login.asking import Asking
from api.login.who import Who
from api.matches import deciding, hit_reading
from api.matches.deciding import By
from api.pages import forms
from api.pages.forms import FAULTS, Form, Wrong
from api.pages.officer import worklist as lists
from api.pages.officer.hit import Search, rendered
from api.rest.decisions import OfficersDecision
from api.rest.parameters import Number
from api.rest.services import Parts, Services
from api.trails import reasons, slices
from geocorr.errors import ConflictError, GeocorrError
from geocorr.model import from_us
from geocorr.performance.review import Word
from sql import worklist
from sql.db import Connection, Role
from sql.reasons import Asked, Purpose

router = APIRouter(include_in_schema=False)


class CentralWord(StrEnum):
    """What the central team says on the page of a hit."""

    QUALIFIED_SENT = "qualified_sent"
    QUALIFIED = "qualified"
    DISMISSED = "dismissed"
    SENT = "sent"


Act = Callable[[Connection, Form], Awaitable[Response]]
Along = Annotated[Search, Query()]


@router.post("/hits/{hit}/decision")
async def decision(
    request: Request, who: Asking, parts: Parts, hit: Number, asked: Along
) -> Response:
    """HANTS-GPS-4. The officer's decision; on to the next hit of the list."""

    async def act(conn: Connection, form: Form) -> Response:
        word = form.one_of(
            "decision", OfficersDecision, "Choose ruled in, ruled out or needs more."
        )
        reason = form.words("reason", "Say why: the reason stands with the decision.")
        await _unchanged(conn, hit, form)
        by = By(who.name, reason, form.maybe("note"))
        await deciding.decide(conn, hit, Word(word.value), by)
        return await _next(conn, hit, asked, who)

    return await _answered(request, who, parts, (hit, asked), act)


@router.post("/hits/{hit}/qualification")
async def qualification(
    request: Request, who: Asking, parts: Parts, hit: Number, asked: Along
) -> Response:
    """HANTS-GPS-3. The central team's word; on to the next hit of the list."""

    async def act(conn: Connection, form: Form) -> Response:
        word = form.one_of("word", CentralWord, "Choose what to do with the hit.")
        by = By(who.name, _why(form, word))
        await _unchanged(conn, hit, form)
        if word is CentralWord.DISMISSED:
            await deciding.dismiss(conn, [hit], by)
        elif word is CentralWord.SENT:
            await deciding.send(conn, [hit], None, by)
        else:
            send = word is CentralWord.QUALIFIED_SENT
            await deciding.qualify(conn, [hit], by, send=send)
        return await _next(conn, hit, asked, who)

    return await _answered(request, who, parts, (hit, asked), act)


@router.post("/hits/{hit}/slice")
async def longer(
    request: Request, who: Asking, parts: Parts, hit: Number, asked: Along
) -> Response:
    """More of the trail, for a reason that is recorded before anything is shown."""

    async def act(conn: Connection, form: Form) -> Response:
        hours = form.number("hours", "Give a number of hours, such as 3.")
        reason = form.words("slice_reason", "Say why you need to see more.")
        margin = timedelta(hours=min(hours, 1e6))
        try:
            slices.check_margin(margin, slices.limits(parts.settings))
        except GeocorrError as wrong:
            raise Wrong("hours", str(wrong)) from wrong
        number = await _give(conn, hit, who, margin, reason)
        query = urlencode({"slice": number})
        along = f"&{asked.query}" if asked.query else ""
        return RedirectResponse(f"/hits/{hit}?{query}{along}", 303)

    return await _answered(request, who, parts, (hit, asked), act)


async def _answered(
    request: Request,
    who: Who,
    parts: Services,
    where: tuple[int, Search],
    act: Act,
) -> Response:
    """What the form came to, or the page again with what is wrong with it."""
    form = await forms.read(request)
    try:
        async with parts.connection(Role.WEB) as conn:
            return await act(conn, form)
    except FAULTS as error:
        return await rendered(request, who, parts, *where, form.refused(error))


def _why(form: Form, word: CentralWord) -> str:
    if word is CentralWord.SENT:
        return form.maybe("why")
    return form.words("why", "Say why: the reason stands with the hit.")


async def _unchanged(conn: Connection, hit: int, form: Form) -> None:
    """ConflictError where somebody said something that this page did not show."""
    _, said = await deciding.history(conn, hit)
    last = str(said[-1].id) if said else "0"
    if form.value("last") != last:
        by = (
            f"{said[-1].said_by} said {said[-1].word}" if said else "What was said went"
        )
        raise ConflictError(
            f"{by} while you had this page open: read it below, then decide again."
        )


async def _next(
    conn: Connection, hit: int, asked: Search, who: Who
) -> RedirectResponse:
    """To the next hit of the list, round to its first; to the list where none waits."""
    listing = asked.listing(who)
    after = (await worklist.beside(conn, listing, hit)).after
    if after is None:
        _, first = await worklist.page(conn, listing, 1)
        after = next((one for one in first if one != hit), None)
    where = lists.path_of(who) if after is None else f"/hits/{after}"
    if where == "/hits":
        return RedirectResponse("/hits?stage=unreviewed", 303)
    along = f"&{asked.query}" if asked.query else ""
    return RedirectResponse(f"{where}?recorded={hit}{along}", 303)


async def _give(
    conn: Connection, hit: int, who: Who, margin: timedelta, reason: str
) -> int:
    found = await hit_reading.read(conn, hit)
    edges = (from_us(found.target.from_us), from_us(found.target.to_us))
    asked = Asked(
        Purpose.LONGER_SLICE,
        f"hit {hit}",
        edges[0] - margin,
        edges[1] + margin,
        reason,
    )
    return await reasons.give(conn, who.name, asked)
