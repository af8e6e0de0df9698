"""When two tags were near each other, against dense sampling of both trails."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr import arrays
from geocorr.arrays import BEGINNING_US, END_US, Fixes, Wearers
from geocorr.copresence import CoPresent, co_presence, explain
from geocorr.one_fix import probability
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, trail

POLICY = shipped()
RADIUS_M = POLICY.co_presence.radius_m


def both(one: Fixes, other: Fixes) -> Fixes:
    """Two trails in one table, devices T1 and T2."""
    names = ["T1"] * len(one) + ["T2"] * len(other)
    columns = ("t_us", "x_m", "y_m", "accuracy_m")
    t, x, y, r = (np.concatenate([getattr(one, c), getattr(other, c)]) for c in columns)
    return arrays.fixes(names, t, x, y, accuracy_m=r)


def worn(*orders: tuple[float, float]) -> Wearers:
    """Devices 0 and 1 while orders [from, to) are in force, in seconds."""
    given_ = orders or ((None, None),) * 2
    lows = [
        BEGINNING_US if lo is None else ZERO_US + round(lo * 1e6) for lo, _ in given_
    ]
    highs = [END_US if hi is None else ZERO_US + round(hi * 1e6) for _, hi in given_]
    columns = (np.arange(2, dtype=np.int32), np.array(lows), np.array(highs))
    return Wearers(*columns, ("N1", "N2"), ("O1", "O2"), ("LEICS-16",) * 2)


def asked(one, other, from_s=0.0, to_s=3_600.0, *orders, policy=POLICY) -> CoPresent:
    trails = trust(both(one, other), policy)
    window = (ZERO_US + round(from_s * 1e6), ZERO_US + round(to_s * 1e6))
    return co_presence(trails, worn(*orders), ([0], [1]), window, policy)


def seconds(stays, name: str) -> list[float]:
    return ((getattr(stays, name) - ZERO_US) / 1e6).tolist()


def stand(x: float, minutes: range, **more) -> Fixes:
    return trail(*[(60 * m, x, 0) for m in minutes], **more)


def test_two_tags_that_stand_in_one_place_are_together_all_the_time():
    found = asked(stand(0, range(61)), stand(60, range(61)))
    assert len(found.stays) == 1
    assert (seconds(found.stays, "from_us"), seconds(found.stays, "to_us")) == (
        [0],
        [3_600],
    )
    assert found.stays.together_s.tolist() == [3_600]
    assert found.stays.least_m.tolist() == [60]
    assert found.common_s == 3_600


def test_a_tag_that_drives_past_another_between_its_fixes():
    """20 m/s along the road, the other 60 m beside it: 80 m either way, 8 s."""
    car = trail((0, -630, 0), (60, 570, 0))
    past = asked(trail((0, 0, 60), (60, 0, 60)), car)
    assert past.stays.together_s.tolist() == pytest.approx([8])
    assert seconds(past.stays, "from_us") == pytest.approx([(630 - 80) / 20])
    assert past.stays.least_m.tolist() == pytest.approx([60])
    assert np.isnan(past.stays.probability).all()
    assert past.common_s == 60
    assert past.covered_s == (60, 60)
    assert ((past.stays.x_m - EAST)[0], (past.stays.y_m - NORTH)[0]) == pytest.approx(
        (0, 30)
    )


def test_both_move_and_only_their_difference_counts():
    one = trail((0, 0, 0), (100, 1_000, 0))
    other = trail((0, 0, 90), (100, 1_000, 90))
    found = asked(one, other, 0, 100)
    assert found.stays.together_s.tolist() == pytest.approx([100])
    assert found.stays.least_m.tolist() == pytest.approx([90])


def test_the_radius_is_closed():
    at = asked(stand(0, range(11)), stand(RADIUS_M, range(11)))
    beyond = asked(stand(0, range(11)), stand(RADIUS_M + 0.001, range(11)))
    assert (len(at.stays), len(beyond.stays)) == (1, 0)


def test_one_stay_may_leave_the_radius_for_a_short_while():
    def walk(away: range) -> Fixes:
        return trail(*[(60 * m, 500 if m in away else 0, 0) for m in range(61)])

    short = asked(stand(0, range(61)), walk(range(20, 24)))
    assert len(short.stays) == 1
    assert short.stays.together_s[0] == pytest.approx(3_600 - 180 - 2 * 48)
    assert len(asked(stand(0, range(61)), walk(range(20, 27))).stays) == 2


def test_what_is_not_covered_is_not_told():
    gone = asked(stand(0, range(11)), stand(0, range(20, 31)))
    assert (gone.common_s, len(gone.stays)) == (0.0, 0)
    gap = asked(stand(0, range(61)), stand(0, [*range(11), *range(20, 61)]))
    assert gap.common_s == pytest.approx(3_600 - 600)
    assert len(gap.stays) == 2


def test_the_sentence_has_the_numbers_and_speaks_of_tags():
    found = asked(stand(0, range(31)), stand(60, range(61)))
    text = explain(found, 3_600.0, POLICY)
    assert "within 100 m of each other for 30 min, in 1 stay" in text
    assert "30 min that the lines of both trails cover (50 % of the time asked)" in text
    twice = asked(stand(0, range(61)), stand(0, [*range(11), *range(40, 61)]))
    assert "30 min, in 2 stays (the longest 20 min)" in explain(twice, 3_600.0, POLICY)
    never = explain(asked(stand(0, range(61)), stand(900, range(61))), 3_600.0, POLICY)
    assert "were not within 100 m of each other at any time" in never
    nothing = explain(asked(stand(0, range(3)), stand(0, range(9, 12))), 3_600, POLICY)
    assert nothing.startswith("Nothing can be said")


def test_only_fixes_inside_both_orders_count():
    found = asked(
        stand(0, range(61)), stand(0, range(61)), 0, 3_600, (600, 1_801), (1_200, 5_000)
    )
    assert (seconds(found.stays, "from_us"), seconds(found.stays, "to_us")) == (
        [1_200],
        [1_800],
    )


def rows_of(*orders: tuple[int, float, float]) -> Wearers:
    """Rows of (device, from, to) in seconds."""
    device, low, high = (np.array(c) for c in zip(*orders, strict=True))
    times = [ZERO_US + np.round(t * 1e6).astype(np.int64) for t in (low, high)]
    names = tuple(f"O{i}" for i in range(len(orders)))
    return Wearers(device.astype(np.int32), *times, names, names, names)


def test_a_swap_of_tags_goes_on_with_the_other_tag():
    """N1 wears T1 for half an hour, then T2, where T3 has been all the time."""
    three = [
        stand(x, range(61), device=d) for d, x in (("T1", 0), ("T2", 9), ("T3", 5))
    ]
    columns = ("t_us", "x_m", "y_m", "accuracy_m")
    names = np.repeat(["T1", "T2", "T3"], 61).astype(object)
    joined = [np.concatenate([getattr(f, c) for f in three]) for c in columns]
    trails = trust(arrays.fixes(names, *joined[:3], accuracy_m=joined[3]), POLICY)
    window = (ZERO_US, ZERO_US + 3_600_000_000)
    swap = rows_of((0, 0, 1_800), (1, 1_800, 9_000), (2, 0, 9_000))
    found = co_presence(trails, swap, ([0, 1], [2]), window, POLICY)
    # The last fix of T1 is at 29 min: half past belongs to the next order.
    assert found.common_s == 3_540
    assert len(found.stays) == 1
    twice = rows_of((0, 0, 9_000), (1, 0, 9_000), (2, 0, 9_000))
    found = co_presence(trails, twice, ([0, 1], [2]), window, POLICY)
    assert found.common_s == 3_600
    assert found.stays.least_m.tolist() == [5]


def test_a_person_without_an_order_then_has_no_line():
    trails = trust(both(stand(0, range(9)), stand(0, range(9))), POLICY)
    found = co_presence(trails, worn(), ([], [1]), (ZERO_US, ZERO_US + 1), POLICY)
    assert (found.common_s, len(found.stays)) == (0.0, 0)


def test_a_fix_that_is_not_trusted_joins_no_line():
    coarse = stand(0, range(11), accuracy_m=150.0)
    assert asked(stand(0, range(11)), coarse).common_s == 0.0


def test_probability_takes_both_errors():
    one = stand(0, range(11), accuracy_m=[40.0] * 5 + [30.0] + [40.0] * 5)
    found = asked(one, stand(80, range(11), accuracy_m=40.0), 0, 600)
    assert seconds(found.stays, "observed_us") == [300]
    columns = (np.array([v]) for v in (80.0, 30.0, RADIUS_M, 40.0))
    assert found.stays.probability[0] == pytest.approx(probability(*columns)[0])
    rng = np.random.default_rng(3)
    s = np.hypot(30, 40) / 2.4477
    true = np.hypot(80 + rng.normal(0, s, 400_000), rng.normal(0, s, 400_000))
    assert found.stays.probability[0] == pytest.approx(
        (true <= RADIUS_M).mean(), abs=0.004
    )


# ---- Dense sampling


points = st.lists(
    st.tuples(
        st.integers(1, 500), st.integers(-400, 400), st.integers(-400, 400)
    ),
    min_size=2,
    max_size=14,
)  # fmt: skip


def walked(legs) -> Fixes:
    t = np.cumsum([leg[0] for leg in legs]) - 300.0
    return trail(*[(a, x, y) for a, (_, x, y) in zip(t, legs, strict=True)])


def sampled(fixes: Fixes, trusted, t: np.ndarray) -> np.ndarray:
    """Place at each time, NaN where no line covers it; one fix after the other."""
    place = np.full((len(t), 2), np.nan)
    good = np.flatnonzero(trusted)
    own_s = (fixes.t_us - ZERO_US) / 1e6
    for i, j in pairwise(good):
        if not 0 < own_s[j] - own_s[i] <= POLICY.line.max_gap_s:
            continue
        k = (t >= own_s[i]) & (t <= own_s[j])
        u = (t[k] - own_s[i]) / (own_s[j] - own_s[i])
        place[k, 0] = fixes.x_m[i] + u * (fixes.x_m[j] - fixes.x_m[i])
        place[k, 1] = fixes.y_m[i] + u * (fixes.y_m[j] - fixes.y_m[i])
    return place


@given(points, points, st.floats(0, 900), st.floats(100, 2_000))
@settings(deadline=None, max_examples=60)
def test_the_kernel_agrees_with_dense_sampling(one_legs, other_legs, from_s, long_s):
    one, other = walked(one_legs), walked(other_legs)
    step = 0.25
    t = np.arange(from_s + step / 2, from_s + long_s, step)
    trails = trust(both(one, other), POLICY)
    cut = len(one)
    a = sampled(one, trails.trusted[:cut], t)
    b = sampled(other, trails.trusted[cut:], t)
    apart = np.hypot(*(a - b).T)
    found = asked(one, other, from_s, from_s + long_s)
    legs = len(one_legs) + len(other_legs)
    covered = np.isfinite(apart)
    assert found.common_s == pytest.approx(covered.sum() * step, abs=step * legs)
    near = covered & (apart <= RADIUS_M)
    assert found.stays.together_s.sum() == pytest.approx(
        near.sum() * step, abs=step * 2 * legs
    )
    begins, ends = seconds(found.stays, "from_us"), seconds(found.stays, "to_us")
    inside = np.zeros(len(t), bool)
    for begin, end, least in zip(begins, ends, found.stays.least_m, strict=True):
        of_stay = (t >= begin - step) & (t <= end + step)
        inside |= of_stay
        if (near & of_stay).any():
            assert apart[near & of_stay].min() >= least - 1e-6
    assert not (near & ~inside).any()
    assert np.all(np.diff(begins) > 0)
    spaces = np.array(begins[1:]) - np.array(ends[:-1])
    assert (spaces > POLICY.co_presence.apart_s - 1e-6).all()


@given(points, points)
@settings(deadline=None, max_examples=40)
def test_either_may_be_named_first(one_legs, other_legs):
    one, other = walked(one_legs), walked(other_legs)
    there, back = asked(one, other), asked(other, one)
    assert there.common_s == pytest.approx(back.common_s)
    assert seconds(there.stays, "from_us") == pytest.approx(
        seconds(back.stays, "from_us"), abs=1e-5
    )
    assert there.stays.probability == pytest.approx(back.stays.probability, nan_ok=True)
