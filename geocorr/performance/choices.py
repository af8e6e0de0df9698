"""What the performance framework leaves open; the numbers stand in `framework.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Framework:
    """Choices of the tables; none of them changes what is stored.

    `pre_months`: how long before management an offence counts as before it.
    `shortest_days`: managed for less, nothing is projected. `offence_costs`: whole
    pounds by Home Office class, the longest code that fits; `costs_source` says whose.
    `areas`: of each force the group of an LPU ("City") and its codes.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    period_months: int
    compare_years: int
    pre_months: int
    shortest_days: int
    ending_outcomes: tuple[str, ...]
    costs_source: str
    offence_costs: Mapping[str, int]
    growth_years: int
    housing_pathway: str
    areas: Mapping[str, Mapping[str, tuple[str, ...]]]
    other_area: Mapping[str, str]
    batch_due_h: int

    def __post_init__(self) -> None:
        counts = (self.period_months, self.compare_years, self.pre_months)
        if min(*counts, self.shortest_days, self.growth_years, self.batch_due_h) < 1:
            raise ValueError("months, years, days and hours must be at least 1")
        if any(pounds < 0 for pounds in self.offence_costs.values()):
            raise ValueError("a cost is no less than nothing")

    def cost(self, code: str) -> int | None:
        """Whole pounds of one offence of this code; None where none is chosen."""
        whole, _, _ = code.partition("/")
        for known in (code, whole, whole.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
            if known in self.offence_costs:
                return self.offence_costs[known]
        return None

    def area(self, force: str, lpu: str | None) -> str | None:
        """The group that an LPU belongs to, else the LPU itself."""
        for group, codes in self.areas.get(force, {}).items():
            if lpu in codes:
                return group
        return lpu and self.other_area.get(force, lpu)
