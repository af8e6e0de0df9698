"""Notices of first scores and changes of band, and who has seen them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.rest.parameters import AskedPage, Number, Page, Word
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from api.scores import notifications
from sql import outbox
from sql.db import Role
from sql.outbox import NoticeFilter, StoredNotice

router = APIRouter(prefix="/v1/notices", tags=["notices"])


class Seen(BaseModel):
    """Who has seen a notice."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""


class Search(AskedPage):
    """Which notices; what is left out is not asked."""

    department: Word = None
    nominal: Word = None
    seen: bool | None = None


@router.get("", summary="List notices, with the total")
async def listed(
    conn: Reading, asked: Annotated[Search, Query()]
) -> Page[StoredNotice]:
    """Notices of first scores and changes of band, newest first; no names."""
    where = NoticeFilter(None, asked.department, asked.nominal, asked.seen)
    total, found = await outbox.find(conn, where, asked.limit, asked.offset)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.post("/{notice}/seen", summary="Say that a notice was seen", status_code=201)
async def see(
    parts: Parts, notice: Number, said: Annotated[Seen, spoken(Seen)]
) -> StoredNotice:
    """Append who has seen it; the first to say so is shown."""
    async with parts.connection(Role.WEB) as conn:
        return await notifications.see(conn, notice, said.by)
