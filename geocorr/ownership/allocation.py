"""What a force may choose about allocating and answering; numbers in its profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

_SURE = frozenset({"exact", "operator", "postcode"})


@dataclass(frozen=True, slots=True)
class Allocation:
    """WMP-6.3-ALLOCATE. How sources of a proposal weigh, and what counts as a night.

    `age_days` and `age_weights`: a source up to so many days old weighs so much; older
    ones weigh `old_weight`. `sure` weighs by how a place is known. `night_from_h` to
    `night_to_h` are hours of London. `day_begins_h`: what came before that hour of a
    working day is to be answered on it.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    nights: int
    night_from_h: int
    night_to_h: int
    min_rest_h: float
    rest_m: float
    premises_m: float
    age_days: tuple[int, ...]
    age_weights: tuple[float, ...]
    old_weight: float
    sure: Mapping[str, float]
    conflict_share: float
    day_begins_h: int

    def __post_init__(self) -> None:
        shares = (*self.age_weights, self.old_weight, *self.sure.values())
        if len(self.age_days) != len(self.age_weights):
            raise ValueError("each of age_days has its weight in age_weights")
        if list(self.age_days) != sorted(set(self.age_days)):
            raise ValueError("age_days must rise")
        if not all(0 < share <= 1 for share in (*shares, self.conflict_share)):
            raise ValueError("weights are shares: above 0, at most 1")
        if set(self.sure) != _SURE:
            raise ValueError(f"sure is by {', '.join(sorted(_SURE))}")
        if not 0 <= self.night_to_h < self.night_from_h < 24:
            raise ValueError("a night begins in the evening and ends in the morning")
        if self.nights < 1 or min(self.min_rest_h, self.rest_m, self.premises_m) <= 0:
            raise ValueError("nights, min_rest_h, rest_m and premises_m are above 0")
        if not 0 <= self.day_begins_h < 24:
            raise ValueError("day_begins_h is an hour of the day")

    def age_weight(self, age_days: int | None) -> float:
        """What a source of this age weighs; one of unknown age is an old one."""
        for until, weight in zip(self.age_days, self.age_weights, strict=True):
            if age_days is not None and age_days <= until:
                return weight
        return self.old_weight
