"""Which looks of the JSON API are noted here, once they were answered: a table.

Routes whose use case notes the look itself (scores, cases, cohorts, owners and the
like) are not in it; a test asks every GET whether somebody noted it. What is noted are
the terms that were asked for, never places, and no answers.
"""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from fastapi import Request

from api.login.who import Who
from api.rest.services import asked_by
from sql import audit
from sql.db import Role, transaction

# What is asked for beside whom and what: how much, in which order; and places.
_NOT_TOLD = frozenset(
    {"limit", "offset", "sort", "bbox", "place", "radius_m", "with_names", "reason"}
)


class Look(NamedTuple):
    """What a look is called, and at what; `{name}` is a part of the path."""

    action: str
    subject: str


NOTED: Mapping[tuple[str, str], Look] = {
    ("GET", "/v1/hits"): Look("list hits", "hits"),
    ("GET", "/v1/batches/{batch}/hits"): Look("list hits", "batch {batch}"),
    ("GET", "/v1/hits/{hit}"): Look("read hit", "hit {hit}"),
    ("GET", "/v1/hits/{hit}/assessments"): Look("read assessments of hit", "hit {hit}"),
    ("GET", "/v1/hits/{hit}/decisions"): Look("read decisions on hit", "hit {hit}"),
    ("GET", "/v1/crimes"): Look("list crimes", "crimes"),
    ("GET", "/v1/crimes/{force}/{reference:path}"): Look(
        "read crime", "crime {force}/{reference}"
    ),
    ("POST", "/v1/crimes/{force}/{reference:path}/match"): Look(
        "match again", "crime {force}/{reference}"
    ),
    ("POST", "/v1/batches"): Look("send file", "batches"),
    ("POST", "/v1/batches/{batch}/match"): Look("match again", "batch {batch}"),
    ("GET", "/v1/batches/{batch}/refused.csv"): Look(
        "export refused rows", "batch {batch}"
    ),
    ("POST", "/v1/verdicts"): Look("ask verdict", "verdicts"),
    ("GET", "/v1/verdicts"): Look("list verdicts", "verdicts"),
    ("GET", "/v1/verdicts/{run}"): Look("read verdict", "run {run}"),
    ("POST", "/v1/drop"): Look("ask drop", "verdicts"),
    ("POST", "/v1/series"): Look("weigh series", "series"),
    ("POST", "/v1/co-presence"): Look("ask co-presence", "co-presence"),
    ("GET", "/v1/zones"): Look("list zones", "zones"),
    ("GET", "/v1/breaches"): Look("list breaches", "breaches"),
    ("GET", "/v1/breaches/{breach}"): Look("read breach", "breach {breach}"),
    ("GET", "/v1/notices"): Look("list notices", "notices"),
    ("GET", "/v1/manual-scores"): Look("list manual scores", "manual scores"),
    ("GET", "/v1/ownership"): Look("list owners", "owners"),
    ("GET", "/v1/ownership/plans/due"): Look("list plans due", "joint plans"),
    ("GET", "/v1/referrals"): Look("list referrals", "referrals"),
    ("GET", "/v1/cases/due"): Look("list cases due", "cases"),
    ("GET", "/v1/cohorts"): Look("list cohorts", "cohorts"),
    ("GET", "/v1/meetings"): Look("list meetings", "meetings"),
}


async def noted(request: Request) -> AsyncIterator[None]:
    """Note the look that was answered; what was refused or failed is none.

    The note is written before the answer goes out: without it there is none.
    """
    yield
    look = NOTED.get((request.method, request.scope["route"].path))
    if look is None:
        return
    who: Who = request.state.who
    parts = asked_by(request, who)
    subject = look.subject.format_map(request.path_params)
    terms = await _terms(request)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await audit.note(conn, who.name, look.action, subject, terms)


async def _terms(request: Request) -> dict[str, object]:
    """What was asked for, by name; nominals as a list, where the audit has them."""
    asked: Mapping[str, object] = request.query_params
    if request.headers.get("content-type") == "application/json":
        asked = await request.json()
    told: dict[str, object] = {
        k: v for k, v in asked.items() if v is not None and k not in _NOT_TOLD
    }
    nominal = told.pop("nominal", None)
    return {**told, "nominals": [nominal]} if nominal else told
