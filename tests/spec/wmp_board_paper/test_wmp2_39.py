"""WMP2-39. De-selection of domestic-abuse cases is discussed with the LOMU supervisor:
two years or more in custody; no further offences for three months; no intelligence to
suggest re-offending."""

from datetime import date

import pytest

from geocorr.cohorts.domestic_abuse import deselection
from geocorr.cohorts.facts import Cohort, Fact
from geocorr.cohorts.review import Membership, needs_decision, review
from tests.unit.casefacts import TODAY, WMP, abuse, ago, fact, nominal

LONG_AGO = date(2020, 1, 1)
BUSY = (
    fact("offence", "violence", ago(20)),
    fact("intelligence", "reoffending", ago(20)),
)
IN, QUIET, SILENT = "sentenced", "no further offence", "no intelligence"


@pytest.mark.parametrize(
    ("recorded", "since", "met"),
    [
        (BUSY, LONG_AGO, []),
        ((), LONG_AGO, [QUIET, SILENT]),
        (BUSY[:1], LONG_AGO, [SILENT]),
        (BUSY[1:], LONG_AGO, [QUIET]),
        ((), ago(10), []),  # not managed for three months yet
        ((*BUSY, fact("custody", "24")), LONG_AGO, [IN]),
        ((*BUSY, fact("custody", "23")), LONG_AGO, []),
        ((*BUSY, fact("custody", "60", ago(900), until=ago(5))), LONG_AGO, []),
        ((abuse("A", ago(20)),), LONG_AGO, [SILENT]),  # an incident is an offence
        ((fact("offence", "drugs", "2026-03-01"),), LONG_AGO, [QUIET, SILENT]),
        ((fact("offence", "drugs", "2026-03-02"),), LONG_AGO, [SILENT]),
    ],
)
def test_which_conditions_are_met(
    recorded: tuple[Fact, ...], since: date, met: list[str]
) -> None:
    """WMP2-39. Each by itself, at its edge: 24 months, and three months to the day."""
    found = deselection(nominal(*recorded), since, TODAY, WMP)
    assert [told[: len(m)] for told, m in zip(found.value, met, strict=True)] == met
    assert found.rules == ("WMP2-39",)


def test_silence_in_custody_is_told() -> None:
    """WMP2-39. Three quiet months behind bars say little."""
    inside = nominal(fact("custody", "6", ago(120)))
    found = deselection(inside, LONG_AGO, TODAY, WMP)
    assert found.evidence["in_custody"] is True
    assert found.because.endswith("In custody now, which silence may owe to.")


SERIAL = (abuse("A", ago(400), "H1"), abuse("B", ago(300), "H2"))
MEMBER = (Membership(Cohort.DOMESTIC_ABUSE, LONG_AGO),)


@pytest.mark.parametrize(
    ("recorded", "action"),
    [
        ((*SERIAL, *BUSY), "stay"),
        (SERIAL, "discuss"),  # conditions met: a talk, whatever the selection says
        (BUSY, "leave"),
    ],
)
def test_the_supervisor_decides(recorded: tuple[Fact, ...], action: str) -> None:
    """WMP2-39. Nobody is de-selected by the software."""
    (found,) = [
        d
        for d in review(nominal(*recorded), MEMBER, TODAY, WMP)
        if d.value.cohort is Cohort.DOMESTIC_ABUSE
    ]
    assert found.value.action == action
    assert needs_decision(found.value.action, answered=False) is (action != "stay")
    assert ("the LOMU supervisor decides" in found.because) is (action != "stay")
    assert ("WMP2-39" in found.rules) is (action != "stay")
