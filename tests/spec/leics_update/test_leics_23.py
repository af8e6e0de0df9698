"""LEICS-23. "How many of IOM's cohort need housing and for this to be split by City /
County; the type of accommodation which is needed"."""

from geocorr.performance.cohort_tables import housing


def test_need_is_told_by_city_and_county_and_by_type() -> None:
    """LEICS-23.

    area     single room   supported   in need
    City     3             1           4
    County   0             2           2
    all      3             3           6
    """
    needs = {
        ("City", "single room"): 3,
        ("City", "supported"): 1,
        ("County", "supported"): 2,
    }
    table = housing(needs, cohort=60)
    assert table.value.columns == ("area", "single room", "supported", "in_need")
    assert table.value.rows == (
        ("City", 3, 1, 4),
        ("County", 0, 2, 2),
        ("all", 3, 3, 6),
    )
    assert table.because == "6 of 60 nominals managed need housing, 10 % of them."
    assert table.rules == ("LEICS-23",)


def test_what_is_not_known_is_told_and_not_left_out() -> None:
    """LEICS-23. Someone without an owner, someone of whom no type is recorded."""
    table = housing({(None, "supported"): 1, ("City", ""): 2}, cohort=0)
    assert table.value.columns == ("area", "not known", "supported", "in_need")
    assert table.value.rows == (
        ("City", 2, 0, 2),
        ("not known", 0, 1, 1),
        ("all", 2, 1, 3),
    )
    assert table.because == "3 of 0 nominals managed need housing."


def test_when_nobody_needs_housing_there_is_one_row() -> None:
    """LEICS-23. An empty table is a finding, too."""
    assert housing({}, cohort=5).value.rows == (("all", 0),)
