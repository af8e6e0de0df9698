"""The performance framework's tables for people, and each as a file."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.cohorts import performance as tables
from api.cohorts import performance_file
from api.cohorts.performance import Question, TableName
from api.login.asking import Asking
from api.pages.asked import Asked
from api.pages.rendering import page
from api.rest.parameters import Day, Word, force_named
from api.rest.services import Parts
from api.views import performance as words
from geocorr.performance.choices import Framework
from loaders import framework

router = APIRouter(include_in_schema=False)


class Search(Asked):
    """Of which days and force; what is left out is not asked."""

    first: Day | None = None
    last: Day | None = None
    force: Word = None

    def question(self, choices: Framework) -> Question:
        """As the tables take it."""
        now, force = datetime.now(UTC), force_named(self.force)
        months = choices.period_months
        return tables.question(self.first, self.last, force, now, months)


@router.get("/performance")
async def listed(request: Request, who: Asking) -> Response:
    """The tables that there are."""
    return page(request, who, "admin/performance.html", tables=words.TABLES)


@router.get("/performance/{table}")
async def one(
    request: Request,
    who: Asking,
    parts: Parts,
    table: TableName,
    asked: Annotated[Search, Query()],
) -> Response:
    """A table, made anew from our own data."""
    choices = framework.framework(parts.settings.framework)
    question = asked.question(choices)
    async with parts.reading() as conn:
        made = await tables.made(conn, table, question, choices)
    return page(
        request,
        who,
        "admin/table.html",
        title=words.TITLES[table],
        table=table.value,
        made=made,
        days=tables.days_of(table, question),
        rows=words.rows(made.value),
        asked=asked,
    )


@router.get("/performance/{table}/rows.csv")
async def as_file(
    parts: Parts, table: TableName, asked: Annotated[Search, Query()]
) -> Response:
    """The rows of a table as a file."""
    choices = framework.framework(parts.settings.framework)
    async with parts.reading() as conn:
        made = await tables.made(conn, table, asked.question(choices), choices)
    named = {"Content-Disposition": f'attachment; filename="{table.value}.csv"'}
    body = performance_file.csv_text(made).encode()
    return Response(body, 200, named, "text/csv")
