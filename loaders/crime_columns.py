"""Crimes as columns between judging and keeping, and one at a time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geocorr.model import Crime, from_us
from loaders.crime_faults import Finding

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

AMBIGUOUS_TIME = "AMBIGUOUS_TIME"


@dataclass(frozen=True, slots=True)
class CrimeColumns:
    """Columns [n] of crimes, good or not. Times are UTC microseconds.

    `force` and `batch_id` hold None where a row states none that is known.
    """

    force: Objects
    type: Objects
    description: pa.StringArray
    batch_id: Objects
    reference: pa.StringArray
    from_us: Ints
    to_us: Ints
    latitude: Floats
    longitude: Floats
    x_m: Floats
    y_m: Floats
    text: pa.StringArray
    twice: Bools

    def __len__(self) -> int:
        return len(self.from_us)

    def take(self, index: Ints) -> "CrimeColumns":
        """The crimes at these positions."""
        at = pa.array(index)
        return CrimeColumns(
            self.force[index],
            self.type[index],
            self.description.take(at),
            self.batch_id[index],
            self.reference.take(at),
            self.from_us[index],
            self.to_us[index],
            self.latitude[index],
            self.longitude[index],
            self.x_m[index],
            self.y_m[index],
            self.text.take(at),
            self.twice[index],
        )

    def crimes(self) -> tuple[Crime, ...]:
        """The same, one value a crime, in file order."""
        flagged = (AMBIGUOUS_TIME,)
        rows = zip(
            self.force,
            self.reference.to_pylist(),
            self.type,
            self.description.to_pylist(),
            self.batch_id,
            map(from_us, self.from_us.tolist()),
            map(from_us, self.to_us.tolist()),
            self.latitude.tolist(),
            self.longitude.tolist(),
            self.x_m.tolist(),
            self.y_m.tolist(),
            self.text.to_pylist(),
            (flagged if twice else () for twice in self.twice.tolist()),
            strict=True,
        )
        return tuple(Crime(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Judged:
    """Every record of a file judged: columns, findings in column order, warnings."""

    columns: CrimeColumns
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def valid(self) -> Bools:
        """Which rows have no finding."""
        valid = np.ones(len(self.columns), np.bool_)
        for finding in self.findings:
            valid &= ~finding.rows
        return valid
