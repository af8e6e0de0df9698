"""Trails as GeoJSON: round a hit, or a nominal's or a device's hours, for a reason."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.login.asking import Asking
from api.login.who import Who
from api.matches import hit_reading
from api.rest.parameters import Moment, SomeNumber, Text, Word
from api.rest.services import Parts, Services
from api.trails import slices
from api.trails.shown import Shown, ShownFix, Worn, show
from geocorr.errors import UsageError
from geocorr.policy import Policy
from sql.db import Role

router = APIRouter(prefix="/v1", tags=["trails"])

Document = dict[str, object]


class Search(BaseModel):
    """A hit, or a nominal with a time; `hours`: how much either side of the hit."""

    model_config = ConfigDict(extra="forbid")

    hit: SomeNumber = None
    hours: Annotated[float | None, Query(gt=0, allow_inf_nan=False)] = None
    nominal: Word = None
    device: Word = None
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    reason: Annotated[Text, Query(max_length=10_000)] = ""


@router.get("/trails", summary="A stretch of a trail as GeoJSON")
async def listed(
    who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Document:
    """Fixes as points, observed lines between them; of a hit, or of a nominal's hours.

    Round a hit an hour either side is given freely, more for a `reason`. A nominal's
    hours (`from`, `to`, two days at most) take a `reason`, and are of who may search;
    `device` narrows them. Only what lies inside an order that allows matching is given.
    Every look is noted.
    """
    if (asked.hit is None) == (asked.nominal is None):
        raise UsageError("Name a hit, or a nominal with from, to and a reason.")
    if asked.hit is not None:
        shown = await _round_hit(asked, asked.hit, who, parts)
    else:
        shown = await _of_nominal(asked, asked.nominal or "", parts)
    features = [feature for one in shown for feature in _features(one)]
    return {"type": "FeatureCollection", "features": features}


async def _round_hit(asked: Search, hit: int, who: Who, parts: Services) -> list[Shown]:
    limits = slices.limits(parts.settings)
    margin = limits.freely
    if asked.hours is not None:
        margin = timedelta(hours=min(asked.hours, 1e6))
    slices.check_margin(margin, limits)
    if margin > limits.freely and not asked.reason.strip():
        raise UsageError("More than is given freely takes a reason.")
    async with parts.connection(Role.WEB) as conn:
        found = await hit_reading.read(conn, hit)
        worn = found.worn
        if margin > limits.freely:
            look = (margin, asked.reason)
            worn = await slices.longer(conn, hit, worn, found.spell, look, limits)
        shown = show(
            worn.within(*slices.edges_us(found.target, margin)),
            found.target,
            parts.door.crs,
            found.policy,
        )
        await hit_reading.look(conn, found, [shown], who.name)
    return [shown]


async def _of_nominal(asked: Search, nominal: str, parts: Services) -> list[Shown]:
    time = _time(asked)
    if not asked.reason.strip():
        raise UsageError("To search a nominal's hours takes a reason.")
    limits, policy = slices.limits(parts.settings), parts.door.policy
    slices.check_search(time, limits)
    async with parts.connection(Role.WORKER) as conn:
        allowed = await slices.spells(conn, nominal, policy)
    async with parts.connection(Role.WEB) as conn:
        look = (asked.reason, limits)
        worn = await slices.of_nominal(conn, nominal, time, allowed, look)
    wanted = [one for one in worn if asked.device in (None, one.device_id)]
    return [_plain(one, parts, policy) for one in wanted]


def _plain(worn: Worn, parts: Services, policy: Policy) -> Shown:
    return show(worn, None, parts.door.crs, policy)


def _time(asked: Search) -> tuple[datetime, datetime]:
    if asked.from_ is None or asked.to is None:
        raise UsageError("A nominal's hours take from and to.")
    return asked.from_, asked.to


def _features(shown: Shown) -> Iterator[Document]:
    named = {"device_id": shown.device_id, "nominal_id": shown.nominal_id}
    for fix in shown.fixes:
        yield _feature("Point", _place(fix), {**named, **_facts(fix)})
    for begin, end in shown.lines:
        fixes = (shown.fixes[begin], shown.fixes[end])
        edges = {"from": fixes[0].at.isoformat(), "to": fixes[1].at.isoformat()}
        places = [_place(fix) for fix in fixes]
        yield _feature("LineString", places, {**named, "kind": "line", **edges})


def _facts(fix: ShownFix) -> Document:
    return {
        "kind": "fix",
        "t": fix.at.isoformat(),
        "r95_m": fix.r95_m,
        "mechanism": fix.mechanism,
        "trusted": fix.trusted,
        "marks": list(fix.marks),
        "distance_m": fix.distance_m,
        "label": fix.label,
    }


def _place(fix: ShownFix) -> list[float]:
    return [fix.longitude, fix.latitude]


def _feature(kind: str, places: object, properties: Document) -> Document:
    geometry = {"type": kind, "coordinates": places}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
