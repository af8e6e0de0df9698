"""What a force may choose about cohorts; the numbers stand in its profile."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from geocorr.cohorts.facts import OffenceKind

Offences = tuple[OffenceKind, ...]
# Cohorts that a force may run free of the national model (GWENT-FREE, HANTS-FREE).
Free = Literal["serious_violence", "organised_crime", "domestic_abuse", "wisdom"]


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Who is proposed for which cohort, and when a person looks again.

    `model`: fixed, flex and free, or the four pillars of the West Midlands. `fixed_by`:
    OGRS with an index offence (GWENT-FIXED), or the local matrix with the risk of such
    an offence (HANTS-FIXED). OGRS bands begin at these percentages.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    model: Literal["fixed_flex_free", "pillars"]
    statutory_only: bool
    fixed_by: Literal["ogrs", "matrix"]
    ogrs_medium_from: int
    ogrs_high_from: int
    ogrs_very_high_from: int
    fixed_offences: Offences
    fixed_medium_offences: Offences
    flex_lower_offences: Offences
    free: tuple[Free, ...]
    adult_years: int
    young_adult_until_years: int
    leaver_months: int
    serial_years: int
    serial_victims: int
    long_sentence_months: int
    quiet_months: int
    review_months: int
    removal_plan: bool
    tag_offences: Offences

    def __post_init__(self) -> None:
        cuts = (self.ogrs_medium_from, self.ogrs_high_from, self.ogrs_very_high_from)
        if sorted(set(cuts)) != list(cuts) or not 0 < cuts[0] <= cuts[-1] <= 100:
            raise ValueError("OGRS bands must rise from medium to very high, 1 to 100")
        spans = (
            self.leaver_months, self.serial_years, self.serial_victims,
            self.long_sentence_months, self.quiet_months, self.review_months,
        )  # fmt: skip
        if min(spans) < 1:
            raise ValueError("months, years and victims must be at least 1")
        if not 0 < self.adult_years <= self.young_adult_until_years:
            raise ValueError("young adults must be adults: mend the ages")

    def ogrs_band(self, percent: float) -> str:
        """GWENT-FIXED. The band of a percentage: low, medium, high or very high."""
        if percent >= self.ogrs_very_high_from:
            return "very high"
        if percent >= self.ogrs_high_from:
            return "high"
        return "medium" if percent >= self.ogrs_medium_from else "low"
