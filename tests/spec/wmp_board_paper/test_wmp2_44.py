"""WMP2-44. "The below data is taken from IDIOM to show the cost savings across all
cohorts for offenders adopted and managed by LOMUs" (paragraph 44)."""

from pathlib import Path

import pytest

from geocorr.model import Decision
from geocorr.performance import idiom
from geocorr.performance.grid import Grid
from loaders import framework

PAPER = Path(__file__).parents[3] / "fixtures/performance/wmp_board_paper.toml"
FIRST = """
WMP IDIOM Total number of Offenders managed during period since TS1
Total 3286   Male 3078   Female 200
measure          pre                  during/post           difference
offences_a_year  18,142 (5.52)        8,414 (2.56)          -9,728 -53.6 % -2.96
cost_a_year      84,092,722 (25,591)  34,849,724 (10,606)   -49,242,998 -58.6 % -14,986
"""
SECOND = """
WMP IDIOM Total number of Offenders currently being managed (currently selected)
Total 2246   Male 2124   Female 115
measure          pre                  during                difference
offences_a_year  13,640 (6.07)        6,264 (2.79)          -7,376 -54.1 % -3.28
cost_a_year      61,008,367 (27,163)  26,581,071 (11,835)   -49,242,998 -56.4 % -15,328
"""


def printed(text: str) -> dict[str, tuple[float, ...]]:
    """The figures of a table as it is drawn above, by measure."""
    lines = [line.split() for line in text.splitlines() if "_a_year" in line]
    return {
        words[0]: tuple(
            float(w.strip("()").replace(",", "")) for w in words[1:] if w != "%"
        )
        for words in lines
    }


def table() -> Decision[Grid]:
    told = framework.published(PAPER)
    return idiom.table(told.idiom, told.source)


def made(cohort: str) -> dict[str, tuple[float, ...]]:
    """Our figures in the order in which the paper prints them."""
    return {
        row["measure"]: (
            row["pre"],
            row["pre_per_nominal"],
            row["during_post"],
            row["during_post_per_nominal"],
            row["difference"],
            row["difference_percent"],
            row["difference_per_nominal"],
        )
        for row in table().value.dicts()
        if row["cohort"] == cohort
    }


def test_the_papers_first_table_is_made_again_from_its_totals() -> None:
    """WMP2-44. Every figure of it, to the last digit that is printed."""
    assert made("managed since TS1") == printed(FIRST)


def test_the_papers_second_table_contradicts_itself_once() -> None:
    """WMP2-44. Its difference in cost is the first table's, not its own.

    26,581,071 - 61,008,367 = -34,427,296; printed is -49,242,998. The percentage and
    the figure per nominal beside it are of the true difference.
    """
    ours, paper = made("currently managed"), printed(SECOND)
    assert ours["offences_a_year"] == paper["offences_a_year"]
    differ = [
        (mine, theirs)
        for mine, theirs in zip(ours["cost_a_year"], paper["cost_a_year"], strict=True)
        if mine != theirs
    ]
    assert differ == [(-34_427_296, -49_242_998)]
    assert paper["cost_a_year"][4] == printed(FIRST)["cost_a_year"][4]


def test_the_contradiction_is_told_and_never_copied() -> None:
    """WMP2-44. The table says so in its row and in its sentence."""
    rows = table().value.dicts()
    told = [row["printed_otherwise"] for row in rows]
    assert told[:3] == [None] * 3
    assert told[3] == (
        "difference is printed as -49,242,998 (that is the figure of "
        "'managed since TS1'), its totals give -34,427,296"
    )
    assert told[3] in table().because
    assert table().rules == ("WMP2-44",)


@pytest.mark.parametrize(
    ("cohort", "total", "male", "female", "unknown"),
    [
        ("managed since TS1", 3_286, 3_078, 200, 8),
        ("currently managed", 2_246, 2_124, 115, 7),
    ],
)
def test_the_sexes_do_not_add_up_so_some_are_unknown(
    cohort: str, total: int, male: int, female: int, unknown: int
) -> None:
    """WMP2-44. Total, male, female, and unknown."""
    for row in table().value.dicts():
        if row["cohort"] == cohort:
            assert (row["nominals"], row["male"], row["female"]) == (
                total,
                male,
                female,
            )
            assert row["sex_unknown"] == unknown


def test_money_is_in_whole_pounds() -> None:
    """WMP2-44. No pence anywhere."""
    for figures in (made("managed since TS1"), made("currently managed")):
        pounds = [n for i, n in enumerate(figures["cost_a_year"]) if i != 5]
        assert all(isinstance(n, int) for n in pounds)
