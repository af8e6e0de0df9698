"""What a force may choose about managing a case; the numbers stand in its profile."""

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Casework:
    """HANTS-RAG, HANTS-END, HANTS-YOUTH, HANTS-MACC, WMP2-43. When things are due."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    review_red_days: int
    review_amber_days: int
    review_green_days: int
    meeting_days: int
    plan_weeks_before: int
    panel_months: int
    youth_panel_months: int
    youth_from_months: int
    youth_liaison_months: int
    youth_months_left: int
    adult_years: int
    arms_weeks: int
    pathways: tuple[str, ...]

    def __post_init__(self) -> None:
        for choice in fields(self):
            value = getattr(self, choice.name)
            if choice.name != "pathways" and value < 1:
                raise ValueError(f"{choice.name} must be at least 1")
        if not self.pathways or len(set(self.pathways)) < len(self.pathways):
            raise ValueError("pathways must be named, each once")
        if not self.review_red_days < self.review_amber_days < self.review_green_days:
            raise ValueError("red is reviewed oftener than amber, amber than green")

    def review_days(self, grade: str) -> int:
        """HANTS-RAG. After how many days a case of this grade is looked at again."""
        return int(getattr(self, f"review_{grade}_days"))
