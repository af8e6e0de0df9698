"""Truth by hiding: does the alibi test ever call impossible where the tag was?

Fixes of real trails are hidden, and the alibi test is asked, on what is left, about a
place at each hidden fix at its own second: the window in which it can prove most. Three
kinds of place:

    sure      100 m off, the radius so large that it holds the hidden fix's 99.9 %
              circle: the tag was there, if errors are what is stated
    rim       100 m off with a radius of 100 m: the fix as drawn lies just inside; its
              true place may not, so this is harder than the claim
    far       3 km off: an exclusion is right here, and the share shows the test's power

Each place lies on the side of the hidden fix that is away from the line of the kept
ones, the hardest to reach (the far places at random).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.stats import beta

from geocorr import orders
from geocorr.alibi import presence_of
from geocorr.arrays import Bools, Fixes, Floats, Ints, Targets, Trails, rows
from geocorr.bridge import Stretches
from geocorr.candidates import Pairs
from geocorr.model import Verdict
from geocorr.policy import Policy
from geocorr.presence import presences
from geocorr.trust import trust
from tests.bench import evidence_trails as real

CASES = 20_000
OFF_M, FAR_M = 100.0, 3_000.0
# Two fixes of a stretch, the two of the skipping pairs, and the hidden one.
ALLOWED = 1 - 0.999**5

Way = Callable[[Fixes], Bools]
WAYS: dict[str, tuple[tuple[str, Way], ...]] = {
    "phones": (
        ("every second kept", real.every_second),
        ("2 hours in 4 kept", real.blocks_of(120)),
    ),
    "cabs": (
        ("every second kept", real.every_second),
        ("5 min in 10 kept", real.blocks_of(5)),
        ("20 min in 40 kept", real.blocks_of(20)),
    ),
    "loggers": (
        ("every second kept", real.every_second),
        ("one a minute kept", real.once_a_minute),
        ("5 min in 10 kept", real.blocks_of(5)),
        ("20 min in 40 kept", real.blocks_of(20)),
    ),
    "shuttles": (
        ("every second kept", real.every_second),
        ("one a minute kept", real.once_a_minute),
        ("2 min in 4 kept", real.blocks_of(2)),
    ),
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """Hidden fixes to ask about, and what was kept around them; one row a fix.

    `around` joins the trusted fixes kept on either side, at the hidden fix's second.
    """

    device: Ints
    t_us: Ints
    x_m: Floats
    y_m: Floats
    r95_m: Floats
    around: Stretches

    def __len__(self) -> int:
        return len(self.t_us)

    @property
    def worst_m(self) -> Floats:
        """The worse R95 of the two fixes kept around."""
        return np.maximum(self.around.r1_m, self.around.r2_m)

    def take(self, which: Bools) -> "Hidden":
        """These rows."""
        return replace(rows(self, which), around=rows(self.around, which))


def hide(
    fixes: Fixes, way: Way, policy: Policy, seed: int = 1
) -> tuple[Trails, Hidden]:
    """The trails that are left, and a sample of what was hidden from them.

    Only fixes that the whole trail calls trusted are truth, and only where kept trusted
    fixes of the device lie on both sides, at other times.
    """
    kept = way(fixes)
    left, whole = trust(fixes.take(kept), policy), trust(fixes, policy)
    candidates = np.flatnonzero(~kept & whole.trusted)
    chosen = np.sort(np.random.default_rng(seed).permutation(candidates)[:CASES])
    truth = fixes.take(chosen)
    before, after, both = _around(left, truth)
    truth, r95 = truth.take(both), whole.r95_m[chosen][both].astype(np.float64)
    around = _stretches(left, truth, before[both], after[both])
    own = truth.device.astype(np.int64)
    return left, Hidden(own, truth.t_us, truth.x_m, truth.y_m, r95, around)


def _around(left: Trails, truth: Fixes) -> tuple[Ints, Ints, Bools]:
    """Kept trusted fixes before and after each hidden one, and whether both exist."""
    n = len(truth)
    before, after, both = (
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, bool),
    )
    starts = left.fixes.device_starts()
    for device, (a, b) in enumerate(pairwise(starts)):
        good = a + np.flatnonzero(left.trusted[a:b])
        asked = np.flatnonzero(truth.device == device)
        t, at = left.fixes.t_us[good], truth.t_us[asked]
        i, j = np.searchsorted(t, at) - 1, np.searchsorted(t, at, side="right")
        safe = (i >= 0) & (j < len(t))
        asked, i, j = asked[safe], i[safe], j[safe]
        before[asked], after[asked], both[asked] = good[i], good[j], True
    return before, after, both


def _stretches(left: Trails, truth: Fixes, i: Ints, j: Ints) -> Stretches:
    f, r95 = left.fixes, left.r95_m.astype(np.float64)
    return Stretches(
        *(f.x_m[i], f.y_m[i], r95[i]),
        *(f.x_m[j], f.y_m[j], r95[j]),
        (f.t_us[j] - f.t_us[i]) / 1e6,
        (truth.t_us - f.t_us[i]) / 1e6,
    )


def places(hidden: Hidden, kind: str, policy: Policy, seed: int = 2) -> Targets:
    """A place of this kind for each hidden fix, at its second."""
    n = len(hidden)
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi, n)
    ux, uy = np.cos(angle), np.sin(angle)
    if kind != "far":
        x, y = hidden.around.mean()
        dx, dy = hidden.x_m - x, hidden.y_m - y
        away = np.hypot(dx, dy)
        off = away > 1.0
        ux[off], uy[off] = dx[off] / away[off], dy[off] / away[off]
    far = FAR_M if kind == "far" else OFF_M
    error = policy.alibi.error_factor * hidden.r95_m if kind == "sure" else 0.0
    return Targets(
        hidden.x_m + far * ux,
        hidden.y_m + far * uy,
        hidden.t_us,
        hidden.t_us,
        np.broadcast_to(OFF_M + 1e-6 + error, n).copy(),
        np.zeros(n),
    )


def excluded(
    left: Trails, hidden: Hidden, targets: Targets, policy: Policy
) -> tuple[Bools, Bools]:
    """Which places are ruled out, and which windows are bracketed at all.

    The alibi test decides; the whole verdict is asked of what it excludes.
    """
    wearers = orders.every_device(left.fixes.devices)
    pairs = Pairs(np.arange(len(hidden)), hidden.device)
    found = presence_of(left, wearers, targets, pairs, policy)
    shut = np.flatnonzero(found.bracketed & ~found.reachable)
    asked = Pairs(pairs.target[shut], pairs.wearer[shut])
    verdicts = presences(left, wearers, targets, asked, policy) if len(shut) else []
    out = np.zeros(len(hidden), np.bool_)
    out[shut] = [v.verdict is Verdict.RULED_OUT for v in verdicts]
    return out, found.bracketed


def corroborated(
    left: Trails, hidden: Hidden, targets: Targets, policy: Policy
) -> Bools:
    """Which places are ruled out by all fixes, and by either half of them alone.

    Every other fix in each half: no exclusion then rests on a single wrong fix.
    """
    out, _ = excluded(left, hidden, targets, policy)
    nth = np.arange(len(left.fixes)) - left.fixes.device_starts()[left.fixes.device]
    for half in (0, 1):
        thinned = trust(left.fixes.take(nth % 2 == half), policy)
        out &= excluded(thinned, hidden, targets, policy)[0]
    return out


def interval(errors: int, cases: int) -> tuple[float, float]:
    """95 % interval of a rate (Clopper and Pearson 1934), cases independent."""
    least = float(beta.ppf(0.025, errors, cases - errors + 1)) if errors else 0.0
    if errors >= cases:
        return least, 1.0
    return least, float(beta.ppf(0.975, errors + 1, cases - errors))
