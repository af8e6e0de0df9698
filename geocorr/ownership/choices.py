"""What a force may choose about ownership; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Ownership:
    """WMP-6.5. From where on an area that is offended in shares a nominal."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    joint_min_share: float
    joint_min_offences: int
    joint_years: int

    def __post_init__(self) -> None:
        if not 0 < self.joint_min_share <= 1:
            raise ValueError("joint_min_share is a share: above 0, at most 1")
        if self.joint_min_offences < 1 or self.joint_years < 1:
            raise ValueError("joint_min_offences and joint_years must be at least 1")
