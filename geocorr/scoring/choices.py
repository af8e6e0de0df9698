"""What a force may choose about scores; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Scoring:
    """WMP-5.9. How a score fades, and from where on a band begins."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    decay: Literal["linear", "step", "exponential"]
    years: int
    high_from: float
    medium_from: float
    low_from: float

    def __post_init__(self) -> None:
        if not 0 < self.low_from < self.medium_from < self.high_from:
            raise ValueError("bands must rise from low to high, above zero")
        if self.years < 1:
            raise ValueError("years must be at least 1")
