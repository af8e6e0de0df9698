"""The performance framework's tables on a page. Pure."""

from collections.abc import Mapping
from datetime import date

from api.cohorts.performance import TableName
from api.views import words
from geocorr.performance.grid import Cell, Grid

TITLES: Mapping[TableName, str] = {
    TableName.IDIOM: "Offences and their cost before and since (IDIOM)",
    TableName.LEAD_AGENCIES: "Cases by lead agency",
    TableName.REDUCTION: "Offences against a year before",
    TableName.GROWTH: "Growth in nominals",
    TableName.HOUSING: "Housing need",
    TableName.HITS: "Hits: qualified, sent, ruled on",
    TableName.BATCHES: "Batches: in time, and refused rows",
}
TABLES = [(name.value, title) for name, title in TITLES.items()]
# With more columns than this a figure stands on a line of its own.
_ACROSS = 8


def rows(grid: Grid) -> tuple[list[str], list[list[tuple[str, bool]]]]:
    """Headings, and cells with whether each is a figure; turned where it is wide."""
    names = [name.replace("_", " ") for name in grid.columns]
    if len(names) <= _ACROSS:
        return names, [[_cell(cell) for cell in row] for row in grid.rows]
    heads = ["", *(_cell(row[0])[0] for row in grid.rows)]
    turned = zip(names[1:], *(row[1:] for row in grid.rows), strict=True)
    return heads, [[(n, False), *map(_cell, cells)] for n, *cells in turned]


def _cell(cell: Cell) -> tuple[str, bool]:
    if cell is None:
        return words.NONE, False
    if isinstance(cell, int | float):
        return f"{cell:,}", True
    return (
        words.day(cell) if isinstance(cell, date) else cell.replace("_", " ")
    ), False
