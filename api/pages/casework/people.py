"""The nominals of an LPU, and one nominal: overview and hits."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import clock
from api.cohorts import casework
from api.login.asking import Asking
from api.pages import banners
from api.pages.access import EVIDENCE
from api.pages.asked import ROWS, Asked
from api.pages.casework import areas
from api.pages.rendering import page
from api.rest.parameters import Text, Word
from api.rest.services import Parts
from api.scores import partners
from api.views import people as words
from api.views.paging import paging
from geocorr.cohorts.case import state
from geocorr.errors import NotFound
from geocorr.scoring.bands import Band
from loaders import profile
from sql import (
    audit,
    cases,
    cohorts,
    hit_decisions,
    hit_search,
    nominals,
    owners,
    people,
)
from sql.cases import CaseFilter
from sql.db import Role, transaction
from sql.hit_search import HitFilter, Sort
from sql.people import PeopleFilter

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Whom is looked for; `word`: an id, or how a name begins."""

    word: Word = None
    lpu: Word = None
    band: Band | None = None


@router.get("/people")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Nominals by band, with their owner; the look is audited with what was asked."""
    lpu, band = areas.lpu_of(who, asked.lpu), asked.band and asked.band.value
    where = PeopleFilter(asked.word and asked.word.strip(), lpu, band)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        told = {"lpu": lpu, "band": band, "named": bool(asked.word)}
        await audit.note(conn, who.name, "list people", "nominals", told)
        total, found = await people.find(conn, clock.today(), where, asked.rows)
        choices = await areas.lpus_for(conn, who)
    return page(
        request,
        who,
        "lpu/people.html",
        people=[(one, words.called(one), words.owner(one)) for one in found],
        lpu=lpu,
        lpus=choices,
        bands=[(one.value, one.value) for one in Band if one is not Band.NONE],
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.get("/people/{nominal}")
async def one(request: Request, nominal: Text, who: Asking, parts: Parts) -> Response:
    """All of one nominal at a glance; the look is audited."""
    day, profiles = clock.today(), profile.read(parts.settings.profiles)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "read person", f"nominal {nominal}")
        person = next(iter(await nominals.nominals(conn, [nominal])), None)
        if person is None:
            raise NotFound(f"There is no nominal {nominal}, or not one of yours.")
        beside = await partners.beside(conn, nominal, day, profiles, None)
        stands = await owners.standing(conn, nominal, day)
        held = (await cohorts.standings_of(conn, [nominal])).get(nominal, {})
        whose = CaseFilter(nominal_id=nominal)
        found = await cases.find(conn, whose)
        tasks = await casework.tasks(conn, whose, day, profiles)
        n_hits, _ = await hit_search.find(conn, HitFilter(nominal_id=nominal), limit=1)
    return page(
        request,
        who,
        "lpu/person.html",
        nominal=nominal,
        person=person,
        name=words.called(person),
        beside=beside,
        stands=stands,
        owner=words.owner(stands),
        shared=words.shared(stands),
        cohorts=[stand for stand in held.values() if stand.membership],
        proposed=[one for one in held.values() if one.action.value != "none"],
        cases=[(case, state(case.kind, case.entries)) for case in found],
        tasks=tasks,
        n_hits=n_hits,
        done=banners.of(request),
    )


@router.get("/people/{nominal}/hits")
async def their_hits(
    request: Request,
    nominal: Text,
    who: Asking,
    parts: Parts,
    asked: Annotated[Asked, Query()],
) -> Response:
    """The hits of a nominal, the newest first, without trails; the look is audited."""
    where = HitFilter(nominal_id=nominal, sort=Sort.NEWEST)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "read hits of person", f"nominal {nominal}")
        total, found = await hit_search.find(conn, where, *asked.rows)
        stages = await hit_decisions.stages(conn, [one.id for one in found])
        named = words.names(await nominals.nominals(conn, [nominal]))
    return page(
        request,
        who,
        "lpu/hits.html",
        nominal=nominal,
        name=named.get(nominal, ""),
        hits=[(one, stages.get(one.id)) for one in found],
        may_open=who.may_be(EVIDENCE),
        paging=paging(total, asked.page, ROWS, request.query_params),
    )
