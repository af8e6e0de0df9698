"""WMP2-15-CORE, -VULNERABLE, -RISK, -SEX. The four pillars of offenders."""

from datetime import date, timedelta

import pytest

from geocorr.cohorts.facts import CaseFacts, Cohort
from geocorr.cohorts.selection import assess
from geocorr.cohorts.standing import Judged
from tests.unit.casefacts import TODAY, WMP, fact, nominal

CHILD = date(2008, 6, 2)  # 18 tomorrow
MATRIX = fact("prolific", "acquisitive matrix")
OFFENDED = fact("offence", "burglary")


def standing(recorded: CaseFacts, cohort: Cohort, day: date = TODAY) -> Judged:
    return assess(recorded, day, WMP)[cohort]


@pytest.mark.parametrize(
    ("recorded", "expected", "headings"),
    [
        (nominal(flags="PPO"), "meets", ["PPO"]),
        (nominal(flags="HCCU"), "meets", ["HCCU"]),
        (nominal(flags="PPO HCCU"), "meets", ["PPO", "HCCU"]),
        (nominal(MATRIX), "meets", ["IOM"]),
        (nominal(flags="LDM"), "may", ["LDM"]),  # by professional dialogue
        (nominal(flags="DYO"), "not", []),
        (nominal(), "not", []),
        (nominal(flags="PPO", born=CHILD), "not", ["PPO"]),  # adults
        (nominal(flags="PPO", born=None), "may", ["PPO"]),
    ],
)
def test_core(recorded: CaseFacts, expected: str, headings: list[str]) -> None:
    """WMP2-15-CORE. Adult PPOs, HCCUs and IOM nominals; statutory or not."""
    found = standing(recorded, Cohort.CORE)
    assert (found.value, found.evidence["headings"]) == (expected, headings)
    assert found.rules == ("WMP2-15-CORE",)


@pytest.mark.parametrize(
    ("recorded", "expected", "headings"),
    [
        (nominal(OFFENDED, born=CHILD), "meets", ["young"]),
        (nominal(born=CHILD, flags="DYO"), "meets", ["DYO", "young"]),
        (nominal(OFFENDED, sex="F"), "meets", ["female"]),
        (nominal(OFFENDED, sex="Female", born=CHILD), "meets", ["young", "female"]),
        (nominal(sex="F"), "not", ["female"]),  # no offending is recorded
        (nominal(OFFENDED), "not", []),
        (nominal(OFFENDED, born=None), "not", []),
    ],
)
def test_vulnerable(recorded: CaseFacts, expected: str, headings: list[str]) -> None:
    """WMP2-15-VULNERABLE. Young people and females who offend."""
    found = standing(recorded, Cohort.VULNERABLE)
    assert (found.value, found.evidence["headings"]) == (expected, headings)
    assert found.rules == ("WMP2-15-VULNERABLE",)


def test_a_child_leaves_on_the_eighteenth_birthday() -> None:
    """WMP2-15-VULNERABLE, WMP2-15-CORE. One day vulnerable, the next core."""
    ppo = nominal(born=CHILD, flags="PPO")
    birthday = TODAY + timedelta(1)
    assert standing(ppo, Cohort.VULNERABLE).value == "meets"
    assert standing(ppo, Cohort.CORE).value == "not"
    assert standing(ppo, Cohort.VULNERABLE, birthday).value == "not"
    assert standing(ppo, Cohort.CORE, birthday).value == "meets"


def test_a_birthday_of_29_february() -> None:
    """WMP2-15-CORE. In a common year it is reached on 1 March."""
    ppo = nominal(born=date(2008, 2, 29), flags="PPO")
    assert standing(ppo, Cohort.CORE, date(2026, 2, 28)).value == "not"
    assert standing(ppo, Cohort.CORE, date(2026, 3, 1)).value == "meets"


@pytest.mark.parametrize(
    ("recorded", "expected", "headings"),
    [
        (nominal(flags="MAPPA2"), "meets", ["MAPPA2"]),
        (nominal(flags="MAPPA2 RSO"), "not", []),  # a sex offender's MAPPA
        (nominal(fact("exploitation", "intelligence")), "may", ["CSE"]),
        (nominal(), "not", []),
    ],
)
def test_risk(recorded: CaseFacts, expected: str, headings: list[str]) -> None:
    """WMP2-15-RISK. Violent MAPPA; exploitation mostly by intelligence."""
    found = standing(recorded, Cohort.RISK)
    assert (found.value, found.evidence["headings"]) == (expected, headings)
    assert found.rules == ("WMP2-15-RISK",)


@pytest.mark.parametrize("flags", ["OCG", "USG"])
def test_gangs_and_domestic_abuse_stand_in_the_pillar_of_risk(flags: str) -> None:
    """WMP2-15-RISK. Each is decided on apart, and names the pillar's rule."""
    assert "WMP2-15-RISK" in standing(nominal(flags=flags), Cohort.GANGS).rules
    high = nominal(fact("risk", "high", subject="domestic_abuse"))
    assert "WMP2-15-RISK" in standing(high, Cohort.DOMESTIC_ABUSE).rules


@pytest.mark.parametrize(
    ("custody", "where"),
    [
        ((), "community"),
        ((fact("custody", "30"),), "custody"),
        ((fact("custody", "30", until=TODAY),), "custody"),  # released tomorrow
        ((fact("custody", "30", until=TODAY - timedelta(1)),), "community"),
    ],
)
def test_sex_offenders_in_custody_and_community(custody, where: str) -> None:
    """WMP2-15-SEX. Registered sex offenders, where they are, with their MAPPA level."""
    found = standing(nominal(*custody, flags="RSO MAPPA1"), Cohort.SEX)
    assert found.value == "meets"
    assert found.evidence["headings"] == [where, "MAPPA1"]
    assert found.rules == ("WMP2-15-SEX",)
    assert standing(nominal(*custody), Cohort.SEX).value == "not"
