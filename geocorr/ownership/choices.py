"""What a force may choose about ownership; the numbers stand in its profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

_QUALITIES = frozenset({"10", "20", "30", "40", "50", "60"})


@dataclass(frozen=True, slots=True)
class Ownership:
    """WMP-6.5. From where on an area that is offended in shares a nominal.

    `line_m`: two areas this near to a place are both its own. `postcode_near_m`: by
    positional quality, how far from its point a postcode's houses may lie; a quality
    that is not there gives no place. `spread_months`: whose crimes stand beside the
    spread of nominals; `spread_top`: how many areas its sentence names.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    joint_min_share: float
    joint_min_offences: int
    joint_years: int
    line_m: float
    postcode_near_m: Mapping[str, float]
    spread_months: int
    spread_top: int

    def __post_init__(self) -> None:
        if not 0 < self.joint_min_share <= 1:
            raise ValueError("joint_min_share is a share: above 0, at most 1")
        if self.joint_min_offences < 1 or self.joint_years < 1:
            raise ValueError("joint_min_offences and joint_years must be at least 1")
        if self.spread_months < 1 or self.spread_top < 1:
            raise ValueError("spread_months and spread_top must be at least 1")
        near = self.postcode_near_m
        if self.line_m <= 0 or any(metres <= 0 for metres in near.values()):
            raise ValueError("line_m and postcode_near_m are metres above 0")
        if not set(near) <= _QUALITIES:
            raise ValueError("postcode_near_m is by quality: 10, 20, 30, 40, 50, 60")
