"""What a score is made of, told to those who may know it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr.scoring.columns import columns
from geocorr.scoring.entry import Entry
from geocorr.scoring.explanation import Reader, decision, explain, may_see, points
from geocorr.scoring.score import scores
from geocorr.scoring.weights import POINT, WeightSet
from tests.unit.scored import (
    CHOICES,
    DAY,
    DAYS,
    SETS,
    entry,
    histories,
    weight_set,
)

OTHER = Reader()
INTELLIGENCE = Reader(intelligence=True, force="Kent")
LABELLED = weight_set(("crimes", "34B", "", 400), ("ims", "drugs", "", 50))
LABELLED = replace(
    LABELLED, rows=tuple(replace(row, label="robbery") if row.code == "34B" else row
                         for row in LABELLED.rows)
)  # fmt: skip


def told(entries: list[Entry], day: date = DAY, reader: Reader = OTHER):
    return explain(("N1", day), entries, LABELLED, CHOICES, reader)


def test_an_entry_in_words() -> None:
    robbery = entry(event_on=date(2025, 3, 3))
    (line,) = told([robbery], date(2025, 12, 7)).lines
    assert line.text == "robbery 34B on 3 March 2025: 400 x 0.62 = 247.12"
    assert (line.left, line.whole, line.weight) == (451, 730, 400 * POINT)


@settings(max_examples=200, deadline=None)
@given(histories(), DAYS, st.sampled_from(SETS), st.booleans())
def test_the_lines_add_up_to_the_score_to_the_last_digit(
    history: list[Entry], day: date, weights: WeightSet, all_told: bool
) -> None:
    explained = explain(
        ("N1", day), history, weights, CHOICES, Reader(intelligence=all_told)
    )
    found, _ = columns(history, CHOICES.ending_outcomes)
    score = int(scores(found, day, weights, CHOICES).micropoints.sum())
    assert sum(line.contribution for line in explained.lines) == score
    assert explained.computed == score


def test_intelligence_is_told_by_data_set_alone_to_others() -> None:
    """WMP-5.5. How many and what they give; not which, nor when, nor on what."""
    heard = [entry(f"I{i}", of=("ims", "drugs", "B21")) for i in (1, 2)]
    (line,) = told(heard).lines
    assert line.text == "IMS: 2 entries, together 100.00"
    assert (line.entry_id, line.code, line.grade, line.event_on) == ("", "", "", None)
    both = told(heard, reader=INTELLIGENCE).lines
    assert [one.entry_id for one in both] == ["I1", "I2"]
    assert both[0].text == "ims drugs B21 on 3 March 2026: 50 x 1 = 50.00"


@pytest.mark.parametrize(
    ("grade", "force", "seen"),
    [("B21", None, True), ("B24", "Kent", True), ("B24", "Essex", False),
     ("B24", None, False), ("2BC", "Essex", True)],
)  # fmt: skip
def test_handling_may_keep_intelligence_in_its_force(
    grade: str, force: str | None, seen: bool
) -> None:
    heard = replace(entry(of=("ims", "drugs", grade)), force=force)
    assert may_see(heard, CHOICES, INTELLIGENCE) == seen
    assert not may_see(heard, CHOICES, Reader(force="Kent"))


def test_handling_conditions_are_told_with_the_entry() -> None:
    """WMP-5.5. Of 3x5x2 handling C, and of 5x5x5 handling 5."""
    for grade, said in {"2BC": True, "B25": True, "2BP": False, "B21": False}.items():
        heard = entry(of=("ims", "drugs", grade))
        (line,) = told([heard], reader=INTELLIGENCE).lines
        assert ("conditions apply to its use" in line.text) == said


def test_the_entries_of_one_event_stand_together() -> None:
    history = [
        entry("E1", DAY, event_id="V"),
        entry("E2", DAY - timedelta(1)),
        entry("E3", DAY - timedelta(400), event_id="V"),
    ]
    assert [line.entry_id for line in told(history).lines] == ["E1", "E3", "E2"]


def test_what_an_outcome_ended_is_named_and_gives_nothing() -> None:
    """WMP-5.8. To those alone who may see the entry."""
    ended = entry(outcome=("no_further_action", DAY))
    explained = told([ended, entry("I", of=("ims", "drugs", "B21"),
                                   outcome=("acquitted", DAY))])  # fmt: skip
    assert explained.computed == 0
    assert explained.left_out == (
        "crimes 34B on 3 March 2026 counts no more: no further action since "
        "3 March 2026.",
    )


def test_a_missing_weight_and_an_overdue_review_are_warned_of() -> None:
    """WMP-5.3. On every score."""
    later = date(2027, 1, 2)
    explained = told([entry(event_on=DAY, of=("warrants", "A", "high"))], later)
    assert explained.warnings == (
        "The weights Test 1 were due for review on 1 January 2027: this score rests on "
        "an overdue set.",
        "1 entry counts nothing: Test 1 has no weight for it.",
    )
    (line,) = explained.lines
    assert line.text.endswith("no weight in Test 1")
    assert "WMP-5.3" in explained.rules
    assert told([], date(2027, 1, 1)).warnings == ()


def test_a_capped_entry_says_so() -> None:
    capped = replace(LABELLED, event_cap=300 * POINT)
    told_ = explain(("N1", DAY), [entry()], capped, CHOICES, Reader())
    assert told_.lines[0].text.endswith("(the cap on its event leaves 300 of 400)")
    assert told_.lines[0].capped


def test_a_score_is_a_decision() -> None:
    explained = told([entry()])
    own = decision(explained, explained.computed, CHOICES)
    assert own.because == "N1 scores 400.00 on 3 March 2026, LOW: by 1 entry."
    assert own.rules == ("WMP-5.2", "WMP-5.4", "WMP-5.9-BANDS", "WMP-5.9-DECAY")
    given = decision(told([]), 500 * POINT, CHOICES)
    assert given.rules[-1] == "WMP-6.4"
    assert given.because == (
        "N1 scores 500.00 on 3 March 2026, MEDIUM: given by a person, in place of 0.00 "
        "by 0 entries."
    )


def test_points_are_never_rounded_into_the_next_band() -> None:
    assert points(999_999_999) == "999.99"
    assert points(1_234_500_000) == "1,234.50"
