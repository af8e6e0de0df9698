"""The sections of a policy: what each choice is, in which unit, by which rule.

The numbers live in `policy.toml`, none here; `policy` lays them together.
"""

from dataclasses import dataclass

from geocorr.model import Mechanism


@dataclass(frozen=True, slots=True)
class Match:
    """What makes a hit."""

    rule: str
    min_fixes: int
    radius_m: float
    pad_min: float
    min_probability: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """R95 in metres by mechanism where a feed states none, and the floor."""

    gps_m: float
    wifi_m: float
    lbs_m: float
    rf_m: float
    floor_m: float

    def default_m(self, mechanism: Mechanism) -> float:
        """The R95 to assume for a fix of this mechanism."""
        return float(getattr(self, f"{mechanism.name.lower()}_m"))


@dataclass(frozen=True, slots=True)
class Feed:
    """R95 in metres that the feed's maker states of its satellite fixes, 0 = none.

    It counts as stated, so it may anchor an exclusion; an assumed accuracy may not.
    """

    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Trust:
    """When a fix may join a line."""

    max_r95_m: float
    max_speed_m_s: float
    spike_speed_m_s: float
    spike_return_m: float


@dataclass(frozen=True, slots=True)
class Stop:
    """When fixes that stay together are one observation."""

    radius_m: float
    r95_factor: float
    min_s: float


@dataclass(frozen=True, slots=True)
class Line:
    """How far apart in time two fixes may be and still be joined."""

    max_gap_s: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """Up to which speed of a line a tag is held to be still, or on foot."""

    still_m_s: float
    on_foot_m_s: float


@dataclass(frozen=True, slots=True)
class Alibi:
    """What it takes to say that a tag cannot have been there."""

    error_factor: float
    top_speed_m_s: float
    own_speed_h: float
    own_speed_factor: float
    cone_h: float
    min_probability: float
    clock_error_s: float


@dataclass(frozen=True, slots=True)
class Surprise:
    """Which hours are comparable, what it takes to speak of a habit, and in words."""

    weeks_before: int
    weeks_after: int
    min_covered_share: float
    min_controls: int
    shrink_m: float
    max_ratio: float
    weak_from: float
    moderate_from: float
    strong_from: float
    renew_weeks: int
    settle_days: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How long and how wide a place may be that is asked for without a crime."""

    max_window_h: float
    max_radius_m: float


@dataclass(frozen=True, slots=True)
class Crs:
    """How wrong the working CRS may be."""

    max_scale_error: float


@dataclass(frozen=True, slots=True)
class CrimeChoice:
    """The longest window a crime may have."""

    max_window_h: float


@dataclass(frozen=True, slots=True)
class Orders:
    """HANTS-GPS-1: how long a licence is monitored, and from what age."""

    licence_max_months: int
    adult_years: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what may not be used is kept."""

    quarantine_days: int


@dataclass(frozen=True, slots=True)
class Quality:
    """From where on a device's day is told to be poor."""

    min_trusted_share: float
    max_median_interval_s: float
    max_outlier_share: float
    min_blind_s: float
    min_swaps: int
    min_track_fixes: int


@dataclass(frozen=True, slots=True)
class Series:
    """When crimes of a series depend on each other, and what chance is held to be."""

    dependent_h: float
    unseen_hits: float
    level_probability: float
    least_probability: float


@dataclass(frozen=True, slots=True)
class CoPresence:
    """When two tags are together, and what is one stay of it."""

    radius_m: float
    apart_s: float
    max_days: float


@dataclass(frozen=True, slots=True)
class Zones:
    """WMP2-8-EM: what is an entry, an absence, a silence, and by when to see to it."""

    min_probability: float
    absence_min: float
    unknown_min: float
    join_min: float
    deadline_h: float
