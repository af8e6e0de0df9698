"""The performance framework's tables, as JSON and CSV."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.cohorts import performance as tables
from api.cohorts import performance_file
from api.cohorts.performance import TableName
from api.rest.parameters import Day, Word, force_named
from api.rest.services import Parts
from geocorr.performance.grid import Cell
from loaders import framework
from sql.db import Role

router = APIRouter(prefix="/v1/performance", tags=["performance"])
CSV = "text/csv"


class TableFormat(StrEnum):
    """In which form a table is read."""

    JSON = "json"
    CSV = "csv"


class Search(BaseModel):
    """Which days and whose; what is left out is not asked."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Annotated[Day | None, Field(alias="from", description="First day.")] = None
    last: Annotated[
        Day | None, Field(alias="to", description="Last day, or as at it; else today.")
    ] = None
    force: Word = None
    format: Annotated[TableFormat | None, Field(description="Else by Accept.")] = None


class Made(BaseModel):
    """A table: rows by column, the rules, and a sentence on what it is made of."""

    table: TableName
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    force: str | None
    columns: list[str]
    rows: list[dict[str, Cell]]
    rules: list[str]
    evidence: dict[str, object]
    because: str


@router.get(
    "/{table}",
    summary="A table of the performance framework",
    responses={200: {"content": {CSV: {}}}},
    response_model=Made,
)
async def table(
    parts: Parts,
    request: Request,
    table: TableName,
    asked: Annotated[Search, Query()],
) -> Made | Response:
    """Every figure made anew from our own data, in whole pounds and exact shares.

    `idiom`, `lead-agencies` and `housing` are as at the last day, `growth` of that day
    and the years before, `reduction` against the same days a year before, `hits` and
    `batches` of the days.
    """
    choices = framework.framework(parts.settings.framework)
    force, now = force_named(asked.force), datetime.now(UTC)
    months = choices.period_months
    question = tables.question(asked.first, asked.last, force, now, months)
    # Of all there is, whoever asks: figures without persons.
    async with parts.reading(Role.WORKER) as conn:
        made = await tables.made(conn, table, question, choices)
    accepted = request.headers.get("accept", "").partition(";")[0].strip().lower()
    if asked.format is TableFormat.CSV or (asked.format is None and accepted == CSV):
        return Response(performance_file.csv_text(made).encode(), media_type=CSV)
    return Made.model_validate(performance_file.document(table, made, question))
