"""What a force may choose about scores; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from geocorr.scoring.entry import DataSet, EntryOutcome
from geocorr.scoring.weights import POINT


@dataclass(frozen=True, slots=True)
class Scoring:
    """WMP-5.8, WMP-5.9. How a score fades, what ends an entry, where bands begin.

    `steps` are the shares that count in equal parts of the period, `half_life_days` is
    for exponential decay. Entries of `by_data_set_only` are told one by one to
    intelligence alone (what a drug test showed may not be passed on freely either:
    PACE 1984, section 63B(7)).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    decay: Literal["linear", "step", "exponential"]
    years: int
    steps: tuple[float, ...]
    half_life_days: int
    high_from: float
    medium_from: float
    low_from: float
    ending_outcomes: tuple[EntryOutcome, ...]
    by_data_set_only: tuple[DataSet, ...]

    def __post_init__(self) -> None:
        if not 0 < self.low_from < self.medium_from < self.high_from:
            raise ValueError("bands must rise from low to high, above zero")
        if not 1 <= self.years <= 20:
            raise ValueError("years must be from 1 to 20")
        if self.half_life_days < 1:
            raise ValueError("half_life_days must be at least 1")
        falling = sorted(self.steps, reverse=True)
        if not self.steps or list(self.steps) != falling or not _shares(self.steps):
            raise ValueError("steps must be shares from 1 down to 0, never rising")
        if EntryOutcome.NONE in self.ending_outcomes:
            raise ValueError("an entry without an outcome cannot be ended by it")

    @property
    def band_starts(self) -> tuple[tuple[str, int], ...]:
        """The bands from the highest down, and where each begins in micro-points."""
        points = (self.high_from, self.medium_from, self.low_from)
        named = zip(("HIGH", "MEDIUM", "LOW"), points, strict=True)
        return tuple((name, round(start * POINT)) for name, start in named)


def _shares(steps: tuple[float, ...]) -> bool:
    return all(0 <= step <= 1 for step in steps)
