"""Hits of all forces: searched, qualified or dismissed many at once, sent."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.login.asking import Asking
from api.login.who import Who
from api.matches import deciding
from api.matches.deciding import By
from api.pages import banners
from api.pages.asked import ROWS
from api.pages.central import searching
from api.pages.forms import EMPTY, FAULTS, Form, Wrong, read
from api.pages.rendering import page
from api.rest.services import Parts, Services
from api.views import found as views
from api.views import worklist
from geocorr.errors import NotFound
from sql import audit, hit_decisions, hit_search, waiting
from sql.db import Connection, Role
from sql.hits import StoredHit

router = APIRouter(include_in_schema=False)

_HITS, _SEND = "/hits", "/hits/send"
_WORDS = (
    ("qualified", "Qualify", "A lead. It waits to be sent to the force."),
    ("sent", "Qualify and send", "It stands on the force's work list at once."),
    ("dismissed", "Dismiss", "No lead. The finding stays, with your reason beside it."),
)


@router.get(_HITS)
async def listed(request: Request, who: Asking, parts: Parts) -> Response:
    """Hits that answer the filters in the address; the search is audited."""
    return await _shown(request, who, parts)


@router.post(_HITS)
async def decided(request: Request, who: Asking, parts: Parts) -> Response:
    """HANTS-GPS-3. One word and one reason on all that are ticked, or on none."""
    form = await read(request)
    try:
        done = await _say(parts, who, form)
    except FAULTS as wrong:
        return await _shown(request, who, parts, form.refused(wrong))
    kept = request.query_params.multi_items()
    return RedirectResponse(views.address(_HITS, kept, done=done), 303)


async def _say(parts: Services, who: Who, form: Form) -> str:
    numbers = [int(text) for text in form.values("hit") if searching.digits(text)]
    if not numbers:
        raise Wrong("hits", "Tick at least one hit.")
    word = form.value("word")
    if word not in {value for value, _, _ in _WORDS}:
        raise Wrong("word", "Say what is to be done with the hits that are ticked.")
    by = By(who.name, form.words("reason", "Give a reason: it stays with the hits."))
    async with parts.connection(Role.WEB) as conn:
        if word == "dismissed":
            await deciding.dismiss(conn, numbers, by)
        else:
            await deciding.qualify(conn, numbers, by, send=word == "sent")
    return f"hits_{word}"


async def _shown(
    request: Request, who: Who, parts: Services, form: Form = EMPTY
) -> Response:
    """The list, with what is wrong with a search or with what was said of hits."""
    asked = searching.form_of(request)
    number, total = searching.page_of(asked), 0
    stored: list[StoredHit] = []
    async with parts.connection(Role.WEB) as conn:
        try:
            total, stored = await _found(conn, parts, who, asked, number)
        except FAULTS as wrong:
            asked = asked.refused(wrong)
        staged = await hit_decisions.stages(conn, [one.id for one in stored])
    choice = parts.door.policy.surprise
    kept = request.query_params.multi_items()
    return page(
        request,
        who,
        "central/hits.html",
        422 if asked.error or form.error else 200,
        lines=worklist.lines(stored, staged, {}, choice),
        found=views.found(total, hit_search.MANY, number, request.query_params, "hit"),
        asked=asked,
        form=form,
        words=_WORDS,
        choices=searching.choices(),
        here=views.address(_HITS, kept),
        map_at=views.address(_HITS, kept, map="yes"),
        by={s: views.address(_HITS, kept, sort=s, page="") for s in hit_search.Sort},
        sorted_by=asked.value("sort", hit_search.Sort.STRENGTH.value),
        done=banners.of(request),
    )


async def _found(
    conn: Connection, parts: Services, who: Who, asked: Form, number: int
) -> tuple[int, list[StoredHit]]:
    wanted = await searching.hits_asked(conn, asked, parts.door.crs)
    terms = searching.asked_terms(asked)
    await audit.note(conn, who.name, "list hits", "hits", terms)
    offset = min((number - 1) * ROWS, views.PAGED)
    rows = min(ROWS, views.PAGED - offset)
    return await hit_search.find(conn, wanted, rows, offset, exact=False)


@router.get(_SEND)
async def to_send(request: Request, who: Asking, parts: Parts) -> Response:
    """What is qualified and waits to be sent, by force."""
    return await _to_send(request, who, parts)


@router.post(_SEND)
async def sent(request: Request, who: Asking, parts: Parts) -> Response:
    """HANTS-GPS-3. Send to the forces that are ticked all that waits for them."""
    form = await read(request)
    try:
        forces = form.values("force")
        if not forces:
            raise Wrong("force", "Tick at least one force.")
        async with parts.connection(Role.WEB) as conn:
            counts = [await _send(conn, force, By(who.name)) for force in forces]
        if not any(counts):
            raise NotFound("Nothing waits for these forces any more: nothing was sent.")
    except FAULTS as wrong:
        return await _to_send(request, who, parts, form.refused(wrong))
    return RedirectResponse(views.address(_SEND, (), done="hits_sent"), 303)


async def _send(conn: Connection, force: str, by: By) -> int:
    """All that waits for a force, a thousand in one go."""
    n = 0
    while said := await deciding.send(conn, None, force, by):
        n += len(said)
    return n


async def _to_send(
    request: Request, who: Who, parts: Services, form: Form = EMPTY
) -> Response:
    async with parts.reading() as conn:
        waits = await waiting.to_send(conn)
    return page(
        request,
        who,
        "central/send.html",
        422 if form.error else 200,
        waits=waits,
        form=form,
        done=banners.of(request),
    )
