"""Marks and stops held against a plain restatement, every fix by itself."""

import math
from itertools import pairwise

import numpy as np
import pytest

from geocorr import portions
from geocorr.arrays import (
    ASSUMED,
    COARSE,
    HOUR_US,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
    UNTRUSTED,
    Fixes,
    Trails,
)
from geocorr.policy import Policy
from geocorr.trust import trust
from loaders.policy import shipped

GAP_US = 300_000_000
SECOND_US = 1_000_000
ACCURACIES = (np.nan, 0, -1, np.inf, 5, 12.5, 30.1, 99.9, 100, 100.1, 300)


def careless(seed: int, devices: int = 6, each: int = 150) -> Fixes:
    """Tags that stand, walk, drive, leap, fall silent and repeat a time."""
    rng = np.random.default_rng(seed)
    shape = (devices, each)
    steps_s = rng.choice([0, 1, 5, 30, 60, 60, 60, 300, 301, 4_000], shape)
    t_us = 1_770_000_000 * SECOND_US + np.cumsum(steps_s * SECOND_US, axis=1).ravel()
    reach_m = rng.choice([0, 0, 3, 10, 40, 400, 3_000], shape)
    home = 300_000.0 + np.cumsum(
        rng.normal(size=(2, *shape)) * reach_m * rng.choice([0.02, 1]), axis=2
    )
    leap = rng.choice([0, 0, 0, 0, 0, 9_000], shape)
    x, y = (home + leap).reshape(2, -1)
    device = np.repeat(np.arange(devices), each).astype(np.int32)
    order = np.lexsort((y, x, t_us, device))
    accuracy_m = rng.choice(ACCURACIES, x.size).astype(np.float32)
    mechanism = rng.choice([0, 0, 0, 0, 0, 1, 2, 3], x.size).astype(np.uint8)
    names = tuple(f"D{d}" for d in range(devices))
    return Fixes(names, device, t_us, x[order], y[order], accuracy_m, mechanism)


class Plain:
    """The rules once more, of one device, as they are told in `matching.md`."""

    def __init__(self, fixes: Fixes, policy: Policy) -> None:
        self.f, self.p, n = fixes, policy, len(fixes)
        self.r = [self._r95(i) for i in range(n)]
        self.marks = [self._own(i) for i in range(n)]
        self._outliers()
        self._legs()
        self.stop = [-1] * n
        self.stops: list[tuple[list[int], tuple[float, ...]]] = []
        self._stops()

    def _stated(self, i: int) -> bool:
        a = float(self.f.accuracy_m[i])
        return math.isfinite(a) and a > 0

    def _r95(self, i: int) -> np.float32:
        a = self.p.accuracy
        taken = (a.gps_m, a.wifi_m, a.lbs_m, a.rf_m)[self.f.mechanism[i]]
        stated = self.f.accuracy_m[i] if self._stated(i) else np.float32(taken)
        return max(np.float32(stated), np.float32(a.floor_m))

    def _own(self, i: int) -> int:
        mark = 0 if self._stated(i) else ASSUMED
        mark |= 0 if self.f.mechanism[i] in (0, 1) else MECHANISM
        mark |= COARSE if self.r[i] > np.float32(self.p.trust.max_r95_m) else 0
        same = [j for j in (i - 1, i + 1) if 0 <= j < len(self.f)]
        twin = any(self.f.t_us[j] == self.f.t_us[i] for j in same)
        return mark | (TWIN if twin else 0)

    def _good(self) -> list[int]:
        return [i for i, mark in enumerate(self.marks) if not mark & UNTRUSTED]

    def _far(self, i: int, j: int) -> float:
        return math.hypot(self.f.x_m[j] - self.f.x_m[i], self.f.y_m[j] - self.f.y_m[i])

    def _speed(self, i: int, j: int) -> float:
        net = self._far(i, j) - float(self.r[i]) - float(self.r[j])
        return max(0.0, net) / (float(self.f.t_us[j] - self.f.t_us[i]) / 1e6)

    def _joined(self, i: int, j: int) -> bool:
        return bool(self.f.t_us[j] - self.f.t_us[i] <= GAP_US)

    def _outliers(self) -> None:
        of, good = self.p.trust, self._good()
        for a, b, c in zip(good, good[1:], good[2:], strict=False):
            if not (self._joined(a, b) and self._joined(b, c)):
                continue
            slower = min(self._speed(a, b), self._speed(b, c))
            near = max(of.spike_return_m, self.r[a], self.r[c])
            if slower > of.spike_speed_m_s and self._far(a, c) <= near:
                self.marks[b] |= SPIKE
            elif slower > of.max_speed_m_s >= self._speed(a, c):
                self.marks[b] |= SPEED

    def _legs(self) -> None:
        for i, j in pairwise(self._good()):
            if self._joined(i, j) and self._speed(i, j) > self.p.trust.max_speed_m_s:
                self.marks[i] |= SPEED
                self.marks[j] |= SPEED

    def _stops(self) -> None:
        good, t = self._good(), self.f.t_us
        for hour in sorted({int(t[i]) // HOUR_US for i in good}):
            begin, end = hour * HOUR_US, (hour + 1) * HOUR_US
            seen = [i for i in good if begin - GAP_US <= t[i] < end + GAP_US]
            while seen:
                stay = self._stay(seen)
                if t[stay[-1]] - t[stay[0]] < self.p.stop.min_s * SECOND_US:
                    seen = seen[1:]
                    continue
                if t[stay[-1]] >= begin and t[stay[0]] < end:
                    for i in stay:
                        if begin <= t[i] < end:
                            self.stop[i] = len(self.stops)
                    self.stops.append((stay, self._observed(stay)))
                seen = seen[len(stay) :]

    def _stay(self, seen: list[int]) -> list[int]:
        of, stay = self.p.stop, seen[:1]
        near = max(of.radius_m, of.r95_factor * float(self.r[stay[0]]))
        for j in seen[1:]:
            if not self._joined(stay[-1], j) or self._far(stay[0], j) > near:
                break
            stay.append(j)
        return stay

    def _observed(self, stay: list[int]) -> tuple[float, ...]:
        median = np.median([self.r[i] for i in stay])
        return self.f.x_m[stay].mean(), self.f.y_m[stay].mean(), float(median)


def of_one(fixes: Fixes, device: int) -> tuple[slice, Fixes]:
    a, b = fixes.device_starts()[device : device + 2]
    return slice(int(a), int(b)), fixes.take(slice(a, b))


def assert_same(trails: Trails, part: slice, plain: Plain, before: int) -> None:
    assert trails.r95_m[part].tolist() == plain.r
    assert trails.marks[part].tolist() == plain.marks
    assert trails.stop[part].tolist() == [
        stop + before if stop >= 0 else -1 for stop in plain.stop
    ]
    own = trails.stops
    for k, (stay, (x_m, y_m, r95_m)) in enumerate(plain.stops, start=before):
        assert own.x_m[k] == pytest.approx(x_m, abs=1e-6)
        assert own.y_m[k] == pytest.approx(y_m, abs=1e-6)
        assert own.accuracy_m[k] == pytest.approx(r95_m, rel=1e-7)
        ends = (own.from_us[k] - plain.f.t_us[stay[0]], own.to_us[k])
        assert ends == (0, plain.f.t_us[stay[-1]])


@pytest.mark.parametrize("seed", range(25))
def test_every_mark_and_stop_is_what_the_rules_say(seed):
    fixes, policy = careless(seed), shipped()
    trails, before = trust(fixes, policy), 0
    for device in range(len(fixes.devices)):
        part, alone = of_one(fixes, device)
        plain = Plain(alone, policy)
        assert_same(trails, part, plain, before)
        before += len(plain.stops)
    assert before == len(trails.stops)


def test_all_kinds_of_marks_are_tried():
    marks = np.concatenate([trust(careless(s), shipped()).marks for s in range(25)])
    for bit in (0, ASSUMED, MECHANISM, COARSE, SPEED, SPIKE, TWIN):
        assert np.count_nonzero((marks & bit) > 0 if bit else marks == 0) >= 5


def test_portions_and_threads_change_nothing():
    fixes = careless(3)
    copies = portions.PORTION * portions.TOGETHER // len(fixes) * 3
    one, n = trust(fixes, shipped()), len(fixes.devices)
    device = np.concatenate([fixes.device + np.int32(n * k) for k in range(copies)])
    columns = (fixes.t_us, fixes.x_m, fixes.y_m, fixes.accuracy_m, fixes.mechanism)
    many = trust(
        Fixes(
            tuple(f"D{d}" for d in range(n * copies)),
            device,
            *(np.tile(column, copies) for column in columns),
        ),
        shipped(),
    )
    assert np.array_equal(many.marks, np.tile(one.marks, copies))
    assert np.array_equal(many.r95_m, np.tile(one.r95_m, copies))
    assert np.array_equal(many.stops.x_m, np.tile(one.stops.x_m, copies))
    assert np.array_equal(many.stops.accuracy_m, np.tile(one.stops.accuracy_m, copies))
    shift = np.repeat(np.arange(copies) * len(one.stops), len(fixes))
    stop = np.tile(one.stop, copies)
    assert np.array_equal(many.stop, np.where(stop >= 0, stop + shift, -1))


def test_no_fixes_no_stops():
    none = trust(careless(1, devices=1).take(slice(0, 0)), shipped())
    assert (len(none.marks), len(none.stop), len(none.stops)) == (0, 0, 0)
