"""The refused rows of a file with their faults, to be corrected and sent again."""

from collections.abc import Sequence
from dataclasses import dataclass

from geocorr.model import Fault
from loaders.csv_out import csv_text

# These headings are known to the reader, which passes over their columns.
EXTRA = ("refused_row", "refused_line", "faults")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One refused row: where it stood, its cells as they came, its faults."""

    row: int
    line: int
    cells: tuple[str, ...]
    faults: tuple[Fault, ...]


def refused_csv(rows: Sequence[RefusedRow], heading: Sequence[str]) -> bytes:
    """CSV of the refused rows under the file's heading, the faults behind.

    A row with too many cells has the surplus in its last column, so nothing is lost.
    """
    told = (
        (*_fitted(row.cells, len(heading)), row.row, row.line, _told(row.faults))
        for row in rows
    )
    return csv_text((*heading, *EXTRA), told, line_end="\r\n").encode()


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    if len(cells) > width:
        return (*cells[: width - 1], ",".join(cells[width - 1 :]))
    return cells + ("",) * (width - len(cells))


def _told(faults: Sequence[Fault]) -> str:
    return "; ".join(
        f"{fault.field or 'row'}: {fault.type} - {fault.action}" for fault in faults
    )
