"""HANTS-GPS-1. Who fits the scheme: adults convicted of robbery, burglary or other
theft, on release from prison, for the licence period and 12 months at most."""

from datetime import date

import pytest

from geocorr.cohorts.standing import Standing
from geocorr.cohorts.tagging import eligible
from loaders.policy import shipped
from tests.unit.casefacts import HANTS, burgled, fact, nominal

MAX_MONTHS = shipped().orders.licence_max_months
OUT = "2026-01-05"
LONG = fact("statutory", "licence", OUT, until=date(2028, 6, 1))
SHORT = fact("statutory", "licence", OUT, until=date(2026, 5, 20))
BURGLARY = fact("index_offence", "burglary", "2025-01-01")
DAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("what", "recorded", "day", "standing"),
    [
        ("on a long licence", nominal(LONG, BURGLARY), DAY, Standing.MEETS),
        ("the day of release", nominal(LONG, BURGLARY), date(2026, 1, 5), "meets"),
        ("before release", nominal(LONG, BURGLARY), date(2026, 1, 4), "not"),
        ("the last day of a licence", nominal(SHORT, BURGLARY), DAY, "meets"),
        ("a day later", nominal(SHORT, BURGLARY), date(2026, 5, 21), "not"),
        ("the last of 12 months", nominal(LONG, BURGLARY), date(2027, 1, 4), "meets"),
        ("12 months over", nominal(LONG, BURGLARY), date(2027, 1, 5), "not"),
        ("other theft", nominal(LONG, burgled("other_theft")), DAY, "meets"),
        ("drugs", nominal(LONG, burgled("drugs")), DAY, "not"),
        ("community order", nominal(fact("statutory", "community_order"), BURGLARY),
         DAY, "not"),
        ("17 years old", nominal(LONG, BURGLARY, born=date(2008, 5, 21)), DAY, "not"),
        ("18 that day", nominal(LONG, BURGLARY, born=date(2008, 5, 20)), DAY, "meets"),
        ("of unknown age", nominal(LONG, BURGLARY, born=None), DAY, "may"),
    ],
)  # fmt: skip
def test_adult_acquisitive_on_licence_within_twelve_months(
    what: str, recorded, day: date, standing: str
) -> None:
    """HANTS-GPS-1. Every part of the criterion, at its edges."""
    assert eligible(recorded, day, HANTS, MAX_MONTHS).value == standing, what


def test_the_decision_says_until_when() -> None:
    """HANTS-GPS-1. The earlier of licence end and 12 months."""
    long = eligible(nominal(LONG, BURGLARY), DAY, HANTS, MAX_MONTHS)
    assert long.because.endswith(
        "on licence since 2026-01-05, until 2027-01-05 at most."
    )
    short = eligible(nominal(SHORT, BURGLARY), DAY, HANTS, MAX_MONTHS)
    assert short.because.endswith("until the licence ends on 2026-05-20.")
    assert short.rules == ("HANTS-GPS-1",)
