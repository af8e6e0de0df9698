"""The audit for people: who looked at whom and why, and whether its chain holds."""

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.keeping import auditing
from api.login.asking import Asking
from api.pages.asked import ROWS, Asked
from api.pages.rendering import page
from api.rest.parameters import Day, Word, london_midnight
from api.rest.services import Parts
from api.views.paging import paging
from geocorr.errors import UsageError
from sql import audit
from sql.audit import EntryFilter
from sql.db import Role

router = APIRouter(include_in_schema=False)
_MOST_IN_A_FILE = 100_000


class Search(Asked):
    """Which entries; days are London's, both included."""

    subject: Word = None
    actor: Word = None
    action: Word = None
    first: Day | None = None
    last: Day | None = None

    def filter(self) -> EntryFilter:
        """As the database takes it."""
        begins = london_midnight(self.first)
        ends = london_midnight(self.last and self.last + timedelta(days=1))
        subject = self.subject and self.subject.strip()
        return EntryFilter(subject, self.actor, self.action, begins, ends)


class Check(Asked):
    """A head that was written down earlier, if there is one."""

    head: Word = None


@router.get("/audit")
async def search(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """Entries, the newest first; this look is one of them from now on."""
    async with parts.connection(Role.WEB) as conn:
        total, found = await auditing.search(conn, who.name, asked.filter(), asked.rows)
    return page(
        request,
        who,
        "audit/search.html",
        found=found,
        asked=asked,
        paging=paging(total, asked.page, ROWS, request.query_params),
    )


@router.get("/audit/entries.csv")
async def as_file(
    who: Asking, parts: Parts, asked: Annotated[Search, Query()]
) -> Response:
    """The same entries as one file."""
    async with parts.connection(Role.WEB) as conn:
        rows = (_MOST_IN_A_FILE, 0)
        _, found = await auditing.search(conn, who.name, asked.filter(), rows)
    body = await asyncio.to_thread(auditing.csv_text, found)
    named = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(body.encode(), 200, named, "text/csv")


@router.get("/audit/chain")
async def chain(
    request: Request, who: Asking, parts: Parts, asked: Annotated[Check, Query()]
) -> Response:
    """Whether every entry is as it was written, and none was cut off."""
    async with parts.connection(Role.WEB) as conn:
        await audit.note(conn, who.name, "verify audit", "audit")
    wrong, told = "", None
    try:
        async with parts.reading() as conn:
            told = await auditing.verify(conn, asked.head and asked.head.strip())
    except UsageError as error:
        wrong = str(error)
    status = 422 if wrong else 200
    return page(
        request, who, "audit/chain.html", status, told=told, asked=asked, wrong=wrong
    )
