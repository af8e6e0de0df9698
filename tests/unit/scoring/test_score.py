"""Scores one by one: decay, outcomes, caps, ladders, bands; and as properties."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geocorr.dates import years_later
from geocorr.errors import InputError
from geocorr.scoring.bands import Band, band_of
from geocorr.scoring.choices import Scoring
from geocorr.scoring.columns import EntryColumns, columns
from geocorr.scoring.decay import fading, first_event_day
from geocorr.scoring.entry import Entry
from geocorr.scoring.score import contributions, scores
from geocorr.scoring.weights import NO_WEIGHT, POINT, WeightSet
from tests.unit.scored import (
    ARREST,
    CHOICES,
    DAY,
    DAYS,
    ROBBERY,
    SETS,
    entry,
    histories,
    weight_set,
)

SET = weight_set((*ROBBERY, 400), (*ARREST, 100))
STEP = replace(CHOICES, decay="step")
EXPONENTIAL = replace(CHOICES, decay="exponential")
DECAYS = (CHOICES, STEP, EXPONENTIAL)


def score(
    entries: Sequence[Entry],
    day: date,
    weights: WeightSet = SET,
    choices: Scoring = CHOICES,
) -> int:
    """The score of the one nominal there is, 0 where nothing counts."""
    found, _ = columns(entries, choices.ending_outcomes)
    return int(scores(found, day, weights, choices).micropoints.sum())


@pytest.mark.parametrize("choices", DECAYS)
def test_full_on_the_day_and_nothing_two_years_later(choices: Scoring) -> None:
    robbery = [entry(event_on=date(2024, 3, 3))]
    assert score(robbery, date(2024, 3, 2), choices=choices) == 0
    assert score(robbery, date(2024, 3, 3), choices=choices) == 400 * POINT
    assert score(robbery, date(2026, 3, 2), choices=choices) > 0
    assert score(robbery, date(2026, 3, 3), choices=choices) == 0


def test_decay_in_figures() -> None:
    robbery = [entry(event_on=date(2024, 3, 3))]
    half_way = date(2025, 3, 3)
    assert score(robbery, half_way) == 400 * POINT * 365 // 730
    assert score(robbery, half_way, choices=STEP) == 200 * POINT
    assert score(robbery, half_way - timedelta(1), choices=STEP) == 400 * POINT
    year = date(2024, 3, 3) + timedelta(182)
    assert score(robbery, year, choices=EXPONENTIAL) == 200 * POINT


def test_leap_years_have_a_day_more() -> None:
    """A 29 February ends on 1 March; a period with one in it has 731 days."""
    born = [entry(event_on=date(2024, 2, 29))]
    assert score(born, date(2026, 2, 28)) == 400 * POINT * 1 // 731
    assert score(born, date(2026, 3, 1)) == 0
    before = [entry(event_on=date(2023, 3, 1))]
    assert score(before, date(2024, 2, 29)) == 400 * POINT * 366 // 731


def test_an_outcome_ends_an_entry_from_its_day() -> None:
    ended = [entry(event_on=DAY, outcome=("acquitted", DAY + timedelta(10)))]
    assert score(ended, DAY + timedelta(9)) > 0
    assert score(ended, DAY + timedelta(10)) == 0
    convicted = [entry(event_on=DAY, outcome=("convicted", DAY))]
    assert score(convicted, DAY) == 400 * POINT


def test_what_was_withdrawn_never_was() -> None:
    assert score([entry(withdrawn=True)], DAY) == 0


def test_an_entry_without_a_weight_is_told() -> None:
    found, _ = columns([entry(), entry("E2", of=("ims", "drugs", "B24"))], ())
    told = scores(found, DAY, SET, CHOICES)
    assert (told.micropoints.tolist(), told.without_weight.tolist()) == (
        [400 * POINT],
        [1],
    )
    assert NO_WEIGHT in contributions(found, DAY, SET, CHOICES).weight


def test_nothing_counts_nobody_scores() -> None:
    found, _ = columns([], ())
    assert len(scores(found, DAY, SET, CHOICES).nominal) == 0


def test_bands_are_of_the_unrounded_score() -> None:
    """WMP-5.9-BANDS. 999.6 is MEDIUM, 1000 is HIGH."""
    cases = {1000: "HIGH", 999.6: "MEDIUM", 500: "MEDIUM", 499.999999: "LOW"}
    cases |= {250: "LOW", 249.999999: "NONE", 0: "NONE"}
    for points, band in cases.items():
        assert band_of(round(points * POINT), CHOICES) is Band(band), points


def test_one_event_fills_its_caps_the_freshest_first() -> None:
    """WMP-5.4. By data set, then over all of them; other events are apart."""
    both = [
        entry("E1", DAY, event_id="V1"),
        entry("E2", DAY, event_id="V1"),
        entry("E3", DAY - timedelta(73), event_id="V1", of=ARREST),
        entry("E4", DAY, event_id="V2"),
    ]
    capped = weight_set(*_rows(), data_set_caps={"crimes": 500}, event_cap=550)
    found, kept = columns(both, ())
    told = contributions(found, DAY, capped, CHOICES)
    within = dict(zip([e.entry_id for e in kept], told.within_caps, strict=True))
    points = {name: int(value) // POINT for name, value in within.items()}
    assert points == {"E1": 400, "E2": 100, "E4": 400, "E3": 50}


def _rows() -> tuple[tuple[str, str, str, float], ...]:
    return (*ROBBERY, 400), (*ARREST, 100)


def test_a_ladder_counts_from_the_latest_back() -> None:
    """WMP-5.6. The third such entry in the period stands highest."""
    ladder = weight_set((*ROBBERY, 10), (*ROBBERY, 20, 2), (*ROBBERY, 50, 3))
    four = [entry(f"E{i}", DAY - timedelta(i)) for i in range(4)]
    found, kept = columns(four, ())
    weights = contributions(found, DAY, ladder, CHOICES).weight // POINT
    assert [e.entry_id for e in kept] == ["E0", "E1", "E2", "E3"]
    assert weights.tolist() == [10, 20, 50, 50]


def test_a_weight_too_large_to_count_exactly_is_refused() -> None:
    found, _ = columns([entry()], ())
    with pytest.raises(InputError, match="100,000"):
        contributions(found, DAY, weight_set((*ROBBERY, 100_001)), CHOICES)


def test_columns_out_of_order_are_refused() -> None:
    one, two = np.zeros(2, np.int32), np.arange(2, dtype=np.int32)
    for nominal, days in ((two[::-1], one), (one, two)):
        with pytest.raises(InputError, match="latest event first"):
            EntryColumns([], nominal, two.astype(np.int64), one, days, one)
    with pytest.raises(InputError, match="differ in length"):
        EntryColumns([], one, np.zeros(3, np.int64), one, one, one)


# ---- Properties ----


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from(SETS), st.sampled_from(DECAYS))
def test_without_a_new_entry_a_score_never_rises(
    history: list[Entry], weights: WeightSet, choices: Scoring
) -> None:
    """WMP-5.9-DECAY. Day by day from the last event on, to nothing."""
    day = max((e.event_on for e in history), default=DAY)
    days = [day + timedelta(n) for n in (*range(40), *range(40, 735, 7), 732)]
    given_on = [score(history, d, weights, choices) for d in sorted(days)]
    assert given_on == sorted(given_on, reverse=True)
    assert given_on[-1] == 0


@settings(max_examples=300, deadline=None)
@given(histories(), st.data(), st.sampled_from(SETS), st.sampled_from(DECAYS))
def test_one_more_entry_never_lowers_a_score(
    history: list[Entry], data: st.DataObject, weights: WeightSet, choices: Scoring
) -> None:
    """WMP-5.2. On any day, whatever its event, its kind and its place in the order."""
    day = data.draw(DAYS)
    more = replace(data.draw(histories().filter(bool))[0], entry_id="new")
    at = data.draw(st.integers(0, len(history)))
    with_it = [*history[:at], more, *history[at:]]
    assert score(with_it, day, weights, choices) >= score(
        history, day, weights, choices
    )


@settings(max_examples=300, deadline=None)
@given(histories(), DAYS, st.sampled_from(SETS))
def test_a_score_is_what_its_words_say(
    history: list[Entry], day: date, weights: WeightSet
) -> None:
    """Against one entry after the other in fractions, written apart from the code."""
    assert score(history, day, weights) == by_hand(history, day, weights)


def by_hand(history: list[Entry], day: date, weights: WeightSet) -> int:
    counting = []
    for e in sorted(history, key=lambda e: e.event_on, reverse=True):
        end = years_later(e.event_on, 2)
        gone = e.outcome == "acquitted" and e.outcome_on is not None
        if e.event_on <= day < end and not (gone and e.outcome_on <= day):
            nth = sum(
                (e.data_set, e.code, e.grade) == (o.data_set, o.code, o.grade)
                for o, _, _ in counting
            )
            row = weights.find((e.data_set.value, e.code, e.grade), nth + 1)
            worth = 0 if row is None else row.micropoints
            counting.append(
                (e, worth, Fraction((end - day).days, (end - e.event_on).days))
            )
    total = 0
    key = lambda one: one[0].event_id or one[0].entry_id  # noqa: E731
    for _, event in groupby(sorted(counting, key=key), key=key):
        total += of_event(list(event), weights)
    return total


def of_event(event: list[tuple[Entry, int, Fraction]], weights: WeightSet) -> int:
    plain = sum(int(worth * part) for _, worth, part in event)
    room = {name: cap for name, cap in (weights.data_set_caps or {}).items()}
    left = weights.event_cap if weights.event_cap is not None else 10**18
    exact, cut = Fraction(0), False
    for e, worth, part in sorted(event, key=lambda one: one[2], reverse=True):
        taken = min(worth, room.get(e.data_set.value, worth), left)
        cut |= taken < worth
        left -= taken
        if e.data_set.value in room:
            room[e.data_set.value] -= taken
        exact += taken * part
    return int(exact) if cut else plain


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 500), st.integers(0, 700), st.sampled_from([ROBBERY, ARREST])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_cap_is_filled_as_full_as_can_be(
    given_entries: list[tuple[int, int, tuple[str, str, str]]],
) -> None:
    """WMP-5.4. Against linear programming: no other filling would give more."""
    rows = [
        (of[0], f"{i + 1}", "", points)
        if of is ROBBERY
        else (of[0], "arrested", "", 60)
        for i, (points, _, of) in enumerate(given_entries)
    ]
    weights = weight_set(
        *dict.fromkeys(rows), data_set_caps={"crimes": 400, "icis": 100}, event_cap=450
    )
    entries = [
        entry(f"E{i}", DAY - timedelta(age), event_id="V", of=rows[i][:3])
        for i, (_, age, _) in enumerate(given_entries)
    ]
    found, kept = columns(entries, ())
    told = contributions(found, DAY, weights, CHOICES)
    part = told.left / told.whole
    crimes = np.array([e.data_set == "crimes" for e in kept], float)
    best = linprog(
        -part,
        A_ub=np.array([crimes, 1 - crimes, np.ones(len(kept))]),
        b_ub=[400, 100, 450],
        bounds=[(0, w / POINT) for w in told.weight],
    )
    assert told.contribution.sum() / POINT == pytest.approx(-best.fun, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.sampled_from(DECAYS))
def test_the_older_of_two_events_has_the_smaller_share_left(
    day: date, choices: Scoring
) -> None:
    fade = fading(day, choices)
    share = [
        Fraction(int(a), int(b)) for a, b in zip(fade.left, fade.whole, strict=True)
    ]
    assert share == sorted(share, reverse=True)
    assert share[0] == 1
    first = first_event_day(day, choices)
    assert years_later(first, 2) > day >= years_later(first - timedelta(1), 2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"steps": ()}, "steps"),
        ({"steps": (0.5, 1.0)}, "steps"),
        ({"steps": (1.5, 1.0)}, "steps"),
        ({"half_life_days": 0}, "half_life"),
        ({"years": 0}, "years"),
        ({"high_from": 100.0}, "bands"),
        ({"ending_outcomes": ("none",)}, "outcome"),
    ],
)
def test_impossible_choices_are_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(CHOICES, **wrong)
