"""10,000 tags that were there, and 10,000 asked about at random: nobody who could have
been there is ever ruled out.

The first kind is made truth first: a true path at top speed or less, fixes with errors
inside their 99.9 % circle, a clock that is off, a crime whose place is off, a window
that holds the moment. The second is judged by throwing points into the vicinity.
"""

import functools
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from geocorr import arrays
from geocorr.alibi import Alibis, presence_of
from geocorr.arrays import Stops, Targets, Trails
from geocorr.candidates import Pairs
from geocorr.model import Verdict
from geocorr.orders import every_device
from geocorr.policy import Policy
from geocorr.presence import presences
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US

CASES = 10_000
CLOCK_S = 20.0
# A hair of radius, for times are whole microseconds.
HAIR_M = 1e-3


def policy(**changes) -> Policy:
    """The shipped one with a clock error, and a tag's own speed left out."""
    alibi = replace(shipped().alibi, clock_error_s=CLOCK_S)
    alibi = replace(alibi, own_speed_h=1e-9, own_speed_factor=1.0)
    return replace(shipped(), alibi=replace(alibi, **changes))


POLICY = policy()
V, FACTOR = POLICY.alibi.top_speed_m_s, POLICY.alibi.error_factor


@dataclass
class Case:
    """Fixes (seconds, x, y, R95) of one tag, and what is asked of it."""

    fixes: list[tuple[float, float, float, float]]
    place: tuple[float, float]
    window: tuple[float, float]
    radius_m: float
    place_r95_m: float


def off(rng, most: float) -> np.ndarray:
    """A step of at most so many metres; every third goes all the way."""
    angle = rng.uniform(0, 2 * np.pi)
    far = most * (1.0 if rng.random() < 1 / 3 else rng.random())
    return far * np.array([np.cos(angle), np.sin(angle)])


def times(rng) -> np.ndarray:
    """Two to six fixes, some at one time, some an hour apart, whole milliseconds."""
    gaps = rng.choice([0.0, 1.0, 7.5, 30.0, 60.0, 300.0, 3600.0], rng.integers(1, 6))
    return np.round(np.concatenate([[0.0], np.cumsum(gaps)]), 3)


def there(rng) -> Case:
    """A tag that was within the radius of the crime's true place in its true window."""
    t = times(rng)
    moment = float(rng.choice(t)) if rng.random() < 0.3 else rng.uniform(t[0], t[-1])
    moment = round(moment, 3)
    at, walked = {}, np.zeros(2)
    for before, now in pairwise([t[0], *sorted([*t, moment])]):
        walked = walked + off(rng, V * (now - before))
        at.setdefault(now, walked)
    r95 = rng.choice([5.0, 10.0, 40.0, 100.0], len(t))
    clock = rng.uniform(-CLOCK_S, CLOCK_S)
    fixes = [
        (s + clock, *(at[s] + off(rng, FACTOR * r)), r)
        for s, r in zip(t, r95, strict=True)
    ]
    radius, place_r95 = rng.choice([25.0, 100.0, 300.0]), rng.choice([0.0, 0.0, 50.0])
    place = at[moment] + off(rng, radius) + off(rng, FACTOR * place_r95)
    long = 0.0 if rng.random() < 0.4 else float(rng.choice([1.0, 60.0, 1800.0]))
    begin = moment - rng.random() * long
    return Case(fixes, tuple(place), (begin, begin + long), radius, place_r95)


def anywhere(rng) -> Case:
    """A tag that moves at up to half more than top speed, asked about near its way."""
    case = there(rng)
    stretch = 1 + 0.5 * rng.random()
    fixes = [(t, x * stretch, y * stretch, r) for t, x, y, r in case.fixes]
    near = fixes[rng.integers(len(fixes))]
    place = np.array(near[1:3]) + off(rng, rng.choice([500.0, 3_000.0, 40_000.0]))
    return replace(case, fixes=fixes, place=tuple(place))


@functools.cache
def cases(kind: str) -> tuple[Case, ...]:
    rng = np.random.default_rng(17)
    make = {"there": there, "anywhere": anywhere}[kind]
    return tuple(make(rng) for _ in range(CASES))


def us(seconds: float) -> int:
    return ZERO_US + round(seconds * 1e6)


def asked(found: tuple[Case, ...]) -> tuple[Trails, Targets]:
    """All cases at once: device k and target k. Every fix is trusted, as it stands."""
    rows = [(f"{k:05}", *fix) for k, c in enumerate(found) for fix in c.fixes]
    names, t, x, y, r95 = zip(*rows, strict=True)
    fixes = arrays.fixes(
        names,
        np.array([us(s) for s in t]),
        EAST + np.array(x),
        NORTH + np.array(y),
        accuracy_m=np.array(r95, np.float32),
    )
    n = len(fixes)
    nowhere = Stops(*(np.empty(0),) * 3, *(np.empty(0, np.int64),) * 2)
    marks, stop = np.zeros(n, np.uint8), np.full(n, -1, np.int32)
    trails = Trails(fixes, fixes.accuracy_m, marks, stop, nowhere)
    targets = Targets(
        EAST + np.array([c.place[0] for c in found]),
        NORTH + np.array([c.place[1] for c in found]),
        np.array([us(c.window[0]) for c in found]),
        np.array([us(c.window[1]) for c in found]),
        np.array([c.radius_m + HAIR_M for c in found]),
        np.array([c.place_r95_m for c in found]),
    )
    return trails, targets


def alibis(trails: Trails, targets: Targets, policy: Policy = POLICY) -> Alibis:
    pairs = Pairs(np.arange(CASES), np.arange(CASES))
    return presence_of(
        trails, every_device(trails.fixes.devices), targets, pairs, policy
    )


def ruled_out(found: Alibis) -> np.ndarray:
    return found.bracketed & ~found.reachable


def test_nobody_who_was_there_is_ever_ruled_out():
    trails, targets = asked(cases("there"))
    wearers = every_device(trails.fixes.devices)
    pairs = Pairs(np.arange(CASES), np.arange(CASES))
    words = [p.verdict for p in presences(trails, wearers, targets, pairs, POLICY)]
    assert words.count(Verdict.RULED_OUT) == 0
    found = alibis(trails, targets)
    assert found.bracketed.mean() > 0.3
    # And the speed that it would have taken is none that the tag had not.
    need = found.required_m_s[found.bracketed]
    assert need.max() <= V * (1 + 1e-6)


def test_without_room_for_the_errors_they_would_be():
    """The cases are hard: leave out any of the three errors, and some are lost."""
    trails, targets = asked(cases("there"))
    for less in (
        (trails, targets, policy(clock_error_s=0.0)),
        (trails, targets, policy(error_factor=1.0)),
        (trails, replace(targets, r95_m=np.zeros(CASES)), POLICY),
    ):
        assert ruled_out(alibis(*less)).any()


def test_no_point_thrown_into_the_vicinity_could_have_been_reached():
    found = cases("anywhere")
    answers = alibis(*asked(found))
    out, top = np.flatnonzero(ruled_out(answers)), answers.top_speed_m_s
    assert 2_000 < len(out) < 9_000
    rng = np.random.default_rng(23)
    wrong = [k for k in out if reached(found[k], top[k], rng)]
    assert wrong == []


def reached(case: Case, top_m_s: float, rng, n: int = 400) -> bool:
    """Whether any of n points thrown at each stretch lies in all its discs."""
    reach = case.radius_m + FACTOR * case.place_r95_m
    c0, c1 = case.window[0] - CLOCK_S, case.window[1] + CLOCK_S
    fixes = sorted(case.fixes)
    for k, (a, b) in enumerate(pairwise(fixes)):
        lo, hi = max(a[0], c0), min(b[0], c1)
        if lo > hi:
            continue
        t = np.concatenate([[lo, hi], rng.uniform(lo, hi, n)])
        angle = rng.uniform(0, 2 * np.pi, n + 2)
        far = reach * np.sqrt(rng.random(n + 2))
        x, y = case.place[0] + far * np.cos(angle), case.place[1] + far * np.sin(angle)
        around = (fixes[max(k - 1, 0)], a, b, fixes[min(k + 2, len(fixes) - 1)])
        inside = np.ones(n + 2, bool)
        for one, two in ((a, b), (around[0], b), (a, around[3])):
            if consistent(one, two, top_m_s):
                inside &= within(one, t, x, y, top_m_s) & within(two, t, x, y, top_m_s)
        if inside.any():
            return True
    return False


def within(fix, t, x, y, top_m_s: float) -> np.ndarray:
    far = FACTOR * fix[3] + top_m_s * np.abs(t - fix[0])
    return np.hypot(x - fix[1], y - fix[2]) <= far


def consistent(one, two, top_m_s: float = V) -> bool:
    apart = np.hypot(one[1] - two[1], one[2] - two[2])
    return apart <= top_m_s * (two[0] - one[0]) + FACTOR * (one[3] + two[3])


def all_consistent(case: Case) -> bool:
    """Every pair that the test can use: two fixes in a row, or one skipped."""
    f = sorted(case.fixes)
    pairs = [*pairwise(f), *zip(f, f[2:], strict=False)]
    return all(consistent(a, b) for a, b in pairs)


@pytest.mark.parametrize("what", ["speed", "radius", "accuracy", "place", "window"])
def test_more_of_it_never_turns_possible_into_ruled_out(what):
    """Where all pairs agree: with more room of any kind nobody is newly excluded."""
    found = cases("anywhere")
    trails, targets = asked(found)
    plain = np.array([all_consistent(c) for c in found])
    less, more = alibis(trails, targets), alibis(*roomier(trails, targets, what))
    kept = plain & less.bracketed & more.bracketed
    assert kept.sum() > 1_000
    assert not (ruled_out(more) & ~ruled_out(less))[kept].any()
    assert (ruled_out(less) & ~ruled_out(more))[kept].any()


def roomier(trails: Trails, targets: Targets, what: str):
    if what == "speed":
        return trails, targets, policy(top_speed_m_s=V * 1.3)
    if what == "accuracy":
        return replace(trails, r95_m=trails.r95_m * np.float32(2.0)), targets, POLICY
    minutes = np.int64(120_000_000)
    changed = {
        "radius": {"radius_m": targets.radius_m * 3},
        "place": {"r95_m": targets.r95_m + 100.0},
        "window": {
            "from_us": targets.from_us - minutes,
            "to_us": targets.to_us + minutes,
        },
    }[what]
    return trails, replace(targets, **changed), POLICY


def test_the_required_speed_is_the_least_top_speed_that_is_not_ruled_out():
    """A little less is ruled out, a little more is not, whoever's speed it is."""
    found = cases("anywhere")
    trails, targets = asked(found)
    base = alibis(trails, targets)
    need = base.required_m_s
    plain = np.array([all_consistent(c) for c in found])
    kept = plain & base.bracketed & np.isfinite(need) & (need > V) & (need < 1e4)
    assert kept.sum() > 500
    for share, expected in ((0.999, True), (1.001, False)):
        at = replace(targets, top_speed_m_s=np.where(kept, need * share, V))
        assert (ruled_out(alibis(trails, at))[kept] == expected).all()


def test_headroom_over_the_tags_own_speed_only_opens():
    """Nobody is ruled out by it whom the plain top speed would not rule out."""
    found = asked(cases("anywhere"))
    plain, roomy = (alibis(*found, policy(own_speed_factor=x)) for x in (1.0, 1.5))
    assert (ruled_out(plain) & ~ruled_out(roomy)).any()
    assert not (ruled_out(roomy) & ~ruled_out(plain)).any()
    assert (roomy.bracketed == plain.bracketed).all()
    assert (roomy.top_speed_m_s >= plain.top_speed_m_s).all()
    roomier = roomy.top_speed_m_s > plain.top_speed_m_s
    assert (plain.required_m_s[~roomier] == roomy.required_m_s[~roomier]).sum() > 1_000
