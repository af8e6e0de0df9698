"""LEICS-12. "IOM currently manages 389 High Risk Offenders, which is a growth of 13%
since September 2018 ... in September 2015 and 2016, the numbers managed were 255 and
266 respectively"."""

from datetime import date
from pathlib import Path

from geocorr.performance.cohort_tables import growth
from loaders import framework

UPDATE = Path(__file__).parents[3] / "fixtures/performance/leics_update.toml"


def test_the_updates_growth_is_made_from_its_numbers() -> None:
    """LEICS-12.

    day          nominals   since the day before   since the first
    2015-09-30   255        -                      -
    2016-09-30   266        4.31 %                 4.31 %
    2018-09-30   344        29.32 %                34.90 %
    2019-09-20   389        13.08 %                52.55 %
    """
    told = framework.published(UPDATE).growth
    table = growth(list(told.items()))
    assert [row[1:] for row in table.value.rows] == [
        (255, None, None),
        (266, 4.31, 4.31),
        (344, 29.32, 34.9),
        (389, 13.08, 52.55),
    ]
    assert table.rules == ("LEICS-12",)


def test_days_come_in_order_and_fewer_is_negative() -> None:
    """LEICS-12. However the days are given."""
    days = [(date(2021, 1, 1), 90), (date(2020, 1, 1), 100)]
    assert [row[2] for row in growth(days).value.rows] == [None, -10]


def test_growth_from_nobody_has_no_percentage() -> None:
    """LEICS-12. A team that began with none."""
    days = [(date(2020, 1, 1), 0), (date(2021, 1, 1), 7)]
    assert growth(days).value.rows[1] == (date(2021, 1, 1), 7, None, None)
