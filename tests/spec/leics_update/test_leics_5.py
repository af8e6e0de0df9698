"""LEICS-5. "NPS lead cases constitute 47.16% of IOM; CRC cases constitute 38.66% of
IOM; Police only cases constitute 14.18% of IOM"."""

from pathlib import Path

from geocorr.performance.cohort_tables import lead_agencies
from loaders import framework

UPDATE = Path(__file__).parents[3] / "fixtures/performance/leics_update.toml"


def test_the_updates_shares_are_made_from_counts() -> None:
    """LEICS-5. As printed, and together all of them."""
    table = lead_agencies(framework.published(UPDATE).lead_agencies)
    assert table.value.rows == (
        ("NPS", 183, 47.16),
        ("CRC", 150, 38.66),
        ("police only", 55, 14.18),
        ("all", 388, 100.0),
    )
    assert table.rules == ("LEICS-5",)


def test_no_389_cases_have_these_shares() -> None:
    """LEICS-5. Paragraph 3 says 389: then one case is in none of the three."""
    of_389 = {round(n * 100 / 389, 2) for n in range(390)}
    assert not of_389 & {47.16, 38.66, 14.18}


def test_agencies_are_data_and_an_unknown_one_is_told() -> None:
    """LEICS-5. Any agency may lead; of some none is recorded."""
    table = lead_agencies({"Probation Service": 2, "YOT": 1, "": 1})
    assert [row[:2] for row in table.value.rows] == [
        ("Probation Service", 2),
        ("YOT", 1),
        ("not known", 1),
        ("all", 4),
    ]
    assert "Of 1 no lead agency is recorded." in table.because
