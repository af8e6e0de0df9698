"""Cases: what is due, what ought to be opened, one case and what is said of it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.cohorts import case_openings, casework
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.views import cases as words
from api.views import people
from api.views.paging import paging
from geocorr.cohorts.case import NEEDED, OPENED_WITH, CaseEntry, CaseKind, Step, state
from loaders import profile
from sql import audit, nominals
from sql.cases import CaseFilter, NewCase
from sql.db import Role, transaction

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Whose cases; `late`: only what is overdue."""

    lpu: Word = None
    lead: Word = None
    late: bool = False


class About(Asked):
    """Of whom a case is to be opened, and of which kind."""

    nominal: Word = None
    kind: CaseKind = CaseKind.IOM


@router.get("/due")
async def due(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """What is due in open cases, soonest first, and cases to open; audited."""
    lpu, day = areas.lpu_of(who, asked.lpu), clock.today()
    chosen = profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list cases due", f"LPU {lpu or 'all'}")
        where = CaseFilter(force=who.force, lpu=lpu)
        found = [
            task
            for task in await casework.tasks(conn, where, day, chosen)
            if (task.overdue or not asked.late) and asked.lead in (None, task.lead)
        ]
        total, here = len(found), found[asked.rows[1] :][:ROWS]
        to_open = await case_openings.to_open(conn, day, chosen, who.name, lpu)
        ids = {*(t.nominal_id for t in here), *(t.nominal_id for t in to_open[:ROWS])}
        named = await nominals.nominals(conn, sorted(ids))
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/due.html",
        tasks=here,
        to_open=to_open[:ROWS],
        more_to_open=max(0, len(to_open) - ROWS),
        names=people.names(named),
        lpu=lpu,
        lpus=choices,
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


@router.get("/cases/new")
async def new(
    request: Request, who: Asking, parts: Parts, asked: Annotated[About, Query()]
) -> Response:
    """The form that opens a case."""
    typed = {"nominal": [asked.nominal or ""], "kind": [asked.kind.value]}
    return await _form(request, who, parts, Form(typed))


@router.post("/cases/new")
async def open_case(request: Request, who: Asking, parts: Parts) -> Response:
    """Open a case; to its page."""
    chosen = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        opened, entry = _opening(form, who)
        async with parts.connection(Role.WEB) as conn:
            number = await casework.open_case(conn, opened, entry, chosen)
        return forms.done(f"/cases/{number}", "opened")

    again = partial(_form, request, who, parts)
    return await forms.answer(request, act, again)


@router.get("/cases/{case}")
async def one(request: Request, case: Number, who: Asking, parts: Parts) -> Response:
    """A case with its management report; the look is audited."""
    return await _page(request, case, who, parts, forms.EMPTY)


@router.post("/cases/{case}")
async def say(request: Request, case: Number, who: Asking, parts: Parts) -> Response:
    """Add to the management report; what was said before stays."""
    chosen = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        step = form.one_of("step", Step, "Choose what you add.")
        entry = _entry(form, step, NEEDED.get(step, ()), who)
        async with parts.connection(Role.WEB) as conn:
            await casework.say(conn, case, entry, chosen, who.shown)
        return forms.done(request.url.path, "said")

    again = partial(_page, request, case, who, parts)
    return await forms.answer(request, act, again)


def _opening(form: Form, who: Who) -> tuple[NewCase, CaseEntry]:
    kind = form.one_of("kind", CaseKind, "Choose the kind.")
    nominal = form.words("nominal", "Give the nominal.")
    force = who.force or form.words("force_of_case", "Give the force.")
    lpu = who.lpu or form.maybe("lpu")
    entry = _entry(form, Step.OPENED, OPENED_WITH[kind], who)
    return NewCase(nominal, kind, force, lpu), entry


def _entry(form: Form, step: Step, needs: tuple[str, ...], who: Who) -> CaseEntry:
    detail: Mapping[str, str] = {
        name: form.words(name, words.MISSING[name]) for name in needs
    }
    on = form.maybe_day("on") or clock.today()
    told = form.words("reason", "Say what and why: it is kept with your name.")
    return CaseEntry(step, on, who.name, told, detail)


async def _form(request: Request, who: Who, parts: Parts, form: Form) -> Response:
    async with parts.reading() as conn:
        choices = await areas.choices(conn, who)
    return page(
        request,
        who,
        "lpu/new_case.html",
        form.status,
        kinds=words.KINDS,
        grades=words.GRADES,
        **choices,
        form=form,
        done=None,
    )


async def _page(
    request: Request, number: int, who: Who, parts: Parts, form: Form
) -> Response:
    day, chosen = clock.today(), profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn:
        case, tasks = await casework.show(conn, number, who.name, day, chosen)
        named = people.names(await nominals.nominals(conn, [case.nominal_id]))
    pathways = chosen.of(case.force).casework.pathways
    stands = state(case.kind, case.entries)
    said = list(zip(case.entries, case.said_at, strict=True))
    return page(
        request,
        who,
        "lpu/case.html",
        form.status,
        case=case,
        stands=stands,
        name=named.get(case.nominal_id, ""),
        tasks=tasks,
        said=list(reversed(said)),
        steps=words.steps(case.kind, stands.is_open),
        grades=words.GRADES,
        pathways=[(name, name.replace("_", " ")) for name in pathways],
        manage_by=words.MANAGE,
        form=form,
        done=banners.of(request),
    )
