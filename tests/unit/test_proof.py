"""The fixes that a verdict rests on are all that it takes to come to it again."""

from dataclasses import replace

import numpy as np
import pytest

from geocorr import arrays
from geocorr.arrays import Trails
from geocorr.model import Verdict
from geocorr.presence import Asked, everyone, judged, presences, ranking, told, words
from geocorr.trust import OffSpell, trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, target, trail, wearer

SLOW = shipped()


def cut(trails: Trails, first: int, last: int) -> Trails:
    part = slice(first, last)
    columns = (trails.r95_m[part], trails.marks[part], trails.stop[part])
    return Trails(trails.fixes.take(part), *columns, trails.stops, trails.tamper_known)


def scene(rng: np.random.Generator):
    """A trail with gaps, cell towers, assumed accuracies, an open strap, an order."""
    t = np.cumsum(rng.choice([20, 60, 61, 290, 900, 4_000], 160, p=PACES)) - 9_000
    pace = rng.choice([0.0, 1.5, 15.0, 45.0], len(t), p=[0.4, 0.3, 0.25, 0.05])
    heading = np.cumsum(rng.normal(0, 0.5, len(t)))
    step = np.diff(t, prepend=t[0]) * pace
    x, y = np.cumsum(step * np.cos(heading)), np.cumsum(step * np.sin(heading))
    accuracy = rng.choice([8.0, 40.0, 150.0, np.nan], len(t), p=[0.6, 0.2, 0.1, 0.1])
    fixes = arrays.fixes(
        ["T1"] * len(t),
        ZERO_US + t.astype(np.int64) * 1_000_000,
        EAST + x,
        NORTH + y,
        accuracy_m=accuracy.astype(np.float32),
        mechanism=rng.choice([0, 1, 2], len(t), p=[0.8, 0.1, 0.1]).astype(np.uint8),
    )
    off = []
    if rng.random() < 0.3:
        at = ZERO_US + int(rng.integers(-9_000, 9_000)) * 1_000_000
        off = [OffSpell("T1", at, at + int(rng.integers(1, 3_000)) * 1_000_000)]
    begin = float(rng.integers(-6_000, 6_000))
    if rng.random() < 0.3:
        begin = float(t[len(t) // 2])
    where = int(rng.integers(len(t)))
    if rng.random() < 0.3:
        where = int(np.searchsorted(t, begin).clip(0, len(t) - 1))
    place = {
        "x": float(x[where] + rng.normal(0, rng.choice([80, 2_000, 50_000]))),
        "y": float(y[where] + rng.normal(0, 300)),
    }
    window = target(begin, begin + float(rng.choice([0, 60, 1_800, 20_000])), **place)
    worn = wearer() if rng.random() < 0.5 else wearer(-5_000, max(begin + 900, -4_000))
    return trust(fixes, SLOW, off), worn, window


PACES = [0.2, 0.4, 0.2, 0.1, 0.07, 0.03]


def test_what_a_verdict_rests_on_gives_it_again():
    rng = np.random.default_rng(21)
    seen: dict[str, int] = {}
    shorter = 0
    for _ in range(700):
        trails, worn, window = scene(rng)
        pairs = everyone(window, worn)
        asked = Asked(trails, worn, window, pairs, SLOW)
        found = judged(asked)
        (whole,) = told(asked, found)
        span = int(found.proofs.first[0]), int(found.proofs.last[0])
        (again,) = presences(cut(trails, *span), worn, window, pairs, SLOW)
        assert again == whole
        shorter += whole.fixes < len(trails.fixes)
        seen[whole.verdict] = seen.get(whole.verdict, 0) + 1
    assert set(seen) == set(Verdict)
    assert min(seen.values()) >= 5
    assert shorter > 500


def test_more_of_the_trail_changes_nothing_that_is_certain():
    """What is read first is enough for most; the others are told apart."""
    rng = np.random.default_rng(22)
    certain = 0
    for _ in range(300):
        trails, worn, window = scene(rng)
        pairs = everyone(window, worn)
        (whole,) = presences(trails, worn, window, pairs, SLOW)
        t = trails.fixes.t_us
        first = int(np.searchsorted(t, int(window.from_us[0]) - 3_600_000_000))
        last = int(np.searchsorted(t, int(window.to_us[0]) + 3_600_000_000, "right"))
        asked = Asked(cut(trails, first, last), worn, window, pairs, SLOW)
        part = judged(asked)
        if part.certain[0]:
            certain += 1
            assert told(asked, part) == [whole]
    assert certain > 50


def test_a_verdict_says_how_many_fixes_it_rests_on_and_when():
    minutes = trail(*[(60 * i, 90_000, 0) for i in range(-200, 200)])
    (found,) = presences(
        trust(minutes, SLOW), wearer(), target(0, 600), everyone(target(0, 600), WORN),
        SLOW,
    )  # fmt: skip
    assert found.verdict is Verdict.RULED_OUT
    # One gap of 300 s either side of ten minutes, a fix a minute.
    assert (found.fixes, found.first_us, found.last_us) == (
        21, ZERO_US - 300_000_000, ZERO_US + 900_000_000,
    )  # fmt: skip


WORN = wearer()


def test_a_verdict_without_a_fix_rests_on_none():
    nothing = trust(trail((0, 0, 0)).take(slice(0, 0)), SLOW)
    (found,) = presences(
        nothing, WORN, target(0, 60), everyone(target(0, 60), WORN), SLOW
    )
    assert found.verdict is Verdict.NO_DATA
    assert (found.fixes, found.first_us, found.last_us) == (0, None, None)


def test_a_list_begins_with_the_strongest_and_the_slowest():
    """Hit, passed, possible by required speed, no data, ruled out."""
    spots = {"A": 200_000, "B": 1_500, "C": 900, "D": 0}
    points = [
        (device, 60 * i, x) for device, x in spots.items() for i in range(-70, 71)
    ]
    t = np.array([p[1] for p in points], dtype=np.int64)
    fixes = arrays.fixes(
        [p[0] for p in points],
        ZERO_US + t * 1_000_000,
        EAST + np.array([p[2] for p in points], dtype=np.float64),
        np.full(len(points), NORTH),
        accuracy_m=np.full(len(points), 10, np.float32),
    )
    worn = replace(
        WORN,
        device=np.arange(5, dtype=np.int32),
        from_us=np.repeat(WORN.from_us, 5),
        to_us=np.repeat(WORN.to_us, 5),
        nominal_id=tuple("ABCDE"), order_id=tuple("ABCDE"), rules=("",) * 5,
    )  # fmt: skip
    fixes = replace(fixes, devices=("A", "B", "C", "D", "E"))
    window = target(30, 150)
    asked = Asked(
        trust(fixes, SLOW), worn, window, everyone(window, worn),
        replace(SLOW, alibi=replace(SLOW.alibi, top_speed_m_s=60.0)),
    )  # fmt: skip
    found = judged(asked)
    listed = told(asked, found, ranking(found))
    assert [(p.wearer, p.verdict) for p in listed] == [
        (3, "hit"), (2, "possible"), (1, "possible"), (4, "no_data"), (0, "ruled_out"),
    ]  # fmt: skip
    assert listed[1].required_speed_kmh < listed[2].required_speed_kmh


@pytest.mark.parametrize("clock_error_s", [0.0, 120.0])
def test_the_clocks_error_is_part_of_what_is_looked_at(clock_error_s):
    alibi = replace(SLOW.alibi, clock_error_s=clock_error_s)
    policy = replace(SLOW, alibi=alibi)
    fixes = trust(trail(*[(60 * i, 9_000, 0) for i in range(-9, 10)]), policy)
    window = target(0, 60)
    (found,) = presences(fixes, WORN, window, everyone(window, WORN), policy)
    assert found.fixes == (12 if not clock_error_s else 16)


def test_verdicts_to_be_counted_are_those_that_are_told():
    rng = np.random.default_rng(23)
    for _ in range(300):
        trails, worn, window = scene(rng)
        asked = Asked(trails, worn, window, everyone(window, worn), SLOW)
        assert words(asked).tolist() == judged(asked).words.tolist()
