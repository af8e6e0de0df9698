"""How surprising a hit is: habits, strangers, and what cannot be assessed."""

from dataclasses import replace

import numpy as np
import pytest

from geocorr import arrays
from geocorr.arrays import END_US, Fixes, Targets, Wearers
from geocorr.assessment import CAVEAT, PROPOSITIONS, Assessment, Finding, assess, words
from geocorr.controls import controls
from geocorr.dates import LONDON
from geocorr.model import from_us
from geocorr.surprise import Rates, base_rates, footfall, likelihood_ratios, rates_of
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, target

POLICY = shipped()
CHOICE = POLICY.surprise
WEEK_US = 7 * 86_400 * 1_000_000
HOUR = target(0, 3_600)
LATER = ZERO_US + 60 * WEEK_US


def days(device: str, weeks: range, x: float = 0.0) -> list[tuple[str, int, float]]:
    """A fix a minute for three hours round the crime's hour, so many weeks off."""
    return [
        (device, ZERO_US + week * WEEK_US + minute * 60_000_000, x)
        for week in weeks
        for minute in range(-90, 90)
    ]


def fixes(*parts: list[tuple[str, int, float]]) -> Fixes:
    rows = [row for part in parts for row in part]
    device, t_us, x = zip(*rows, strict=True)
    n = len(rows)
    return arrays.fixes(
        device,
        np.array(t_us),
        EAST + np.array(x),
        np.full(n, NORTH),
        accuracy_m=np.full(n, 8, np.float32),
    )


def worn(loose: Fixes, **orders: tuple[int, int]) -> Wearers:
    """Each device's wearer N-<device>, always in an order unless said otherwise."""
    spans = [orders.get(d, (-(2**61), END_US)) for d in loose.devices]
    return Wearers(
        np.arange(len(spans), dtype=np.int32),
        np.array([low for low, _ in spans]),
        np.array([high for _, high in spans]),
        tuple(f"N-{d}" for d in loose.devices),
        tuple(f"O-{d}" for d in loose.devices),
        ("LEICS-16",) * len(spans),
    )


def rates(loose: Fixes, as_at_us: int = LATER, targets: Targets = HOUR) -> Rates:
    return rates_of(trust(loose, POLICY), worn(loose), targets, as_at_us, POLICY)


def told(found: Rates, who: str, hit: Finding | None = None) -> Assessment:
    finding = hit or Finding("hit", 1.0, 1.0)
    return assess(finding, found, found.people.index(who), 0, CHOICE)


# Ten others who live elsewhere, as most do: their hours make the place's footfall.
OTHERS = [days(f"X{i}", range(-8, 1), 5_000.0 + i) for i in range(10)]
HABIT = days("H", range(-8, 1))
STRANGER = days("S", range(-8, 0), 9_000.0) + days("S", range(1))


def test_a_habit_is_no_surprise_and_a_stranger_is_one() -> None:
    found = rates(fixes(HABIT, STRANGER, *OTHERS))
    habit, stranger = told(found, "N-H"), told(found, "N-S")
    assert (habit.n, habit.k) == (8, 8)
    assert (stranger.n, stranger.k) == (8, 0)
    pi = 8 / (12 * 8)
    assert habit.footfall == pytest.approx(pi, rel=1e-3)
    assert habit.base_rate == pytest.approx((8 + 2 * pi) / 10, rel=1e-3)
    assert stranger.base_rate == pytest.approx(2 * pi / 10, rel=1e-3)
    assert habit.likelihood_ratio == pytest.approx(1 / habit.base_rate, rel=1e-3)
    assert habit.likelihood_ratio < 1.25
    assert stranger.likelihood_ratio > 50
    # Lambda: one with the habit, eleven without.
    expected = (8 + 2 * pi) / 10 + 11 * 2 * pi / 10
    assert habit.expected == stranger.expected == pytest.approx(expected, rel=1e-3)
    assert "no support for either" in habit.because
    assert "In 0 of 8 comparable hours" in stranger.because
    assert "830 wearers in 10,000" in stranger.because
    assert all(proposition in stranger.because for proposition in PROPOSITIONS)
    assert "excludes nobody" in CAVEAT


def test_where_nobody_ever_was_the_ratio_is_the_cap() -> None:
    found = told(rates(fixes(STRANGER, *OTHERS)), "N-S")
    assert (found.base_rate, found.footfall, found.expected) == (0, 0, 0)
    assert found.likelihood_ratio == CHOICE.max_ratio
    assert "none of 88 such hours of all wearers" in found.because
    assert "1,000 times or more" in found.because


def test_fewer_than_four_controls_are_not_assessable() -> None:
    young = days("Y", range(-3, 1))
    found = rates(fixes(young, HABIT))
    short = told(found, "N-Y")
    assert (short.n, short.k) == (3, 3)
    assert short.base_rate is None
    assert short.likelihood_ratio is None
    assert short.footfall == pytest.approx(1)
    assert short.because.startswith("Not assessable: the trail covers 3 comparable")
    assert not found.assessable(CHOICE)[found.people.index("N-Y"), 0]
    four = told(rates(fixes(days("Y", range(-4, 1)), HABIT)), "N-Y")
    assert four.base_rate is not None


def test_nobody_without_an_order_for_it_is_assessed() -> None:
    found = rates(fixes(HABIT))
    bare = assess(Finding("hit", 1.0, 1.0), found, None, 0, CHOICE)
    assert (bare.n, bare.base_rate, bare.likelihood_ratio) == (0, None, None)
    assert "base rates" in bare.because


def test_weeks_after_count_once_they_have_come() -> None:
    loose = fixes(HABIT, days("H", range(1, 9), 3_000.0))
    n_k = []
    for weeks in (0, 1, 4, 20):
        found = rates(loose, ZERO_US + weeks * WEEK_US + 3_600_000_000)
        n_k.append((int(found.n[0, 0]), int(found.k[0, 0])))
    assert n_k == [(8, 8), (9, 8), (12, 8), (16, 8)]
    almost = rates(loose, ZERO_US + WEEK_US + 3_600_000_000 - 1)
    assert almost.n[0, 0] == 8


def test_a_week_without_cover_or_out_of_order_is_no_control() -> None:
    """A gap of half an hour in the hour; an order that began four weeks ago."""
    gappy = [row for row in HABIT if not _in_gap(row[1])]
    loose = fixes(gappy, HABIT_OF_Z)
    spans = {"Z": (ZERO_US - 4 * WEEK_US - 1_000_000, END_US)}
    found = rates_of(trust(loose, POLICY), worn(loose, **spans), HOUR, LATER, POLICY)
    assert found.people == ("N-H", "N-Z")
    assert found.n[:, 0].tolist() == [7, 4]
    assert found.k[:, 0].tolist() == [7, 4]
    # Who was not yet in an order then is not monitored then.
    before = target(-5 * 7 * 86_400.0, -5 * 7 * 86_400.0 + 60)
    early = rates_of(trust(loose, POLICY), worn(loose, **spans), before, LATER, POLICY)
    assert early.monitored[:, 0].tolist() == [True, False]


HABIT_OF_Z = days("Z", range(-8, 1))


def _in_gap(t_us: int) -> bool:
    minute = (t_us - (ZERO_US - 3 * WEEK_US)) / 60e6
    return 10 < minute < 40


def test_an_order_that_follows_another_keeps_the_habit() -> None:
    """The same nominal on two devices, one after the other."""
    loose = fixes(days("A", range(-8, -4)), days("B", range(-4, 1)))
    both = replace(worn(loose), nominal_id=("N", "N"))
    found = rates_of(trust(loose, POLICY), both, HOUR, LATER, POLICY)
    assert found.people == ("N",)
    assert (found.n[0, 0], found.k[0, 0]) == (8, 8)


def test_the_hour_stays_the_hour_when_the_clock_changes() -> None:
    """Ten o'clock of London on 7 April is 09:00 UTC, on 24 March 10:00 UTC."""
    tuesday = ZERO_US + 4 * WEEK_US - 3_600_000_000
    there = HOUR.shifted(tuesday - ZERO_US)
    found = controls(there, LATER, CHOICE)
    hours = [from_us(t).astimezone(LONDON) for t in found.windows.from_us.tolist()]
    assert {(h.weekday(), h.hour, h.minute) for h in hours} == {(1, 10, 0)}
    assert {from_us(t).hour for t in found.windows.from_us.tolist()} == {9, 10}
    assert set((found.windows.to_us - found.windows.from_us).tolist()) == {3.6e9}
    assert found.week.tolist() == [w for w in range(-8, 9) if w]


def test_an_hour_that_the_clock_leaves_out_is_still_asked_about() -> None:
    """01:30 on the last Sunday of March does not exist in London."""
    sunday = ZERO_US + 12 * 86_400_000_000 - int(8.5 * 3_600_000_000)
    assert from_us(sunday).astimezone(LONDON).hour == 1
    found = controls(HOUR.shifted(sunday - ZERO_US), LATER, CHOICE)
    at = [from_us(t) for t in found.windows.from_us.tolist()]
    assert len(at) == 16
    assert sorted({a.hour for a in at}) == [0, 1]


def test_base_rates_and_ratios_by_hand() -> None:
    k, n = np.array([[0], [8], [3]]), np.array([[8], [8], [4]])
    member = np.array([[True], [True], [False]])
    pi = footfall(k, n, member)
    assert pi.tolist() == [0.5]
    assert base_rates(k, n, pi, CHOICE)[:, 0] == pytest.approx([0.1, 0.9, 4 / 6])
    assert np.isnan(footfall(k, n * 0, member)).all()
    ratio = likelihood_ratios(
        np.array([1.0, 0.45, 0.5, 1e-9, 0.5]),
        np.array([0.1, 0.9, 0.0, 1.0, np.nan]),
        CHOICE,
    )
    assert ratio[:4].tolist() == [10.0, 0.5, 1_000.0, 1e-9]
    assert np.isnan(ratio[4])


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1_000, "moderately strong"),
        (100, "moderately strong"),
        (99, "moderate "),
        (10, "moderate "),
        (2, "weak "),
        (1.99, "no support"),
        (0.51, "no support"),
        (0.5, "excludes nobody"),
        (0.001, "excludes nobody"),
    ],
)
def test_a_ratio_in_words(ratio: float, expected: str) -> None:
    assert expected in words(ratio, CHOICE)


def test_without_fix_or_cover_no_ratio_is_given() -> None:
    """A passing by line alone; a hit of fixes that make no line."""
    found = rates(fixes(HABIT, STRANGER))
    passed = told(found, "N-S", Finding("passed", None, 1.0))
    assert passed.base_rate is not None
    assert passed.likelihood_ratio is None
    assert "no fix came into question" in passed.because
    assert "was or came past here" in passed.because
    lone = told(found, "N-S", Finding("hit", 0.9, 0.0))
    assert lone.likelihood_ratio is None
    assert "no line covers the window" in lone.because


def test_someone_of_another_force_counts_once_he_was_there() -> None:
    loose = fixes(HABIT, STRANGER, *OTHERS)
    everyone, trails = worn(loose), trust(loose, POLICY)
    nobody = np.zeros((12, 1), np.bool_)
    found = rates_of(trails, everyone, HOUR, LATER, POLICY, member=nobody)
    assert found.footfall[0] == 0.5
    assert found.hours[0] == 16
    assert found.expected[0] == pytest.approx(0.9 + 0.1)
