"""What one fix says of a place (`matching.md`, One fix).

A cell-tower fix drawn exactly on the crime says less than a GPS fix 105 m away.
"""

import numpy as np
from scipy.special import chndtr, ndtr

from geocorr.arrays import Bools, Floats

# The 95 % circle of a two-dimensional Gaussian, in units of its per-axis sigma.
R95_PER_SIGMA = 2.4477
# How far a bound must clear the threshold before the distribution is not asked.
_MARGIN = 1e-6


def probability(
    distance_m: Floats, r95_m: Floats, radius_m: Floats, place_r95_m: Floats
) -> Floats:
    """Probability that the true position lies in the vicinity (Rice distribution).

    P = ncx2.cdf((R/s)^2, df=2, nc=(d/s)^2), s^2 = s_fix^2 + s_place^2, s = R95/2.4477.
    """
    s = _sigma_m(r95_m, place_r95_m)
    p = np.asarray(chndtr((radius_m / s) ** 2, 2.0, (distance_m / s) ** 2), np.float64)
    # Far in the tails the series gives up; there the answer is plain.
    return np.where(np.isfinite(p), p, np.where(distance_m < radius_m, 1.0, 0.0))


def likely(
    distance_m: Floats,
    r95_m: Floats,
    radius_m: Floats,
    place_r95_m: Floats,
    least: float,
) -> Bools:
    """Is the probability at least `least`?

    Asked of the distribution only where bounds leave it open: P is no more than that of
    a half-plane whose edge the vicinity touches, Phi((R - d) / s), and no less than
    that of the disc of radius R - d round the fix, 1 - exp(-(R - d)^2 / 2 s^2).
    """
    s = _sigma_m(r95_m, place_r95_m)
    depth = (radius_m - distance_m) / s
    at_most = ndtr(depth)
    at_least = -np.expm1(-(np.maximum(depth, 0) ** 2) / 2)
    found = at_least >= least + _MARGIN
    open_ = ~found & (at_most >= least - _MARGIN)
    asked = (column[open_] for column in (distance_m, r95_m, radius_m, place_r95_m))
    found[open_] = probability(*asked) >= least
    return np.asarray(found)


def _sigma_m(r95_m: Floats, place_r95_m: Floats) -> Floats:
    """Per-axis sigma of fix and place together."""
    sigma: Floats = np.hypot(r95_m, place_r95_m) / R95_PER_SIGMA
    return sigma


def half_inside(distance_m: Floats, r95_m: Floats, radius_m: Floats) -> Bools:
    """Does at least half of the fix's circle (R95) lie in the vicinity?"""
    d, r, big = distance_m, r95_m, radius_m
    apart, within = d >= r + big, d <= np.abs(big - r)
    safe = np.where(apart | within, 1.0, d)
    a = np.clip((safe**2 + r**2 - big**2) / (2 * safe * r), -1, 1)
    b = np.clip((safe**2 + big**2 - r**2) / (2 * safe * big), -1, 1)
    kite = (-safe + r + big) * (safe + r - big) * (safe - r + big) * (safe + r + big)
    lens = (
        r**2 * np.arccos(a) + big**2 * np.arccos(b) - np.sqrt(np.maximum(kite, 0)) / 2
    )
    shared = np.where(
        apart, 0.0, np.where(within, np.pi * np.minimum(r, big) ** 2, lens)
    )
    return np.asarray(shared >= np.pi * r**2 / 2)
