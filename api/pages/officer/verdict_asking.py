"""Ask whether tags were near a crime or a place; who was here then."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages import forms, typed
from api.pages.forms import EMPTY, FAULTS, Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import force_named
from api.rest.seen import must_see_crimes
from api.rest.services import Parts, Services
from api.trails import reasons
from api.verdicts import looking, verdicts
from api.verdicts.verdicts import Place
from sql import verdicts as stored
from sql.db import Role, transaction
from sql.reasons import Asked, Purpose
from sql.verdicts import Answered

router = APIRouter(include_in_schema=False)

_LATELY = 20


@dataclass(frozen=True, slots=True)
class _Question:
    """A crime (force and reference) or a place, and of whom; None = everyone."""

    crime: tuple[str, str] | None
    place: Place | None
    nominal_id: str | None


@router.get("/verdicts")
async def asking(request: Request, who: Asking, parts: Parts) -> Response:
    """The question, and what was asked lately."""
    return await _form(request, who, parts)


@router.post("/verdicts")
async def asked(request: Request, who: Asking, parts: Parts) -> Response:
    """The answer is kept as a run, and shown on its own page."""
    form = await forms.read(request)
    try:
        question = await _question(form, who, parts)
        answered = await _answered(question, who, parts)
    except FAULTS as error:
        return await _form(request, who, parts, form.refused(error))
    return RedirectResponse(f"/verdicts/{answered.run}", 303)


@router.get("/here")
async def here(request: Request, who: Asking, parts: Parts) -> Response:
    """Who was here then: a place, a time, a reason."""
    return _here(request, who, parts)


@router.post("/here")
async def here_asked(request: Request, who: Asking, parts: Parts) -> Response:
    """Everyone's answer at a place, with names, for a reason that is recorded."""
    form = await forms.read(request)
    try:
        place = await _place(form, parts)
        why = form.words("reason", "Say why: the reason is recorded with your name.")
        answered = await _answered(_Question(None, place, None), who, parts)
        subject = looking.subject(answered.run)
        async with parts.connection(Role.WEB) as conn:
            reason = Asked(Purpose.NAMES, subject, None, None, why)
            number = await reasons.give(conn, who.name, reason)
    except FAULTS as error:
        return _here(request, who, parts, form.refused(error))
    return RedirectResponse(f"/verdicts/{answered.run}?why={number}", 303)


async def _form(
    request: Request, who: Who, parts: Services, form: Form = EMPTY
) -> Response:
    async with parts.reading() as conn:
        _, lately = await stored.find(conn, (None, None), None, _LATELY)
    return page(
        request,
        who,
        "officer/verdicts.html",
        422 if form.error else 200,
        form=form,
        lately=lately,
        crime=request.query_params.get("crime", ""),
        nominal=request.query_params.get("nominal", ""),
        radius=parts.door.policy.match.radius_m,
        days=parts.door.policy.verdict.max_window_h / 24,
    )


def _here(request: Request, who: Who, parts: Services, form: Form = EMPTY) -> Response:
    return page(
        request,
        who,
        "officer/here.html",
        422 if form.error else 200,
        form=form,
        radius=parts.door.policy.match.radius_m,
        days=parts.door.policy.verdict.max_window_h / 24,
    )


async def _question(form: Form, who: Who, parts: Services) -> _Question:
    nominal = form.maybe("nominal") or None
    of_place = bool(form.maybe("place") or form.maybe("easting"))
    if form.maybe("crime") and of_place:
        raise Wrong("crime", "Ask of a crime or of a place, not of both.")
    if of_place:
        return _Question(None, await _place(form, parts), nominal)
    return _Question(_crime(form, who), None, nominal)


def _crime(form: Form, who: Who) -> tuple[str, str]:
    """FORCE/REF, or the reference alone of one's own force."""
    text = form.words("crime", "Give the crime's reference, or a place and a time.")
    force, slash, reference = text.partition("/")
    if who.force and force_named(force) != who.force:
        return who.force, text
    if not (slash and force and reference):
        raise Wrong("crime", "Give the crime as FORCE/REF.")
    return force_named(force) or force, reference


async def _place(form: Form, parts: Services) -> Place:
    form = _clicked(form)
    async with parts.reading() as conn:
        x_m, y_m = await typed.place(conn, form, "place", parts.door.crs)
    from_at, to_at = typed.moment(form, "from"), typed.moment(form, "to")
    if to_at < from_at:
        raise Wrong("to", "The end is before the beginning.")
    radius_m = None
    if form.maybe("radius"):
        radius_m = form.number("radius", "Give the radius in metres, such as 100.")
    return Place(x_m, y_m, from_at, to_at, radius_m)


def _clicked(form: Form) -> Form:
    """A place that was chosen on the map, where none was typed."""
    if form.maybe("place") or not form.maybe("easting"):
        return form
    metres = [
        form.number(name, f"Give the {name} in metres.")
        for name in ("easting", "northing")
    ]
    return replace(form, typed={**form.typed, "place": ["{}, {}".format(*metres)]})


async def _answered(question: _Question, who: Who, parts: Services) -> Answered:
    policy, nominal = parts.door.policy, question.nominal_id
    if question.crime is not None:
        await must_see_crimes(parts, [question.crime])
    async with parts.connection(Role.WORKER) as conn, transaction(conn):
        if question.crime is not None:
            found = await verdicts.of_crime(conn, question.crime, nominal, policy)
        else:
            assert question.place is not None
            crs = parts.door.crs
            found = await verdicts.of_place(conn, question.place, nominal, crs, policy)
        await looking.note_asked(conn, found, who.name)
    return found
