"""All that a crime file is judged by besides its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from geocorr.errors import UsageError
from geocorr.geo import WorkingCrs
from loaders.forces import Force, Forces, crime_types, forces
from loaders.mapping import CrimeMap

MAX_BYTES = 200 * 1024 * 1024
ZONES = ("UTC", "Europe/London")


@dataclass(frozen=True, slots=True)
class CrimeOptions:
    """Working CRS, clock and choices of one reading.

    `zone` holds for times without an offset; `now` is aware; `expected` is the force
    the file must be of; `crime_map` makes the file a foreign export, whose own zone
    and longest window then hold. UsageError for an unknown zone or a naive `now`.
    """

    crs: WorkingCrs
    now: datetime
    zone: str = "UTC"
    expected: Force | None = None
    max_window_h: float = 12.0
    max_bytes: int = MAX_BYTES
    forces: Forces = field(default_factory=forces)
    crime_types: Mapping[str, str] = field(default_factory=crime_types)
    crime_map: CrimeMap | None = None

    def __post_init__(self) -> None:
        if self.zone not in ZONES:
            raise UsageError(f"{self.zone} is no zone of a feed: {', '.join(ZONES)}.")
        if self.now.tzinfo is None:
            raise UsageError("The time now has no offset: give an aware time.")

    @property
    def window_h(self) -> float:
        """The longest window a crime may have, in hours."""
        return self.crime_map.max_h if self.crime_map else self.max_window_h

    @property
    def folds(self) -> bool:
        """Are later rows of a reference further offences of the same event?"""
        return self.crime_map is not None and self.crime_map.first_per_reference
