"""The audit: who looked at whom, who decided what; each look into it is in it too."""

import asyncio
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.keeping import auditing
from api.login.asking import Asking
from api.rest.parameters import Asked, Moment, Page, Word
from api.rest.services import Parts
from geocorr.errors import UsageError
from sql.audit import Entry, EntryFilter
from sql.db import Role

router = APIRouter(prefix="/v1/audit", tags=["audit"])

CSV = "text/csv"
_MOST_ON_A_PAGE = 1_000
_MOST_IN_A_FILE = 100_000


class AuditFormat(StrEnum):
    """In which form entries are read."""

    JSON = "json"
    CSV = "csv"


class Search(Asked):
    """Which entries; what is left out is not asked."""

    subject: Annotated[
        Word, Field(description="A nominal, or `hit 7`, `crime FORCE/REF`.")
    ] = None
    actor: Word = None
    action: Word = None
    from_at: Annotated[Moment | None, Query(alias="from")] = None
    to_at: Annotated[Moment | None, Query(alias="to", description="Before then.")] = (
        None
    )
    format: Annotated[AuditFormat | None, Field(description="Else by Accept.")] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=_MOST_IN_A_FILE, description="50 unless given; a file: all."),
    ] = None

    def filter(self) -> EntryFilter:
        """As the database takes it."""
        return EntryFilter(
            self.subject, self.actor, self.action, self.from_at, self.to_at
        )


@router.get(
    "",
    summary="Search the audit, with the total",
    responses={200: {"content": {CSV: {}}}},
    response_model=Page[Entry],
)
async def search(
    parts: Parts, request: Request, who: Asking, asked: Annotated[Search, Query()]
) -> Page[Entry] | Response:
    """Who did what, to whom or what, when and why, newest first.

    A nominal's entries are those on him and those on lists in which he stood. As CSV
    (Accept or `format`) all of them, in one. This look is in the audit from now on.
    """
    accepted = request.headers.get("accept", "").partition(";")[0].strip().lower()
    as_csv = asked.format is AuditFormat.CSV or (
        asked.format is None and accepted == CSV
    )
    if not as_csv and asked.limit and asked.limit > _MOST_ON_A_PAGE:
        raise UsageError(f"A page has {_MOST_ON_A_PAGE} rows at most: use offset.")
    limit = asked.limit or (_MOST_IN_A_FILE if as_csv else 50)
    async with parts.connection(Role.WEB) as conn:
        page = (limit, asked.offset)
        total, found = await auditing.search(conn, who.name, asked.filter(), page)
    if not as_csv:
        return Page(total=total, limit=limit, offset=asked.offset, items=found)
    body = await asyncio.to_thread(auditing.csv_text, found)
    headers = {
        "Total-Count": str(total),
        "Content-Disposition": 'attachment; filename="audit.csv"',
    }
    return Response(body.encode(), 200, headers, CSV)
