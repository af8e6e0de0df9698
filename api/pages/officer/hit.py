"""The page of a hit: map and time, what the software says and why, what people say."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from api import pictures
from api.login.asking import Asking
from api.login.who import Who
from api.matches import hit_reading
from api.matches.hit_reading import HitRead
from api.pages.access import CENTRAL, INVESTIGATOR
from api.pages.forms import EMPTY, Form
from api.pages.officer import worklist as lists
from api.pages.rendering import page
from api.rest.parameters import Number, SomeNumber
from api.rest.services import Parts, Services
from api.trails import reasons, slices
from api.trails.shown import Shown, show
from api.views import hit_map, hits
from api.views import worklist as views
from geocorr.assessment import CAVEAT, PROPOSITIONS
from geocorr.model import from_us
from geocorr.performance.review import DECISIONS, Word, may_follow
from loaders.policy import rules
from sql import worklist
from sql.db import Connection, Role
from sql.reasons import Given, Purpose

router = APIRouter(include_in_schema=False)

_MOST_OTHERS = 7


class Search(lists.Search):
    """The list that one goes along, and what is shown.

    `slice`: the reason that opens more of the trail; `others`: whom else the crime hit.
    """

    slice: SomeNumber = None
    others: Literal["yes"] | None = None


@router.get("/hits/{hit}")
async def shown(
    request: Request,
    who: Asking,
    parts: Parts,
    hit: Number,
    asked: Annotated[Search, Query()],
) -> Response:
    """One hit; the look is audited."""
    return await rendered(request, who, parts, hit, asked)


@router.get("/hits/{hit}/map.json")
async def mapped(
    who: Asking, parts: Parts, hit: Number, asked: Annotated[Search, Query()]
) -> Response:
    """What the map of a hit draws; the look is audited."""
    async with parts.connection(Role.WEB) as conn:
        found = await hit_reading.read(conn, hit)
        (people, document), _ = await _drawn(conn, parts, who, found, asked)
        await hit_reading.look(conn, found, people, who.name)
    return JSONResponse(document)


async def rendered(
    request: Request,
    who: Who,
    parts: Services,
    hit: int,
    asked: Search,
    form: Form = EMPTY,
) -> Response:
    """The page, with what is wrong with a form that was sent."""
    async with parts.connection(Role.WEB) as conn:
        found = await hit_reading.read(conn, hit)
        (people, document), given = await _drawn(conn, parts, who, found, asked)
        await hit_reading.look(conn, found, people, who.name)
        lookers = await worklist.lookers(conn, [hit], lists.since(parts))
        beside = await worklist.beside(conn, asked.listing(who), hit)
        said = await lists.recorded(conn, asked.recorded, who)
    choice = found.policy.surprise
    words = _may_say(found, who)
    return page(
        request,
        who,
        "officer/hit.html",
        422 if form.error else 200,
        read=found,
        counts=found.statement and found.statement.counts,
        hit=found.stored.hit,
        finding=hits.finding(found.stored.hit),
        habit=hits.habit(found.assessment, choice),
        quality=hits.quality(people[0]),
        propositions=PROPOSITIONS,
        caveat=CAVEAT,
        rules=meanings(found.stored.hit.rules),
        people=people,
        picture=picture(document),
        source=_source(hit, asked),
        others=found.others[:_MOST_OTHERS],
        officers=[choice for w in words for choice in hits.OFFICERS.get(w, ())],
        centrals=[choice for w in words for choice in hits.CENTRALS.get(w, ())],
        spoken=hits.WORDS,
        last=found.said[-1].id if found.said else 0,
        limits=slices.limits(parts.settings),
        hours=hits.hours,
        given=given,
        lookers=views.others(lookers, who.name).get(hit, []),
        beside=beside,
        asked=asked,
        along=f"?{asked.query}" if asked.query else "",
        list_path=lists.path_of(who),
        form=form,
        recorded=said,
    )


Drawn = tuple[list[Shown], hit_map.Document]


async def _drawn(
    conn: Connection, parts: Services, who: Who, found: HitRead, asked: Search
) -> tuple[Drawn, Given | None]:
    """The trails that are shown and the map's document, and the reason for more."""
    limit, target = slices.limits(parts.settings), found.target
    given = None
    margin, worn = limit.freely, found.worn
    if asked.slice is not None:
        opens = (Purpose.LONGER_SLICE, f"hit {found.stored.id}")
        lasts = timedelta(hours=parts.settings.reason_h)
        given = await reasons.opened(conn, asked.slice, who.name, opens, lasts)
        margin = _margin(given, found)
        look = (margin, given.reason)
        worn = await slices.longer(
            conn, found.stored.id, worn, found.spell, look, limit
        )
    edges = slices.edges_us(target, margin)
    all_worn = [worn]
    if asked.others:
        all_worn += [
            await hit_reading.worn_at(conn, other.id)
            for other in found.others[:_MOST_OTHERS]
        ]
    people = [
        show(one.within(*edges), target, parts.door.crs, found.policy)
        for one in all_worn
    ]
    time = (from_us(edges[0]), from_us(edges[1]))
    return (people, hit_map.document(target, people, time, parts.door.crs)), given


def picture(document: hit_map.Document) -> Markup:
    """The map as the server draws it, for who has no map."""
    return Markup(pictures.hit_svg(document))  # noqa: S704  made by us, escaped


def _margin(given: Given, found: HitRead) -> timedelta:
    assert given.from_at is not None
    return from_us(found.target.from_us) - given.from_at


def _may_say(found: HitRead, who: Who) -> list[Word]:
    """What this person may say of the hit now."""
    if not found.staged.live:
        return []
    may = may_follow(found.staged.stage)
    officer, central = who.may_be(INVESTIGATOR), who.may_be(CENTRAL)
    return [word for word in may if (officer if word in DECISIONS else central)]


def meanings(joined: str) -> list[tuple[str, str, str]]:
    """Each rule with its meaning and source."""
    known = rules()
    named = [rule for rule in joined.split(";") if rule]
    return [(rule, *_meaning(known.get(rule, {}))) for rule in named]


def _meaning(rule: dict[str, str]) -> tuple[str, str]:
    return rule.get("meaning", ""), rule.get("source", "")


def _source(hit: int, asked: Search) -> str:
    shown = [f"slice={asked.slice}"] if asked.slice else []
    shown += ["others=yes"] if asked.others else []
    return f"/hits/{hit}/map.json" + (f"?{'&'.join(shown)}" if shown else "")
