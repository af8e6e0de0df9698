"""WMP-5.3. Weight sets: brought in, tried, and approved by a second person."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.scores import acquisitive, weight_simulation
from api.scores import weights as sets
from api.scores.weights import SetStep
from api.views import people
from api.views import weights as words
from api.views.paging import paging
from geocorr.scoring.weights import Purpose
from loaders import profile
from loaders.report import LoadReport
from sql import nominals, weights
from sql.db import Role
from sql.weights import SetFilter

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Which sets."""

    force: Word = None
    purpose: Purpose | None = None
    state: Word = None


@router.get("/weights")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Sets without their rows, newest first, and the form for a file."""
    return await _list(request, (who, parts), asked, forms.EMPTY)


@router.post("/weights")
async def bring_in(request: Request, who: Asking, parts: Parts) -> Response:
    """Store a file's set as a draft; to its page, or the faults of the file."""
    adopted = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        data, name = await forms.file(request, "Choose a file, TOML or CSV.")
        async with parts.connection(Role.WORKER) as conn:
            brought = await sets.bring_in(conn, data, name, who.name, adopted)
        if brought.weight_set is None:
            told = form.refused(
                Wrong("file", f"Nothing was stored of {name}: see below.")
            )
            return await _list(request, (who, parts), Search(), told, brought.report)
        return forms.done(f"/weights/{brought.weight_set}", "imported")

    again = partial(_list, request, (who, parts), Search())
    return await forms.answer(request, act, again)


@router.get("/weights/matrix")
async def matrix(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Asked, Query()]
) -> Response:
    """WMP2-19. Whom the acquisitive matrix highlights; the look is audited."""
    adopted = profile.read(parts.settings.profiles)
    rows, before = asked.rows
    async with parts.connection(Role.WEB) as conn:
        total, found = await acquisitive.matrix(
            conn, clock.today(), adopted, before + rows, who.name
        )
        here = found[before:]
        ids = [str(told.evidence["nominal_id"]) for told in here]
        named = await nominals.nominals(conn, ids)
    return page(
        request,
        who,
        "intelligence/matrix.html",
        found=list(zip(ids, here, strict=True)),
        names=people.names(named),
        day=clock.today(),
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.get("/weights/{weight_set}")
async def one(
    request: Request, weight_set: Number, who: Asking, parts: Parts
) -> Response:
    """A set with its rows, faults, simulations and decisions."""
    return await _page(request, weight_set, who, parts, forms.EMPTY)


@router.post("/weights/{weight_set}/simulation")
async def simulate(
    request: Request, weight_set: Number, who: Asking, parts: Parts
) -> Response:
    """Score everyone concerned under the draft too; keep what would change."""
    adopted = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        async with parts.connection(Role.WORKER) as conn:
            await weight_simulation.simulate(
                conn, weight_set, clock.today(), adopted, who.name
            )
        return forms.done(f"/weights/{weight_set}", "simulated")

    again = partial(_page, request, weight_set, who, parts)
    return await forms.answer(request, act, again)


@router.post("/weights/{weight_set}")
async def decide(
    request: Request, weight_set: Number, who: Asking, parts: Parts
) -> Response:
    """Approve, reject or withdraw; nobody approves a set that they brought in."""

    async def act(form: Form) -> Response:
        step = form.one_of("step", SetStep, "Choose what you decide.")
        said = (who.name, form.words("reason", "Say why: the reason is kept."))
        async with parts.connection(Role.WEB) as conn:
            await sets.decide(conn, weight_set, step, said)
        return forms.done(request.url.path, "decided")

    again = partial(_page, request, weight_set, who, parts)
    return await forms.answer(request, act, again)


async def _list(
    request: Request,
    of: tuple[Who, Parts],
    asked: Search,
    form: Form,
    report: LoadReport | None = None,
) -> Response:
    who, parts = of
    purpose = asked.purpose and asked.purpose.value
    where = SetFilter(None, asked.force, purpose, asked.state)
    async with parts.reading() as conn:
        total, found = await weights.find(conn, where, *asked.rows)
    return page(
        request,
        who,
        "intelligence/weights.html",
        form.status,
        found=[(one, words.overdue(one, clock.today())) for one in found],
        states=words.STATES,
        purposes=[(one.value, one.value) for one in Purpose],
        report=report,
        asked=asked,
        form=form,
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


async def _page(
    request: Request, number: int, who: Who, parts: Parts, form: Form
) -> Response:
    async with parts.reading() as conn:
        told = await sets.told(conn, number)
    line, whole = told.stored.line, told.stored.weights
    return page(
        request,
        who,
        "intelligence/weight_set.html",
        form.status,
        line=line,
        whole=whole,
        faults=(*line.faults, *told.clashes),
        simulations=[words.simulated(one) for one in told.simulations],
        said=told.steps,
        steps=words.steps(line, clock.today()),
        is_own=who.name == line.author,
        overdue=line.state == "approved" and whole.overdue(clock.today()),
        form=form,
        done=banners.of(request),
    )
