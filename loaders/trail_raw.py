"""Rows of a trail file before they are judged, and the tally of their faults."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geocorr.arrays import Ints
from geocorr.model import Fault
from loaders.trail_headings import Headings

FAULT_LIMIT = 1_000
VALUE_LENGTH = 200


@dataclass(slots=True)
class Tally:
    """The first `FAULT_LIMIT` faults in row order, and how many of each type."""

    kept: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    def row(self, fault: Fault) -> None:
        """Count one refused row that has this one fault."""
        self.rows += 1
        self.counts[fault.type] += 1
        if len(self.kept) < FAULT_LIMIT:
            self.kept.append(fault)

    def add(self, other: "Tally") -> None:
        """Count the refused rows of another tally too; rows stay in order."""
        self.rows += other.rows
        self.counts += other.counts
        both = sorted([*self.kept, *other.kept], key=lambda f: f.row or 0)
        self.kept = both[:FAULT_LIMIT]

    def closing(self) -> tuple[Fault, ...]:
        """One warning that tells how many faults are not listed, if any are not."""
        total = self.counts.total()
        if total <= len(self.kept):
            return ()
        each = "; ".join(f"{name} {count}" for name, count in self.counts.items())
        return (
            Fault(
                None,
                None,
                None,
                None,
                "FAULTS_NOT_LISTED",
                each,
                f"Only the first {len(self.kept)} of {total} faults are listed: "
                "mend what causes them and check the file again.",
            ),
        )


@dataclass(frozen=True, slots=True)
class RawRows:
    """A batch of rows: columns by our names, each [n], with their row and line.

    Text is as it came; Parquet brings its own types. `line` is 0 where the format has
    no lines. `malformed` holds rows that could not even be taken apart.
    """

    columns: dict[str, pa.Array]
    row: Ints
    line: Ints
    headings: Headings
    malformed: Tally = field(default_factory=Tally)
    speed_unit: str | None = None

    @property
    def read(self) -> int:
        """How many rows the file had in this batch, malformed ones too."""
        return len(self.row) + self.malformed.rows


def text_rows(
    cells: dict[str, list[str]],
    places: tuple[list[int], list[int]],
    headings: Headings,
    malformed: Tally,
    speed_unit: str | None = None,
) -> RawRows:
    """A batch out of lists of text, one list a column; `places` are rows and lines."""
    columns = {name: pa.array(cells[name], pa.string()) for name in headings.position}
    row, line = (np.asarray(numbers, dtype=np.int64) for numbers in places)
    return RawRows(columns, row, line, headings, malformed, speed_unit)


def malformed_row(row: int, line: int, kind: str, value: str, action: str) -> Fault:
    """The fault of a row that could not be taken apart; it has no field."""
    return Fault(row, line, None, None, kind, value[:VALUE_LENGTH], action)
