"""What a force may choose about scores; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from geocorr.scoring.entry import DataSet, EntryOutcome
from geocorr.scoring.weights import POINT


@dataclass(frozen=True, slots=True)
class ManualScores:
    """WMP-6.4. Which scores people may give, and how soon each is to be reviewed."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    points: tuple[int, ...]
    review_months: int

    def __post_init__(self) -> None:
        if not self.points or min(self.points) <= 0 or self.review_months < 1:
            raise ValueError("points and review_months must be above zero")


@dataclass(frozen=True, slots=True)
class Matrix:
    """WMP2-19. Whom the matrix for acquisitive crime highlights: age and points."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    adult_years: int
    highlight_from: float

    def __post_init__(self) -> None:
        if self.adult_years < 1 or self.highlight_from <= 0:
            raise ValueError("adult_years and highlight_from must be above zero")


@dataclass(frozen=True, slots=True)
class Team:
    """WMP-5.10. Who manages a band, and what stands by them."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    managed_by: str
    support: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """WMP-5.8, WMP-5.9-DECAY, WMP-5.9-BANDS. How a score fades, and what ends it.

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
    # WMP-5.3, WMP-12.6. How long a weight set may stand until its review.
    weights_review_months: int
    # What a simulation shows: how many of those who move farthest, and from which age
    # on each age band begins.
    largest_movers: int
    age_bands: tuple[int, ...]
    # WMP-5.2. Who is told of a change of band where the routing names nobody.
    department: str
    manual: ManualScores
    matrix: Matrix
    # WMP-5.10. Who manages which band.
    high: Team
    medium: Team
    low: Team

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
        if self.weights_review_months < 1 or not self.department:
            raise ValueError("give weights_review_months above zero, and a department")
        rising = list(self.age_bands) == sorted(set(self.age_bands))
        if not self.age_bands or not rising or self.largest_movers < 0:
            raise ValueError("age_bands must rise, and largest_movers not be negative")
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
