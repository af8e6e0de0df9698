"""A series of crimes: who was near which, and whom one of them excludes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.login.asking import Asking
from api.login.who import Who
from api.pages.forms import FAULTS, Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text, force_named
from api.rest.seen import must_see_crimes
from api.rest.services import Parts, Services
from api.verdicts import looking, series
from api.verdicts.series_answer import SeriesAnswer
from api.views.series import chance
from sql.db import Role

router = APIRouter(include_in_schema=False)

_MOST = 200


class Search(BaseModel):
    """The crimes, one a line: their references, or each as FORCE/REF."""

    crimes: Annotated[Text, Field(max_length=40_000)] = ""


@router.get("/series")
async def asked(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """The question, and its answer where crimes are named; the look is audited."""
    form = Form({"crimes": [asked.crimes]} if asked.crimes else {})
    found = None
    if asked.crimes.strip():
        try:
            found = await _answered(form, who, parts)
        except FAULTS as error:
            form = form.refused(error)
    return page(
        request,
        who,
        "officer/series.html",
        422 if form.error else 200,
        form=form,
        found=found,
        chance=chance,
    )


async def _answered(form: Form, who: Who, parts: Services) -> SeriesAnswer:
    named = [_crime(line, who) for line in form.lines("crimes", "Name two crimes.")]
    if len(named) > _MOST:
        raise Wrong("crimes", f"Name at most {_MOST} crimes.")
    await must_see_crimes(parts, named)
    async with parts.connection(Role.WORKER) as conn:
        found = await series.of_crimes(conn, named, parts.door.policy)
    async with parts.connection(Role.WEB) as conn:
        await looking.note_series(conn, found, who.name)
    return found


def _crime(line: str, who: Who) -> tuple[str, str]:
    force, slash, reference = line.partition("/")
    if who.force and force_named(force) != who.force:
        return who.force, line
    if not (slash and force and reference):
        raise Wrong("crimes", f"{line[:100]} names no force: write FORCE/REF.")
    return force_named(force) or force, reference
