"""Is a probability what it says? Reliability tables on real trails.

    errors    how far fixes of phones lie at night from where the phone lies
    points    P of one fix against the phone's place by the night's other fixes
    between   P between two fixes against the hidden fix, by the bare straight line and
              by the Brownian bridge

The truth is another fix, or many, with errors of its own: the hidden fix's stated error
enters the prediction as that of the place; a night's middle is good to some metres.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geocorr.arrays import HOUR_US, Bools, Fixes, Floats, Targets, Trails
from geocorr.bridge import chance, wander
from geocorr.one_fix import probability
from geocorr.policy import Policy
from geocorr.trust import trust
from tests.bench.evidence_hiding import Hidden

RADIUS_M = 100.0
# How far from where the tag is held to be a random target may lie.
NEARBY = 3.0
EDGES = (0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)
# What R95 is to the radius that holds 68 %.
R95_OF_68 = float(np.sqrt(np.log(0.05) / np.log(0.32)))
FACTORS = (1.0, 1.52, 2.0, 3.0, 5.0)
R95_M = (0.0, 40.0, 60.0, 100.0, 200.0)
# The phones' nights, in UTC: 1 to 6 o'clock in the morning, four hours behind.
_NIGHT_H = (5, 10)
_FEWEST, _SHARE, _WITHIN_M = 8, 0.8, 40.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions between two edges: how many, their mean, and how often it was so."""

    n: int
    predicted: float
    seen: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A reliability table with its two scores (smaller is better)."""

    bins: tuple[Bin, ...]
    brier: float
    log_loss: float


def calibration(predicted: Floats, seen: Bools) -> Calibration:
    """The table of these predictions against what was so. Shapes [n]."""
    which = np.clip(np.searchsorted(EDGES, predicted, side="right") - 1, 0, 13)
    bins = tuple(
        Bin(int(here.sum()), float(predicted[here].mean()), float(seen[here].mean()))
        for here in (which == k for k in range(len(EDGES) - 1))
        if here.any()
    )
    # A prediction of nought is held to be one in a million, lest one slip be all.
    safe = np.clip(predicted, 1e-6, 1 - 1e-6)
    loss = -np.where(seen, np.log(safe), np.log(1 - safe)).mean()
    return Calibration(bins, float(((predicted - seen) ** 2).mean()), float(loss))


@dataclass(frozen=True, slots=True)
class Nights:
    """Fixes of nights spent in one place; `true_*` by the other fixes of the night."""

    x_m: Floats
    y_m: Floats
    r95_m: Floats
    true_x_m: Floats
    true_y_m: Floats

    @property
    def error_m(self) -> Floats:
        """How far each fix lies from the place of the others."""
        return np.hypot(self.x_m - self.true_x_m, self.y_m - self.true_y_m)


def nights(fixes: Fixes, policy: Policy) -> Nights:
    """Nights that four fifths of the fixes spend within 40 m of their middle.

    Cell towers' circles of a kilometre and more are left out: they are not trusted.
    """
    r95 = trust(fixes, policy).r95_m
    hour = fixes.t_us // HOUR_US
    wanted = np.flatnonzero(
        (hour % 24 >= _NIGHT_H[0]) & (hour % 24 < _NIGHT_H[1]) & (r95 < 1_000)
    )
    night = fixes.device[wanted] * 100_000 + hour[wanted] // 24
    edges = [0, *(np.flatnonzero(np.diff(night)) + 1), len(wanted)]
    found = [row for a, b in pairwise(edges) for row in _night(fixes, wanted[a:b])]
    i, true_x, true_y = (np.array(column) for column in zip(*found, strict=True))
    i = i.astype(np.int64)
    return Nights(fixes.x_m[i], fixes.y_m[i], r95[i].astype(np.float64), true_x, true_y)


def _night(fixes: Fixes, members: np.ndarray) -> Iterator[tuple[int, float, float]]:
    if len(members) < _FEWEST:
        return
    for k, i in enumerate(members):
        others = np.delete(members, k)
        x, y = fixes.x_m[others], fixes.y_m[others]
        at = (float(np.median(x)), float(np.median(y)))
        if np.quantile(np.hypot(x - at[0], y - at[1]), _SHARE) <= _WITHIN_M:
            yield int(i), *at


def beyond(found: Nights) -> list[dict[str, object]]:
    """Share of errors beyond so many times R95, all together and by R95."""
    ratio = found.error_m / found.r95_m
    groups = [("all", np.ones(len(ratio), bool))]
    groups += [
        (f"{a:g} to {b:g} m", (found.r95_m >= a) & (found.r95_m < b))
        for a, b in pairwise(R95_M)
    ]
    return [
        {
            "r95": name,
            "fixes": int(here.sum()),
            "beyond": {str(f): float((ratio[here] > f).mean()) for f in FACTORS},
            "factor_that_holds_99.9": float(np.quantile(ratio[here], 0.999)),
        }
        for name, here in groups
        if here.any()
    ]


def points(found: Nights, r95_factor: float, seed: int = 3) -> Calibration:
    """P of each fix for a random target near it; R95 multiplied to try a level."""
    x, y = _nearby(found.x_m, found.y_m, seed)
    r95, radius = found.r95_m * r95_factor, np.full(len(x), RADIUS_M)
    d = np.hypot(found.x_m - x, found.y_m - y)
    p = probability(d, r95, radius, np.zeros(len(x)))
    return calibration(p, np.hypot(found.true_x_m - x, found.true_y_m - y) <= RADIUS_M)


def between(
    left: Trails, hidden: Hidden, gap_s: float, policy: Policy, seed: int = 3
) -> dict[str, Calibration]:
    """P at each hidden fix, of the straight line and of the bridge; gaps to `gap_s`."""
    hidden = hidden.take(hidden.around.gap_s <= gap_s)
    of = hidden.around
    x, y = _nearby(*of.mean(), seed)
    radius = np.full(len(x), RADIUS_M)
    targets = Targets(x, y, hidden.t_us, hidden.t_us, radius, hidden.r95_m)
    seen = np.hypot(hidden.x_m - x, hidden.y_m - y) <= RADIUS_M
    wandering = wander(left, float(np.median(of.gap_s)), policy)
    by = {"line": np.zeros(3), "bridge": wandering}
    return {
        name: calibration(chance(of, targets, s2[of.mode(policy.bridge)], policy), seen)
        for name, s2 in by.items()
    }


def _nearby(x: Floats, y: Floats, seed: int) -> tuple[Floats, Floats]:
    """A random place within three radii of each, evenly over the disc."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, len(x))
    far = NEARBY * RADIUS_M * np.sqrt(rng.uniform(0, 1, len(x)))
    return x + far * np.cos(angle), y + far * np.sin(angle)
