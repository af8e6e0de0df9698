"""Where the faults of one batch of a trail are written down as they are found."""

import numpy as np
import pyarrow as pa

from geocorr.arrays import Bools, Ints
from geocorr.model import Fault
from loaders import trail_columns as columns
from loaders.trail_raw import FAULT_LIMIT, RawRows, Tally


class Judging:
    """The faults found so far in one batch: rows by position, first to last column."""

    def __init__(self, raw: RawRows) -> None:
        self.raw = raw
        self.refused: Bools = np.zeros(len(raw.row), dtype=np.bool_)
        self._found: list[tuple[Ints, int, str, str, str]] = []

    def column(self, name: str) -> pa.Array | None:
        """The raw column of this name, None where the file has none."""
        return self.raw.columns.get(name)

    def refuse(self, rows: Bools, field: str, kind: str, action: str) -> None:
        """Refuse these rows for this reason; a row may have several."""
        positions = np.flatnonzero(rows)
        if len(positions):
            self.refused |= rows
            found = (positions[:FAULT_LIMIT], len(positions), field, kind, action)
            self._found.append(found)

    def tally(self) -> Tally:
        """All faults of the batch in row order, those of malformed rows too."""
        tally = Tally(rows=int(self.refused.sum()))
        for positions, count, field, kind, action in self._found:
            tally.counts[kind] += count
            values = columns.shown(self.raw.columns[field], positions)
            for at, value in zip(positions.tolist(), values, strict=True):
                tally.kept.append(self._fault(at, field, kind, value, action))
        tally.add(self.raw.malformed)
        return tally

    def _fault(
        self, at: int, field: str, kind: str, value: str | None, action: str
    ) -> Fault:
        line = int(self.raw.line[at]) or None
        return Fault(int(self.raw.row[at]), line, None, field, kind, value, action)
