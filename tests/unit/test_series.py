"""A series of crimes: more of them near one tag than chance allows, or not."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr import series
from geocorr.arrays import HOUR_US, Targets
from geocorr.errors import InputError
from geocorr.series import Weights
from loaders.policy import shipped

POLICY = shipped()
# So many comparable hours that nothing can have been missed in them.
KNOWN = 10**12


def crimes(*each: tuple[float, float, float]) -> Targets:
    """Targets of (east in metres, begin and end in hours), 100 m each."""
    x, begins, ends = np.array(each).T
    hours = [np.round(h * HOUR_US).astype(np.int64) for h in (begins, ends)]
    nothing = np.zeros(len(x))
    return Targets(x, nothing, *hours, np.full(len(x), 100.0), nothing)


def weigh(
    hit, base_rate, *, ruled_out=None, group=None, hours=KNOWN, policy=POLICY
) -> Weights:
    hit = np.asarray(hit, bool)
    rates = np.broadcast_to(np.asarray(base_rate, float), hit.shape)
    n = np.broadcast_to(np.asarray(hours, np.int64), hit.shape)
    out = np.zeros_like(hit) if ruled_out is None else np.asarray(ruled_out, bool)
    apart = np.arange(hit.shape[1]) if group is None else np.asarray(group)
    return series.weigh(hit, out, (rates, n), apart, policy)


# ---- Which crimes count once


def test_crimes_far_apart_in_place_and_time_each_count():
    far = crimes((0, 0, 1), (5_000, 48, 49), (9_000, 96, 97))
    assert series.groups(far, POLICY).tolist() == [0, 1, 2]


def test_crimes_within_one_vicinity_count_once():
    assert series.groups(crimes((0, 0, 1), (200, 480, 481)), POLICY).tolist() == [0, 0]
    assert series.groups(crimes((0, 0, 1), (201, 480, 481)), POLICY).tolist() == [0, 1]


def test_crimes_of_one_night_count_once():
    to_twelve = crimes((0, 20, 22), (9_000, 34, 35))
    assert series.groups(to_twelve, POLICY).tolist() == [0, 0]
    later = crimes((0, 20, 22), (9_000, 34.01, 35))
    assert series.groups(later, POLICY).tolist() == [0, 1]


def test_windows_that_overlap_count_once():
    assert series.groups(crimes((0, 0, 12), (9_000, 3, 4)), POLICY).tolist() == [0, 0]


def test_what_hangs_together_through_others_is_one_group():
    chain = crimes((0, 0, 1), (9_000, 96, 97), (9_150, 10, 11), (99, 600, 601))
    assert series.groups(chain, POLICY).tolist() == [0, 0, 0, 0]


@given(st.permutations(range(6)))
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_crimes_changes_no_group(order):
    some = crimes(
        (0, 0, 1), (90, 99, 99), (900, 108, 109), (5_000, 1e3, 1e3), (7e3, 2e3, 2e3),
        (7_100, 3e3, 3e3),
    )  # fmt: skip
    plain = series.groups(some, POLICY)
    mixed = series.groups(some.take(np.array(order)), POLICY)
    same = plain[:, None] == plain
    assert ((mixed[:, None] == mixed) == same[np.ix_(order, order)]).all()


# ---- The Poisson-binomial


def brute_tail(chances, at_least: int) -> float:
    """By every outcome there is, with nothing shared with the code."""
    total = 0.0
    for outcome in product((False, True), repeat=len(chances)):
        if sum(outcome) >= at_least:
            weight = 1.0
            for b, happened in zip(chances, outcome, strict=True):
                weight *= b if happened else 1 - b
            total += weight
    return total


@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=9),
    st.integers(0, 10),
)
@settings(deadline=None, max_examples=200)
def test_the_tail_is_that_of_every_outcome(chances, at_least):
    found = series.tail(np.array([chances]), np.array([at_least]))[0]
    assert found == pytest.approx(brute_tail(chances, at_least), rel=1e-12, abs=1e-300)


def test_the_smallest_tails_are_exact_too():
    found = series.tail(np.full((1, 20), 1e-3), np.array([20]))[0]
    assert found == pytest.approx(1e-60, rel=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(1, 20))
@settings(deadline=None, max_examples=100)
def test_holm_is_the_step_down_of_the_textbook(p, more):
    found = series.holm(np.array(p), len(p) + more)
    whole = sorted([*p, *[1.0] * more])
    worst, wanted = 0.0, {}
    for place, value in enumerate(whole):
        worst = max(worst, min(1.0, value * (len(whole) - place)))
        wanted.setdefault(value, worst)
    # Of equal values the first has the greatest factor, and the rest follow it.
    assert found.tolist() == pytest.approx([wanted[value] for value in p])


# ---- Wearers


def test_more_hits_and_rarer_places_weigh_more():
    hit = [[1, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 0], [0] * 5]
    found = weigh(hit, [[0.01] * 5, [0.01] * 5, [0.5] * 5, [0.01] * 5])
    assert found.counted.tolist() == [4, 2, 4, 0]
    assert found.p[0] == pytest.approx(brute_tail([0.01] * 5, 4))
    assert found.p[2] == pytest.approx(6 / 32)
    assert (found.p[3], found.p_among_hit[3], found.p_among_all[3]) == (1, 1, 1)
    assert found.expected.tolist() == pytest.approx([0.05, 0.05, 2.5, 0.05])
    assert found.ranked().tolist() == [0, 1, 2, 3]
    assert found.p_among_all[0] == pytest.approx(4 * found.p[0])
    assert found.p_among_all[1] == pytest.approx(3 * found.p[1])


def test_one_hit_is_nothing_among_those_who_have_one():
    found = weigh([[1, 0, 0], [0, 0, 1]], 0.01)
    assert found.p_among_hit.tolist() == [1, 1]
    assert found.p_among_all.tolist() == pytest.approx([2 * (1 - 0.99**3)] * 2)


def test_dependent_crimes_count_once_with_the_sum_of_their_chances():
    found = weigh(
        [[1, 1, 1, 0, 0]], [[0.1, 0.2, 0.3, 0.4, 0.05]], group=[0, 0, 0, 1, 2]
    )
    assert found.counted.tolist() == [1]
    assert found.p[0] == pytest.approx(brute_tail([0.6, 0.4, 0.05], 1))
    often = weigh([[1, 1, 0]], [[0.8, 0.7, 0.1]], group=[0, 0, 1])
    assert (often.p[0], often.expected[0]) == (1.0, pytest.approx(1.1))


def test_a_crime_that_is_not_assessable_adds_no_evidence():
    known = weigh([[1, 1, 0]], [[0.01, 0.02, 0.03]])
    unknown = weigh([[1, 1, 1, 0]], [[0.01, 0.02, np.nan, 0.03]])
    assert unknown.p[0] == pytest.approx(known.p[0])
    assert unknown.unassessable.tolist() == [1]
    missed = weigh([[1, 1, 0, 0]], [[0.01, 0.02, np.nan, 0.03]])
    assert missed.p[0] > known.p[0]
    nothing = weigh([[1, 1, 1, 1]], np.nan)
    assert (nothing.p[0], nothing.p_among_hit[0]) == (1, 1)


def test_an_exclusion_counts_against():
    hit, out = [[1, 1, 1, 0]] * 2, [[0, 0, 0, 0], [0, 0, 0, 1]]
    found = weigh(hit, 0.01, ruled_out=out)
    assert found.counted.tolist() == [3, 3]
    assert found.excluded.tolist() == [False, True]
    assert found.ranked().tolist() == [0, 1]
    # On one night: at one crime, and shown not to have been at the other.
    night = weigh(hit, 0.01, ruled_out=[[0] * 4, [0, 0, 0, 1]], group=[0, 1, 2, 2])
    assert night.counted.tolist() == [3, 2]
    assert night.p[1] > night.p[0]


def test_what_few_hours_may_have_missed_is_held_possible():
    unseen = POLICY.series.unseen_hits / (16 + POLICY.surprise.shrink_m)
    assert weigh([[1, 1]], 0.0, hours=8).p[0] == pytest.approx(unseen**2)
    assert weigh([[1, 1]], 0.1, hours=8).p[0] == pytest.approx((0.1 + unseen) ** 2)
    assert weigh([[1, 1]], 0.99, hours=1).p[0] == 1.0
    # Two crimes of one group share their hours.
    once = weigh([[1, 1, 1]], 0.0, hours=8, group=[0, 0, 1])
    assert once.p[0] == pytest.approx(2 * unseen * unseen)


def test_a_series_of_one_crime_is_refused():
    with pytest.raises(InputError, match="two crimes or more"):
        weigh([[1]], 0.1)


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.floats(0, 1)), min_size=2, max_size=8
    ),
    st.integers(0, 7),
)
@settings(deadline=None, max_examples=100)
def test_a_higher_base_rate_never_weighs_more(crimes_, which):
    """The bounds of dependence and of what is not assessable rest on this."""
    hit, out, rates = (np.array([column]) for column in zip(*crimes_, strict=True))
    group = np.arange(hit.shape[1]) // 2
    low = weigh(hit, rates, ruled_out=out, group=group, hours=8)
    raised = rates.copy()
    raised[0, which % hit.shape[1]] = min(
        1.0, 2 * raised[0, which % hit.shape[1]] + 0.1
    )
    high = weigh(hit, raised, ruled_out=out, group=group, hours=8)
    for name in ("p", "p_among_hit", "p_among_all"):
        assert getattr(high, name)[0] >= getattr(low, name)[0] - 1e-12


# ---- The sentence


def told(**more) -> str:
    found = weigh([[1, 1, 1, 1, 0], *[[0] * 5] * 999], 0.01, **more)
    return series.explain(found, 0, 5, [], POLICY)


def test_the_sentence_has_the_numbers_and_speaks_of_the_tag():
    text = told()
    assert text.startswith("The tag counts as near 4 of the 5 separate crimes")
    assert "near 0.05 at most" in text
    assert "1,000 wearers monitored" in text
    assert " 1 in 20," in text
    assert "does not stand out" not in text
    assert " he " not in text


def test_the_sentence_says_what_weakens_it():
    found = weigh([[1, 1, 0]], [[0.3, np.nan, 0.2]], ruled_out=[[0, 0, 1]])
    text = series.explain(found, 0, 3, ["Kent/C"], POLICY)
    assert "So it does not stand out." in text
    assert "At 1 crime too few comparable hours are known" in text
    assert "ruled out of Kent/C: if one person did all of it, that person" in text


def test_where_exclusions_leave_nothing_the_sentence_says_so():
    found = weigh([[1, 0]], 0.01, ruled_out=[[0, 1]], group=[0, 0])
    text = series.explain(found, 0, 1, ["Kent/B"], POLICY)
    assert text.startswith("Nothing counts for this tag: beside each hit it is ruled")


def test_odds_beyond_belief_are_told_as_less_than_the_policy_says():
    found = weigh([[1] * 8], 0.001)
    assert "less than 1 in 1,000,000" in series.explain(found, 0, 8, [], POLICY)


def test_the_caveat_is_about_how_the_crimes_were_chosen():
    assert "chosen because of their hits" in series.CAVEATS[0]


# ---- Does it find, and does it err no oftener than it says


def ordinary(rng: np.random.Generator, wearers: int, crimes_: int) -> np.ndarray:
    """Base rates from 1e-4 to 0.05."""
    return 10 ** rng.uniform(-4, np.log10(0.05), (wearers, crimes_))


def habits(rng: np.random.Generator, wearers: int, crimes_: int) -> np.ndarray:
    """The same, and one wearer in fifty who lives beside a crime."""
    rates = ordinary(rng, wearers, crimes_)
    home = rng.random(wearers) < 0.02
    rates[home, rng.integers(0, crimes_, home.sum())] = rng.uniform(0.3, 1, home.sum())
    return rates


def seen(rng: np.random.Generator, rates: np.ndarray, hours: int) -> np.ndarray:
    """Base rates as so many comparable hours show them, shrunk towards the place's."""
    m = POLICY.surprise.shrink_m
    k = rng.binomial(hours, rates)
    return (k + m * k.mean(axis=0) / hours) / (hours + m)


@pytest.mark.parametrize(("hours", "least"), [(8, 0.75), (16, 0.9)])
def test_a_wearer_at_four_of_five_crimes_stands_out_among_twenty_thousand(hours, least):
    """Eight weeks before, and eight more when those after have come."""
    rng = np.random.default_rng(4)
    among_all, first = [], 0
    for _ in range(60):
        rates = habits(rng, 20_000, 5)
        hit = rng.random(rates.shape) < rates
        # One of ordinary habits; the fifth crime is missed, as tags go flat.
        who = rng.choice(np.flatnonzero(rates.max(axis=1) < 0.06))
        hit[who] = [True, True, True, True, False]
        found = weigh(hit, seen(rng, rates, hours), hours=hours)
        among_all.append(found.p_among_all[who])
        first += found.ranked()[0] == who
    assert np.mean(np.array(among_all) < 0.01) >= least
    assert np.median(among_all) < 0.01
    assert first >= 57


def errors(draw, runs: int, level: float = 0.05) -> tuple[float, float]:
    """How often some innocent is below the level: among all, among those with hits."""
    low = np.array(
        [
            (found.p_among_all.min() <= level, found.p_among_hit.min() <= level)
            for found in (draw() for _ in range(runs))
        ]
    )
    return tuple(low.mean(axis=0))


def test_where_nobody_did_it_the_test_errs_no_oftener_than_its_level():
    rng = np.random.default_rng(11)

    def draw() -> Weights:
        rates = habits(rng, 2_000, 5)
        return weigh(rng.random(rates.shape) < rates, rates)

    among_all, among_hit = errors(draw, 2_000)
    assert 0 < among_all <= 0.05
    assert 0 < among_hit <= 0.05


def locals_(rng: np.random.Generator, wearers: int, crimes_: int) -> np.ndarray:
    """One wearer in twenty is about all the places, the rest hardly ever."""
    rates = 10 ** rng.uniform(-5, -3, (wearers, crimes_))
    near = rng.random(wearers) < 0.05
    often = 10 ** rng.uniform(-3, np.log10(0.2), (near.sum(), 1))
    rates[near] = often * rng.uniform(0.3, 1, (near.sum(), crimes_))
    return rates


@pytest.mark.parametrize("people", [ordinary, habits, locals_])
def test_with_rates_from_eight_hours_it_errs_no_oftener_either(people):
    rng = np.random.default_rng(15)

    def draw() -> Weights:
        rates = people(rng, 2_000, 5)
        hit = rng.random(rates.shape) < rates
        return weigh(hit, seen(rng, rates, 8), hours=8)

    among_all, among_hit = errors(draw, 700)
    assert among_all <= 0.05
    assert among_hit <= 0.05


def test_without_what_may_have_been_missed_it_would_err_too_often():
    rng = np.random.default_rng(16)
    bare = replace(POLICY, series=replace(POLICY.series, unseen_hits=1e-6))

    def draw() -> Weights:
        rates = ordinary(rng, 2_000, 5)
        hit = rng.random(rates.shape) < rates
        return weigh(hit, seen(rng, rates, 8), hours=8, policy=bare)

    assert errors(draw, 300)[0] > 0.1
