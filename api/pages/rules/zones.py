"""WMP2-8-EM. Zones and curfews as they hold, a file of them, what breached them."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.intake import loading_zones
from api.login.asking import Asking
from api.login.who import Who
from api.pages import banners, forms
from api.pages.access import CENTRAL
from api.pages.asked import ROWS, Asked
from api.pages.forms import Form
from api.pages.rendering import page
from api.rest.evidence import fixes_of
from api.rest.parameters import Number, Word
from api.rest.services import Parts
from api.unzipping import unzipped
from api.views import people
from api.views import zones as words
from api.views.paging import paging
from api.zones import breaches as cases
from api.zones.breaches import BreachOutcome
from geocorr.model import Outcome
from geocorr.zones import ZoneKind
from loaders import zones as zone_files
from loaders.report import LoadReport
from sql import audit, breaches, nominals, zones
from sql.breaches import BreachFilter
from sql.db import Role, transaction
from sql.zones import ZoneFilter

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Which zones."""

    zone: Word = None
    nominal: Word = None
    kind: ZoneKind | None = None


class BreachSearch(Asked):
    """Which breaches: by zone or nominal; open ones unless said otherwise."""

    zone: Word = None
    nominal: Word = None
    all: bool = False
    late: bool = False


@router.get("/zones")
async def listed(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Zones in their latest version, and the form for a file; audited."""
    return await _list(request, (who, parts), asked, forms.EMPTY)


@router.post("/zones")
async def upload(request: Request, who: Asking, parts: Parts) -> Response:
    """Store a file of zones, or try it; its report stays on the page."""
    door = parts.door

    async def act(form: Form) -> Response:
        data, name = await _file(request, parts)
        if form.values("dry_run"):
            report, _ = await asyncio.to_thread(zone_files.parse, data, name, door.crs)
            return await _list(request, (who, parts), Search(), form, report)
        async with parts.connection(Role.WORKER) as conn:
            report, changed = await loading_zones.store_zones(conn, data, name, door)
            about = {"file": name[:200], "changed": changed}
            await audit.note(conn, who.name, "load zones", "zones", about)
        if report.outcome is Outcome.SUCCESSFUL:
            return forms.done("/zones", "zones" if changed else "same")
        return await _list(request, (who, parts), Search(), form, report)

    again = partial(_list, request, (who, parts), Search())
    return await forms.answer(request, act, again)


@router.get("/breaches")
async def broken(
    request: Request,
    who: Asking,
    parts: Parts,
    asked: Annotated[BreachSearch, Query()],
) -> Response:
    """The queue: what is open first, and of that what is due first; audited."""
    is_open = None if asked.all else True
    where = BreachFilter(
        None, asked.zone, asked.nominal, None, None, None, is_open, asked.late or None
    )
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list breaches", "breaches")
        total, found = await breaches.find(conn, where, *asked.rows)
        named = await nominals.nominals(conn, [one.nominal_id for one in found])
    return page(
        request,
        who,
        "intelligence/breaches.html",
        found=found,
        names=people.names(named),
        asked=asked,
        may_open=who.may_be(CENTRAL),
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


@router.get("/breaches/{breach}")
async def one(request: Request, breach: Number, who: Asking, parts: Parts) -> Response:
    """A breach as every run found it, with its evidence; the look is audited."""
    return await _page(request, breach, who, parts, forms.EMPTY)


@router.post("/breaches/{breach}")
async def outcome(
    request: Request, breach: Number, who: Asking, parts: Parts
) -> Response:
    """Say what became of it; what was said before stays beside it."""

    async def act(form: Form) -> Response:
        told = form.one_of("outcome", BreachOutcome, "Choose the outcome.")
        said = (who.name, form.words("reason", "Say why: the reason is kept."))
        async with parts.connection(Role.WEB) as conn:
            await cases.record(conn, breach, told, said)
        return forms.done(request.url.path, "outcome")

    again = partial(_page, request, breach, who, parts)
    return await forms.answer(request, act, again)


async def _file(request: Request, parts: Parts) -> tuple[bytes, str]:
    missing = "Choose a file, CSV, GeoJSON or Parquet."
    data, name = await forms.file(request, missing)
    if name.lower().endswith(".gz"):
        data = await asyncio.to_thread(unzipped, data, parts.settings.max_upload_mb)
    return data, name


async def _list(
    request: Request,
    of: tuple[Who, Parts],
    asked: Search,
    form: Form,
    report: LoadReport | None = None,
) -> Response:
    who, parts = of
    kind = asked.kind and asked.kind.value
    where = ZoneFilter(asked.zone, asked.nominal, None, kind)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "list zones", "zones")
        total, found = await zones.find(conn, where, *asked.rows)
    return page(
        request,
        who,
        "intelligence/zones.html",
        form.status,
        found=[words.line(one) for one in found],
        kinds=[(one.value, one.value.replace("_", " ")) for one in ZoneKind],
        report=report,
        tried=bool(form.values("dry_run")),
        asked=asked,
        form=form,
        paging=paging(total, asked.page, ROWS, request.query_params),
        done=banners.of(request),
    )


async def _page(
    request: Request, breach: int, who: Who, parts: Parts, form: Form
) -> Response:
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, "read breach", f"breach {breach}")
        case = await cases.case(conn, breach)
        row = await breaches.evidence(conn, breach)
        named = await nominals.nominals(conn, [case.breach.nominal_id])
    return page(
        request,
        who,
        "intelligence/breach.html",
        form.status,
        case=case,
        name=people.names(named).get(case.breach.nominal_id, ""),
        fixes=[] if row is None else fixes_of(row, parts.door.crs),
        outcomes=words.OUTCOMES,
        form=form,
        done=banners.of(request),
    )
