"""HANTS-CRIT. The primary criterion is that a nominal is under statutory probation
management following sentence; other profiles admit voluntary and police-only cases."""

from datetime import timedelta

import pytest

from geocorr.cohorts.facts import CaseFacts
from geocorr.cohorts.fixed import fixed
from geocorr.cohorts.standing import Standing
from geocorr.cohorts.statutory import statutory
from loaders.profile import shipped
from tests.unit.casefacts import GWENT, TODAY, burgled, fact, licence, nominal, ogrs

NOT_BEGUN = fact("statutory", "licence", TODAY + timedelta(1))
YOUTH = fact("statutory", "youth_order")
ENDED = licence(until=TODAY - timedelta(1))


@pytest.mark.parametrize(
    ("recorded", "holds"),
    [
        (nominal(licence()), True),
        (nominal(licence(until=TODAY)), True),  # the last day counts
        (nominal(fact("statutory", "community_order")), True),
        (nominal(fact("statutory", "suspended_sentence")), True),
        (nominal(YOUTH), None),  # the youth offending team's, unless it was passed on
        (nominal(YOUTH, statutory=True), True),
        (nominal(YOUTH, licence()), True),
        (nominal(ENDED), False),
        (nominal(ENDED, statutory=True), False),  # dates are stronger than a mark
        (nominal(NOT_BEGUN), False),
        (nominal(statutory=True), True),
        (nominal(statutory=False), False),
        (nominal(), None),  # nobody recorded it: neither yes nor no
    ],
)
def test_dated_sentences_decide_else_the_mark(
    recorded: CaseFacts, holds: bool | None
) -> None:
    """HANTS-CRIT. Three answers: yes, no, and not recorded."""
    assert statutory(recorded, TODAY).met is holds


@pytest.mark.parametrize(
    ("profile", "standing"),
    [
        ("national", Standing.NOT),
        ("gwent", Standing.NOT),
        ("leics", Standing.MEETS),  # police-only cases too
    ],
)
def test_a_profile_may_admit_others(profile: str, standing: Standing) -> None:
    """HANTS-CRIT. The same nominal without a sentence, by profile."""
    recorded = nominal(burgled(), ogrs(80), statutory=False)
    assert fixed(recorded, TODAY, shipped(profile).cohorts).value is standing


def test_what_is_not_recorded_is_asked_for() -> None:
    """HANTS-CRIT. A person looks; nobody is dropped in silence."""
    found = fixed(nominal(burgled(), ogrs(80)), TODAY, GWENT)
    assert found.value is Standing.MAY
    assert "whether probation manages by statute is not recorded" in found.because
