"""Kernels compiled before anybody waits for them.

    warm(policy)    runs the core once on a scene of one tag and one place

Numba keeps what it compiled on disk, so this takes seconds once and a moment later.
"""

import gc

import numpy as np

from geocorr import arrays
from geocorr.arrays import US_PER_S, Targets
from geocorr.correlate import correlate
from geocorr.orders import every_device
from geocorr.policy import Policy
from geocorr.presence import everyone, presences
from geocorr.trust import trust

_MINUTES = 60
_RADIUS_M = 100.0


def warm(policy: Policy) -> None:
    """Match and judge one invented tag, which stands still and then passes by.

    What is loaded by then stays: the collector of garbage need not walk it again while
    20,000 answers are made.
    """
    minute = np.arange(_MINUTES)
    x_m = np.where(minute < _MINUTES // 2, 0.0, 300.0 * (minute - _MINUTES // 2))
    fixes = arrays.fixes(
        ["warm"] * _MINUTES,
        minute * 60 * US_PER_S,
        x_m,
        np.zeros(_MINUTES),
        accuracy_m=np.full(_MINUTES, 10.0, np.float32),
    )
    trails, wearers = trust(fixes, policy), every_device(fixes.devices)
    near, far = 0.0, 50_000.0
    targets = Targets(
        np.array([near, far]),
        np.zeros(2),
        np.zeros(2, np.int64),
        np.full(2, _MINUTES * 60 * US_PER_S),
        np.full(2, _RADIUS_M),
        np.zeros(2),
    )
    correlate(trails, wearers, targets, policy)
    presences(trails, wearers, targets, everyone(targets, wearers), policy)
    gc.collect()
    gc.freeze()
