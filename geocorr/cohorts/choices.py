"""What a force may choose about cohorts; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Cohorts:
    """GWENT-FIXED. OGRS percentages from which its bands begin."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    ogrs_medium_from: int
    ogrs_high_from: int
    ogrs_very_high_from: int

    def __post_init__(self) -> None:
        cuts = (self.ogrs_medium_from, self.ogrs_high_from, self.ogrs_very_high_from)
        if sorted(set(cuts)) != list(cuts) or not 0 < cuts[0] <= cuts[-1] <= 100:
            raise ValueError("OGRS bands must rise from medium to very high, 1 to 100")
