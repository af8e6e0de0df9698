"""WMP-5.8. "ICIS data has captured those arrested, charged, cautioned, reprimanded,
warned, informally warned, reported for process/summons and anyone who has been named as
a suspect."""

from datetime import date

import pytest

from geocorr.scoring.entry import Disposal
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import told

WEIGHTS = weight_set(
    *(("icis", disposal.value, "", 10.0 * i) for i, disposal in enumerate(Disposal, 1)),
    ("crimes", "34B", "", 400),
)
CHARGED = ("icis", "charged", "")


def test_each_of_the_eight_has_a_weight_of_its_own() -> None:
    """WMP-5.8. From arrested to suspect, in the paragraph's order."""
    assert [d.value for d in Disposal] == [
        "arrested", "charged", "cautioned", "reprimanded", "warned",
        "informally_warned", "reported", "suspect",
    ]  # fmt: skip
    given = [told(WEIGHTS, entry(of=("icis", d, ""))).computed for d in Disposal]
    assert given == [10 * n * POINT for n in range(1, 9)]


@pytest.mark.parametrize(
    ("outcome", "leaves"),
    [
        ("none", False),
        ("charged", False),
        ("cautioned", False),
        ("convicted", False),
        ("no_further_action", True),
        ("discontinued", True),
        ("acquitted", True),
        ("quashed", True),
    ],
)
def test_an_entry_leaves_from_the_day_its_outcome_is_known(
    outcome: str, leaves: bool
) -> None:
    """WMP-5.8. Charged on 1 March, the outcome known on 3 March.

    | day | counts |
    | --- | --- |
    | 2 March | yes |
    | 3 March | not where it ended in the nominal's favour |
    """
    known = None if outcome == "none" else date(2026, 3, 3)
    charged = entry(event_on=date(2026, 3, 1), of=CHARGED, outcome=(outcome, known))
    assert told(WEIGHTS, charged, day=date(2026, 3, 2)).computed > 0
    after = told(WEIGHTS, charged, day=date(2026, 3, 3))
    assert (after.computed == 0) == leaves
    assert bool(after.left_out) == leaves


def test_an_acquittal_takes_out_the_crime_too() -> None:
    """WMP-5.8. An outcome stands on the entry that it is of, in any data set."""
    both = [
        entry("E1", outcome=("acquitted", date(2026, 3, 3))),
        entry("E2", of=CHARGED, outcome=("acquitted", date(2026, 3, 3))),
    ]
    explained = told(WEIGHTS, *both)
    assert (explained.computed, explained.lines) == (0, ())
    assert len(explained.left_out) == 2
