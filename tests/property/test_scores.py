"""Scores of many at once against those of each alone, and of what may not matter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr.scoring.columns import columns
from geocorr.scoring.entry import Entry
from geocorr.scoring.score import scores
from geocorr.scoring.weights import WeightSet
from tests.unit.scored import CHOICES, DAYS, SETS, histories


def alone(history: Sequence[Entry], day: date, weights: WeightSet) -> dict[str, int]:
    """Each nominal scored by itself."""
    found = {}
    for nominal in {entry.nominal_id for entry in history}:
        own = [entry for entry in history if entry.nominal_id == nominal]
        told, _ = columns(own, CHOICES.ending_outcomes)
        found[nominal] = int(scores(told, day, weights, CHOICES).micropoints.sum())
    return {nominal: score for nominal, score in found.items() if score}


@st.composite
def crowds(draw) -> list[Entry]:
    """Up to four nominals' entries, which may name the same events, shuffled."""
    every = [
        replace(entry, nominal_id=f"N{n}", entry_id=f"{n}-{entry.entry_id}")
        for n in range(draw(st.integers(1, 4)))
        for entry in draw(histories())
    ]
    return draw(st.permutations(every))


@settings(max_examples=200, deadline=None)
@given(crowds(), DAYS, st.sampled_from(SETS))
def test_nobody_s_score_hangs_on_anyone_else(
    crowd: list[Entry], day: date, weights: WeightSet
) -> None:
    """WMP-5.4. An event caps what it gives to each nominal apart."""
    told, kept = columns(crowd, CHOICES.ending_outcomes)
    found = scores(told, day, weights, CHOICES)
    names = sorted({entry.nominal_id for entry in kept})
    together = {
        names[n]: int(score)
        for n, score in zip(found.nominal, found.micropoints, strict=True)
        if score
    }
    # Ties stand in the order that they come in: for each alone as for all.
    assert together == alone(crowd, day, weights)


@settings(max_examples=100, deadline=None)
@given(crowds(), DAYS, st.sampled_from(SETS), st.integers(1, 400))
def test_a_score_is_of_days_alone(
    crowd: list[Entry], day: date, weights: WeightSet, later: int
) -> None:
    """What lies after the day, or ended before its period, changes nothing."""
    to_come = [
        replace(one, entry_id=f"+{one.entry_id}", event_on=day + timedelta(later))
        for one in crowd
    ]
    gone = [
        replace(one, entry_id=f"-{one.entry_id}", event_on=day - timedelta(731 + later))
        for one in crowd
    ]
    every = [*gone, *crowd, *to_come]
    assert alone(every, day, weights) == alone(crowd, day, weights)
