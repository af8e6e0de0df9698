"""The one writer of CSV that leaves: no cell of it is a formula, no number is changed.

A text that a spreadsheet would reckon with gets a quote before it; numbers, negative
ones too, are written as they are. Times are UTC with Z, nothing is an empty cell. The
same rows give the same bytes.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from loaders.report import neutralised


def csv_text(
    heading: Sequence[str], rows: Iterable[Sequence[object]], line_end: str = "\n"
) -> str:
    """Rows under a heading, each cell as `cell` writes it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow([neutralised(name) for name in heading])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def cell(value: object) -> str:
    """A value as a cell has it; text without a formula's sign at its head."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralised(str(value))
    return str(plain(value))


def plain(value: object) -> object:
    """A time as text, UTC with Z, to the microsecond where it has any; else itself."""
    if not isinstance(value, datetime):
        return value
    digits = "microseconds" if value.microsecond else "seconds"
    return value.isoformat(timespec=digits).replace("+00:00", "Z")
