"""What waits for officers and for who manages nominals: how many, how late, where."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from api import clock
from api.cohorts import casework
from api.login.who import Who
from api.owners import inbox
from api.owners.proposing import FOR_A_PERSON
from api.pages.access import PAGES
from api.rest.services import Services
from geocorr.ownership.owner import Queue
from geocorr.performance.review import Stage
from geocorr.wording import counted
from loaders import profile
from sql import (
    breaches,
    cohorts,
    consultations,
    manual_scores,
    outbox,
    owners,
    referrals,
    worklist,
)
from sql import weights as weight_sets
from sql.breaches import BreachFilter
from sql.cases import CaseFilter
from sql.cohorts import StandFilter
from sql.consultations import Asking
from sql.db import Connection
from sql.manual_scores import ManualFilter
from sql.outbox import NoticeFilter
from sql.referrals import ReferralFilter
from sql.weights import SetFilter
from sql.worklist import Listing

_ONE = (1, 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many things of a kind wait, `late` of them too long; `href` lists them.

    `kind`: how one of them is called, and how many are.
    """

    kind: tuple[str, str]
    n: int
    late: int
    href: str

    @property
    def what(self) -> str:
        """`2 breaches of zones`."""
        return counted(self.n, *self.kind)


Counter = Callable[[Connection, Who, Services], Awaitable[Waiting]]


async def waiting(conn: Connection, who: Who, parts: Services) -> list[Waiting]:
    """What waits on the pages that somebody may open; nobody is named."""
    return [
        await count(conn, who, parts)
        for path, count in _COUNTERS
        if who.may_be(PAGES["GET", path])
    ]


async def _worklist(conn: Connection, who: Who, parts: Services) -> Waiting:
    sent = (Stage.SENT.value, Stage.NEEDS_MORE.value)
    n, _ = await worklist.page(conn, Listing(sent, who.force), 1)
    return Waiting(("hit to decide", "hits to decide"), n, 0, "/worklist")


async def _inbox(conn: Connection, who: Who, parts: Services) -> Waiting:
    now, chosen = datetime.now(UTC), profile.read(parts.settings.profiles)
    found = await inbox.items(conn, now, clock.today(), chosen, who.lpu)
    late = sum(one.escalated for one in found)
    return Waiting(
        ("nominal to answer for", "nominals to answer for"), len(found), late, "/inbox"
    )


async def _notices(conn: Connection, who: Who, parts: Services) -> Waiting:
    n, _ = await outbox.find(conn, NoticeFilter(seen=False), *_ONE)
    return Waiting(
        ("notice not seen yet", "notices not seen yet"), n, 0, "/notices?seen=false"
    )


async def _consultations(conn: Connection, who: Who, parts: Services) -> Waiting:
    asked = Asking(force=who.force, lpu=who.lpu, pending=True)
    found = await consultations.find(conn, asked)
    href = "/consultations?pending=true"
    return Waiting(
        ("consultation to answer", "consultations to answer"), len(found), 0, href
    )


async def _cohort(conn: Connection, who: Who, parts: Services) -> Waiting:
    where = StandFilter(force=who.force, lpu=who.lpu, due=True)
    n, _ = await cohorts.find(conn, where, clock.today(), _ONE)
    return Waiting(
        ("cohort decision or review", "cohort decisions and reviews"),
        n,
        0,
        "/cohort?due=true",
    )


async def _due(conn: Connection, who: Who, parts: Services) -> Waiting:
    chosen = profile.read(parts.settings.profiles)
    where = CaseFilter(force=who.force, lpu=who.lpu)
    found = await casework.tasks(conn, where, clock.today(), chosen)
    late = sum(one.overdue for one in found)
    return Waiting(
        ("step of an open case", "steps of open cases"), len(found), late, "/due"
    )


async def _referrals(conn: Connection, who: Who, parts: Services) -> Waiting:
    where = ReferralFilter(force=who.force, lpu=who.lpu, waiting=True)
    n, _ = await referrals.find(conn, where, *_ONE)
    return Waiting(
        ("referral for a panel", "referrals for a panel"),
        n,
        0,
        "/referrals?waiting=true",
    )


async def _no_owner(conn: Connection, who: Who, parts: Services) -> Waiting:
    queued = await owners.queued(conn, clock.today())
    n = sum(queued.get(queue.value, 0) for queue in FOR_A_PERSON)
    return Waiting(
        ("nominal without an owner", "nominals without an owner"),
        n,
        0,
        "/no-fixed-abode",
    )


async def _to_place(conn: Connection, who: Who, parts: Services) -> Waiting:
    queued = await owners.queued(conn, clock.today())
    n = queued.get(Queue.TO_BE_PLACED.value, 0)
    return Waiting(
        (
            "nominal with an address to be placed",
            "nominals with an address to be placed",
        ),
        n,
        0,
        "/addresses",
    )


async def _weights(conn: Connection, who: Who, parts: Services) -> Waiting:
    n, _ = await weight_sets.find(conn, SetFilter(state="draft"), *_ONE)
    return Waiting(
        ("draft of weights", "drafts of weights"), n, 0, "/weights?state=draft"
    )


async def _manual(conn: Connection, who: Who, parts: Services) -> Waiting:
    where, day = ManualFilter(stands=True), clock.today()
    n, _ = await manual_scores.find(conn, where, day, _ONE)
    return Waiting(
        ("manual score that stands", "manual scores that stand"),
        n,
        0,
        "/manual-scores?standing=true",
    )


async def _breaches(conn: Connection, who: Who, parts: Services) -> Waiting:
    n, _ = await breaches.find(conn, BreachFilter(is_open=True), *_ONE)
    late, _ = await breaches.find(conn, BreachFilter(overdue=True), *_ONE)
    return Waiting(("breach of a zone", "breaches of zones"), n, late, "/breaches")


_COUNTERS: tuple[tuple[str, Counter], ...] = (
    ("/worklist", _worklist),
    ("/inbox", _inbox),
    ("/notices", _notices),
    ("/consultations", _consultations),
    ("/cohort", _cohort),
    ("/due", _due),
    ("/referrals", _referrals),
    ("/no-fixed-abode", _no_owner),
    ("/addresses", _to_place),
    ("/weights", _weights),
    ("/manual-scores", _manual),
    ("/breaches", _breaches),
)
