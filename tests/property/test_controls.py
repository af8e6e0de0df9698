"""Comparable hours, counted by hand, = the kernel that walks them all at once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings

from geocorr import arrays
from geocorr.arrays import Fixes, Targets, Wearers
from geocorr.surprise import rates_of
from geocorr.trust import trust
from loaders.policy import shipped
from tests.property import oracle
from tests.property.scenes import scene, seeds

POLICY = shipped()
WEEK_US = 7 * 86_400 * 1_000_000
LONDON = ZoneInfo("Europe/London")


def weekly(fixes: Fixes, rng: np.random.Generator) -> Fixes:
    """The fixes again in other weeks, some weeks missing, some elsewhere."""
    weeks = [0, *(w for w in range(-9, 10) if w and rng.random() < 0.5)]
    columns = []
    for w in weeks:
        away = 0.0 if w == 0 or rng.random() < 0.8 else 2_000.0
        # At the same hour of UTC, of London, or some other time.
        hour = -1 if w > 0 else 0
        late = int(rng.choice([0, hour * 3_600, rng.integers(-3_600, 3_600)]))
        late = 0 if w == 0 else late * 1_000_000
        columns.append((fixes.t_us + w * WEEK_US + late, fixes.x_m + away))
    t_us, x_m = (np.concatenate(c) for c in zip(*columns, strict=True))
    n = len(weeks)
    return arrays.fixes(
        [fixes.devices[d] for d in np.tile(fixes.device, n)],
        t_us,
        x_m,
        np.tile(fixes.y_m, n),
        accuracy_m=np.tile(fixes.accuracy_m, n),
        mechanism=np.tile(fixes.mechanism, n),
    )


def by_hand(
    fixes: Fixes, wearers: Wearers, targets: Targets, as_at_us: int
) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """n and k of each person and target, window by window, wearer by wearer."""
    n: Counter[tuple[str, int]] = Counter()
    k: Counter[tuple[str, int]] = Counter()
    for g in range(len(targets)):
        for week in (w for w in range(-8, 9) if w):
            moved = moved_by(targets.take(np.array([g])), week)
            if moved.to_us[0] <= as_at_us:
                covered, there = in_week(fixes, wearers, moved)
                n.update((who, g) for who in covered)
                k.update((who, g) for who in covered & there)
    return n, k


def in_week(
    fixes: Fixes, wearers: Wearers, window: Targets
) -> tuple[set[str], set[str]]:
    """Who is covered in one control, and whom the rule finds at its place."""
    trails = oracle.trails(fixes, POLICY)
    listed = oracle.findings(fixes, wearers, window, POLICY)
    covered, there = set(), set()
    for w, device in enumerate(wearers.device.tolist()):
        who = wearers.nominal_id[w] or fixes.devices[device]
        if share(trails[device], wearers, w, window) >= 0.8:
            covered.add(who)
        if (0, w) in listed and listed[0, w].verdict == "hit":
            there.add(who)
    return covered, there


def moved_by(target: Targets, weeks: int) -> Targets:
    """By the London clock: what its hands show stays, whatever the offset is then."""
    at = datetime.fromtimestamp(int(target.from_us[0]) // 1_000_000, UTC)
    local = at.astimezone(LONDON)
    hands = local.replace(tzinfo=None) + timedelta(weeks=weeks)
    again = hands.replace(tzinfo=LONDON).astimezone(UTC)
    return target.shifted(round((again - at).total_seconds()) * 1_000_000)


def share(trail: list[oracle.Fix], wearers: Wearers, w: int, window: Targets) -> float:
    """Of one order: each line's part of the window added up."""
    begin, end = int(wearers.from_us[w]), int(wearers.to_us[w])
    c0, c1 = int(window.from_us[0]), int(window.to_us[0])
    good = [round(fix.t) for fix in trail if fix.trusted]
    if c0 == c1:
        lines = [*pairwise(good), *((t, t) for t in good)]
        held = any(a <= c0 <= b and b - a <= 300_000_000 for a, b in lines)
        return float(held and begin <= c0 < end)
    lo, hi = max(c0, begin), min(c1, end)
    parts = (
        max(0, min(b, hi) - max(a, lo))
        for a, b in pairwise(good)
        if b - a <= 300_000_000
    )
    return sum(parts) / (c1 - c0)


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_counts_are_those_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    once, wearers, some = scene(seed)
    targets = some.take(slice(0, 2))
    fixes = weekly(once, rng)
    as_at_us = int(targets.to_us.max()) + int(rng.integers(0, 9)) * WEEK_US
    found = rates_of(trust(fixes, POLICY), wearers, targets, as_at_us, POLICY)
    n, k = by_hand(fixes, wearers, targets, as_at_us)
    for p, person in enumerate(found.people):
        for g in range(len(targets)):
            asked = (person, g)
            assert (found.n[p, g], found.k[p, g]) == (n[asked], k[asked])
    hours = sum(n.values())
    if len(targets) == 1 and hours:
        pi = sum(k.values()) / hours
        assert found.footfall[0] == pi
        for p, person in enumerate(found.people):
            assert found.b[p, 0] == (k[person, 0] + 2 * pi) / (n[person, 0] + 2)
