"""HANTS-MACC. Referrals on the standard form, the panels, and what they decide."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.cohorts import referring
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.views import cases, cohorts, people
from api.views.paging import paging, sorted_by
from geocorr.cohorts.referral import Referral, ReferralStep, Ruling
from loaders import profile
from sql import audit, nominals, referrals
from sql.db import Role, transaction
from sql.referrals import ReferralFilter, Sort

router = APIRouter(include_in_schema=False)

_STEPS = [
    (ReferralStep.ACCEPTED.value, "Accept", "Opens the case and enters the cohort."),
    (ReferralStep.REJECTED.value, "Reject", ""),
    (ReferralStep.WITHDRAWN.value, "Withdraw", "By who made it."),
]
_PANELS = [("selection", "Selection panel"), ("youth", "Youth-to-adult panel")]


class Search(Asked):
    """Whose referrals; `waiting`: only what waits for a panel."""

    lpu: Word = None
    nominal: Word = None
    waiting: bool = False
    sort: Sort = Sort.WAITING


class About(Asked):
    """Who is to be referred."""

    nominal: Word = None


@router.get("/referrals")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Referrals, what waits first, and the panels; the look is audited."""
    lpu, chosen = areas.lpu_of(who, asked.lpu), profile.read(parts.settings.profiles)
    where = ReferralFilter(None, asked.nominal, who.force, lpu, asked.waiting or None)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        whose = f"nominal {asked.nominal}" if asked.nominal else f"LPU {lpu or 'all'}"
        await audit.note(conn, who.name, "list referrals", whose)
        total, found = await referrals.find(conn, where, *asked.rows, asked.sort)
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
        sat = await referrals.panels(conn, who.force)
        next_due = None
        if who.force:
            day = clock.today()
            next_due = await referring.next_due(
                conn, who.force, "selection", day, chosen
            )
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/referrals.html",
        found=found,
        names=people.names(named),
        panels=sat[:12],
        next_due=next_due,
        lpu=lpu,
        lpus=choices,
        asked=asked,
        by=sorted_by(Sort, request.query_params),
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


@router.get("/referrals/new")
async def new(
    request: Request, who: Asking, parts: Parts, asked: Annotated[About, Query()]
) -> Response:
    """The standard form."""
    return await _form(request, who, parts, Form({"nominal": [asked.nominal or ""]}))


@router.post("/referrals/new")
async def make(request: Request, who: Asking, parts: Parts) -> Response:
    """Store the form as it was filled in."""

    async def act(form: Form) -> Response:
        referral = Referral(
            form.words("nominal", "Give the nominal."),
            form.words("cohort", "Choose the cohort."),
            tuple(
                form.lines("criteria", "Give the criteria that are met, one a line.")
            ),
            form.words("reason", "Say why: the reason is kept."),
            form.words("agency", "Say which agency refers."),
            bool(form.values("urgent")),
            who.name,
        )
        force = who.force or form.words("force_of_referral", "Choose the force.")
        lpu = who.lpu or form.maybe("lpu")
        async with parts.connection(Role.WEB) as conn:
            number = await referring.make(conn, referral, force, lpu)
        return forms.done(f"/referrals/{number}", "referred")

    again = partial(_form, request, who, parts)
    return await forms.answer(request, act, again)


@router.get("/referrals/{referral}")
async def one(
    request: Request, referral: Number, who: Asking, parts: Parts
) -> Response:
    """One referral with what became of it; the look is audited."""
    return await _page(request, referral, who, parts, forms.EMPTY)


@router.post("/referrals/{referral}")
async def decide(
    request: Request, referral: Number, who: Asking, parts: Parts
) -> Response:
    """Record what was decided, once; an acceptance opens the case."""
    chosen = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        ruling = _ruling(form, who)
        on = form.maybe_day("on") or clock.today()
        async with parts.connection(Role.WEB) as conn:
            await referring.decide(conn, referral, ruling, on, chosen)
        return forms.done(request.url.path, "ruled")

    again = partial(_page, request, referral, who, parts)
    return await forms.answer(request, act, again)


@router.get("/panels/new")
async def new_panel(request: Request, who: Asking, parts: Parts) -> Response:
    """The form for a panel that sat."""
    return await _panel_form(request, who, parts, forms.EMPTY)


@router.post("/panels/new")
async def hold(request: Request, who: Asking, parts: Parts) -> Response:
    """Record a panel that sat."""

    async def act(form: Form) -> Response:
        kind = form.words("kind", "Choose the panel.")
        force = who.force or form.words("force_of_panel", "Choose the force.")
        day = form.day("held_on", "Say on which day it sat.")
        chair = form.words("chair", "Name the chair: the IOM police inspector.")
        agencies = form.lines("agencies", "Name the agencies, one a line.")
        async with parts.connection(Role.WEB) as conn:
            panel, said = (kind, force, day), (agencies, who.name)
            await referring.hold(conn, panel, chair, said)
        return forms.done("/referrals", "panel")

    again = partial(_panel_form, request, who, parts)
    return await forms.answer(request, act, again)


def _ruling(form: Form, who: Who) -> Ruling:
    step = form.one_of("step", ReferralStep, "Choose what was decided.")
    panel = form.maybe("panel")
    return Ruling(
        step,
        who.name,
        form.words("reason", "Say why: the reason is kept."),
        int(panel) if panel.isdecimal() and len(panel) < 10 else None,
        tuple(form.maybe_lines("agencies")),
        form.maybe("lead"),
        form.maybe("grade"),
    )


async def _form(request: Request, who: Who, parts: Parts, form: Form) -> Response:
    async with parts.reading() as conn:
        choices = await areas.choices(conn, who)
    return page(
        request,
        who,
        "lpu/new_referral.html",
        form.status,
        cohorts=cohorts.COHORTS,
        **choices,
        form=form,
        done=None,
    )


async def _page(
    request: Request, number: int, who: Who, parts: Parts, form: Form
) -> Response:
    async with parts.connection(Role.WEB) as conn:
        found = await referring.show(conn, number, who.name)
        sat = await referrals.panels(conn, found.force, "selection")
        named = people.names(await nominals.nominals(conn, [found.nominal_id]))
    return page(
        request,
        who,
        "lpu/referral.html",
        form.status,
        referral=found,
        name=named.get(found.nominal_id, ""),
        steps=_STEPS,
        panels=[(str(p.id), f"{p.held_on} ({p.chair})") for p in sat],
        grades=cases.GRADES,
        form=form,
        done=banners.of(request),
    )


async def _panel_form(request: Request, who: Who, parts: Parts, form: Form) -> Response:
    async with parts.reading() as conn:
        forces = await areas.forces_for(conn, who)
    return page(
        request,
        who,
        "lpu/new_panel.html",
        form.status,
        kinds=_PANELS,
        forces=forces,
        form=form,
        done=None,
    )
