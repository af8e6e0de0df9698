"""The work list of a force, and what stays in the address while one goes along it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.pages.asked import ROWS, Asked
from api.pages.rendering import page
from api.rest.parameters import SomeNumber, Word, force_named
from api.rest.services import Parts, Reading, Services
from api.views import worklist as views
from api.views.hits import WORDS
from api.views.paging import paging
from geocorr.model import Verdict
from geocorr.performance.review import Stage
from sql import hit_decisions, hits, worklist
from sql.db import Connection
from sql.worklist import Listing

router = APIRouter(include_in_schema=False)

_OPEN = (Stage.SENT, Stage.NEEDS_MORE)
_ALL = (*_OPEN, Stage.RULED_IN, Stage.RULED_OUT, Stage.RECALLED)
STAGES = {
    "open": "To decide",
    "needs_more": "Needs more",
    "ruled_in": "Ruled in",
    "ruled_out": "Ruled out",
    "recalled": "Recalled",
    "all": "All that were sent",
}
# So long after a word its banner is still shown.
_FRESH = timedelta(minutes=10)


class Search(Asked):
    """Which hits; `open`: sent, and not decided yet."""

    stage: Literal["open", "all"] | Stage | None = None
    force: Word = None
    verdict: Verdict | None = None
    type: Word = None
    nominal: Word = None
    recorded: SomeNumber = None

    def listing(self, who: Who) -> Listing:
        """As the database takes it; of one's own force where one has one."""
        return Listing(
            tuple(stage.value for stage in self._stages(who)),
            who.force or force_named(self.force),
            self.verdict and self.verdict.value,
            self.type and self.type.upper(),
            self.nominal,
        )

    def _stages(self, who: Who) -> tuple[Stage, ...]:
        if self.stage == "all":
            return _ALL
        if isinstance(self.stage, Stage):
            return (self.stage,)
        if self.stage is None and UserRole.INVESTIGATOR not in who.roles:
            return (Stage.UNREVIEWED,)
        return _OPEN

    @property
    def query(self) -> str:
        """The filters as an address holds them, without the page."""
        chosen = {
            "stage": self.stage,
            "force": self.force,
            "verdict": self.verdict,
            "type": self.type,
            "nominal": self.nominal,
        }
        return urlencode({name: text for name, text in chosen.items() if text})


def path_of(who: Who) -> str:
    """Where the hits stand that somebody goes along: the officer's list, or all."""
    return "/worklist" if UserRole.INVESTIGATOR in who.roles else "/hits"


@router.get("/worklist")
async def shown(
    request: Request,
    who: Asking,
    parts: Parts,
    conn: Reading,
    asked: Annotated[Search, Query()],
) -> Response:
    """Hits that were sent to the force, the strongest first."""
    listing = asked.listing(who)
    total, numbers = await worklist.page(conn, listing, *asked.rows)
    stored = {one.id: one for one in await hits.listed(conn, ids=numbers)}
    staged = await hit_decisions.stages(conn, numbers)
    looking = await worklist.lookers(conn, numbers, since(parts))
    choice = parts.door.policy.surprise
    found = [stored[number] for number in numbers]
    return page(
        request,
        who,
        "officer/worklist.html",
        lines=views.lines(found, staged, views.others(looking, who.name), choice),
        asked=asked,
        stages=STAGES,
        verdicts=(Verdict.HIT, Verdict.PASSED),
        types=await worklist.crime_types(conn, listing),
        paging=paging(total, asked.page, ROWS, request.query_params),
        recorded=await recorded(conn, asked.recorded, who),
    )


def since(parts: Services) -> datetime:
    """From when on a look counts as still looking."""
    return datetime.now(UTC) - timedelta(minutes=parts.settings.looking_min)


async def recorded(
    conn: Connection, hit: int | None, who: Who
) -> views.Recorded | None:
    """What one just said of a hit, out of what was recorded and not of the address."""
    words = await hit_decisions.words(conn, hit) if hit else []
    if not words or words[-1].said_by != who.name:
        return None
    last = words[-1]
    if datetime.now(UTC) - last.said_at > _FRESH:
        return None
    (stored,) = await hits.listed(conn, ids=[last.hit])
    return views.Recorded(
        last.hit,
        stored.hit.crime_reference,
        stored.hit.nominal_id,
        WORDS[last.word],
        last.said_at,
    )
