"""Cohorts: who enters, leaves and is due, and what people decide of one nominal."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.cohorts import cohort_decisions
from api.cohorts.cohort_decisions import Capacity, Said, Step
from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.pages import banners, forms
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text, Word
from api.rest.services import Parts
from api.views import cohorts as words
from api.views import people
from api.views.paging import paging, sorted_by
from geocorr.cohorts.case import state
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.review import Action
from loaders import profile
from sql import audit, cases, nominals, referrals
from sql import cohorts as stored
from sql.cases import CaseFilter
from sql.cohorts import Sort, StandFilter
from sql.db import Role, transaction
from sql.referrals import ReferralFilter

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Whose cohort; `due`: only who waits for a decision or a review."""

    lpu: Word = None
    cohort: Cohort | None = None
    action: Action | None = None
    due: bool = False
    sort: Sort = Sort.WAITING


@router.get("/cohort")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Members and proposals, what waits for a person first; the look is audited."""
    lpu = areas.lpu_of(who, asked.lpu)
    cohort, action = asked.cohort and asked.cohort.value, asked.action
    where = StandFilter(
        cohort, action and action.value, None, who.force, lpu, asked.due or None
    )
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list cohorts", f"LPU {lpu or 'all'}")
        total, found = await stored.find(
            conn, where, clock.today(), asked.rows, asked.sort
        )
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/cohort.html",
        found=found,
        names=people.names(named),
        lpu=lpu,
        lpus=choices,
        cohorts=words.COHORTS,
        actions=words.ACTIONS,
        asked=asked,
        by=sorted_by(Sort, request.query_params),
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.get("/people/{nominal}/cohorts")
async def one(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """Facts, standing, proposals, decisions and cases of one; audited."""
    return await _page(request, nominal, who, parts, forms.EMPTY)


@router.post("/people/{nominal}/cohorts")
async def decide(
    request: Request, nominal: Text, who: Asking, parts: Parts
) -> Response:
    """Append what a person decided of a cohort."""
    chosen = profile.read(parts.settings.profiles)

    async def act(form: Form) -> Response:
        said = _said(form, who)
        async with parts.connection(Role.WEB) as conn:
            day = clock.today()
            await cohort_decisions.decide(conn, nominal, said, day, chosen)
        return forms.done(request.url.path, said.step.value)

    again = partial(_page, request, nominal, who, parts)
    return await forms.answer(request, act, again)


def _said(form: Form, who: Who) -> Said:
    step = form.one_of("decision", Step, "Choose what you decide.")
    return Said(
        step,
        form.words("reason", "Say why: the reason is kept."),
        who.name,
        form.one_of("cohort", Cohort, "Choose the cohort."),
        _capacity(form, who),
        form.maybe("discussed_with"),
        form.maybe("plan"),
        form.maybe("shared_with"),
        form.maybe_day("review_on"),
    )


def _capacity(form: Form, who: Who) -> Capacity | None:
    """As what somebody decides; a supervisor is who has that role."""
    if not form.maybe("capacity"):
        return None
    told = form.one_of("capacity", Capacity, "Choose as what you decide.")
    if told is Capacity.SUPERVISOR and UserRole.SUPERVISOR not in who.roles:
        raise Wrong("capacity", "You are no supervisor: ask one to decide.")
    if told is Capacity.PANEL:
        raise Wrong("capacity", "A panel decides on referrals: see Referrals.")
    return told


async def _page(
    request: Request, nominal: str, who: Who, parts: Parts, form: Form
) -> Response:
    chosen = (profile.read(parts.settings.profiles), parts.door.policy)
    async with parts.connection(Role.WEB) as conn:
        file = await cohort_decisions.show(
            conn, nominal, clock.today(), chosen, who.name
        )
        found = await cases.find(conn, CaseFilter(nominal_id=nominal))
        _, referred = await referrals.find(conn, ReferralFilter(nominal_id=nominal))
        named = people.names(await nominals.nominals(conn, [nominal]))
    return page(
        request,
        who,
        "lpu/cohorts.html",
        form.status,
        nominal=nominal,
        name=named.get(nominal, ""),
        file=file,
        standings=[
            (words.name(cohort), words.STANDS[judged.value], judged)
            for cohort, judged in file.standings.items()
        ],
        members=[one for one in file.stands.values() if one.membership],
        facts=file.facts.facts,
        proposals=list(reversed(file.proposals)),
        decisions=list(reversed(file.decisions)),
        cases=[(case, state(case.kind, case.entries)) for case in found],
        referred=referred,
        cohorts=words.COHORTS,
        steps=words.STEPS,
        capacities=words.capacities(who),
        tag=words.STANDS[file.tag.value],
        form=form,
        done=banners.of(request),
    )
