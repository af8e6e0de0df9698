"""`geocorr performance`: the tables of the performance framework."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table as Drawn

from api.cohorts import performance as tables
from api.cohorts import performance_file
from api.cohorts.performance import Question, TableName
from api.commands.database import on_database
from api.commands.decide import identifier
from api.commands.person import AsJson, day, tell_json
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.performance.grid import Cell, Table
from loaders import framework

# More columns than this are told row by row: a terminal has eighty letters.
_ACROSS = 7


def performance(  # noqa: PLR0913  an argument an option
    table: Annotated[TableName, typer.Argument(help="Which table.")],
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Last day, or as at it.")
    ] = None,
    force: Annotated[str | None, typer.Option(help="Of this force.")] = None,
    totals: Annotated[
        Path | None,
        typer.Option(help="From published totals (TOML), not from our own data."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the rows, OUT.csv.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a table of the performance framework, each figure anew from totals.

    As at the last day: idiom (WMP2-44), lead-agencies (LEICS-5), housing
    (LEICS-23), growth (LEICS-12, and the years before). Of the days: hits,
    batches (GWENT-5.3), reduction (LEICS-10, against a year before).
    """
    settings, now = Settings(), datetime.now(UTC)
    if totals is not None:
        if first or last or force:
            raise UsageError("Totals have their own days: leave out --from, --to.")
        asked, told = None, framework.published(totals)
        made = tables.from_totals(table, told, day(None))
    else:
        choices = framework.framework(settings.framework)
        days = _day(first, "--from"), _day(last, "--to")
        months = choices.period_months
        question = tables.question(*days, identifier(force), now, months)
        asked = question
        made = on_database(lambda conn: tables.made(conn, table, question, choices))
    if output is not None:
        performance_file.write(output, made)
    if as_json:
        tell_json(performance_file.document(table, made, asked))
        return
    _tell(table, made, asked, output)


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else day(text, option)


def _tell(
    name: TableName, made: Table, asked: Question | None, output: Path | None
) -> None:
    out = Console(highlight=False)
    grid = made.value
    if len(grid.columns) <= _ACROSS:
        out.print(_across(grid.columns, grid.rows))
    else:
        # A figure a line, a column for each row; the sentence tells what is printed.
        turned = zip(grid.columns, *grid.rows, strict=True)
        lines = [line for line in turned if line[0] != "printed_otherwise"]
        out.print(_across(("",) * (1 + len(grid.rows)), lines))
    days = f"{tables.days_of(name, asked)}. " if asked else ""
    out.print(f"{days}{made.because} ({', '.join(made.rules)})", markup=False)
    if output is not None:
        out.print(f"Written to {output}.", markup=False)


def _across(columns: tuple[str, ...], rows: object) -> Drawn:
    drawn = Drawn(box=box.SIMPLE_HEAD, padding=(0, 1), show_header=any(columns))
    for number, name in enumerate(columns):
        words = name.replace("_", " ")
        drawn.add_column(words, justify="right" if number else "left", overflow="fold")
    for row in rows:  # type: ignore[attr-defined]
        drawn.add_row(*map(_shown, row))
    return drawn


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:,}" if isinstance(cell, int | float) else str(cell).replace("_", " ")
