"""Trails for tests, told in seconds and metres from one place and time."""

import numpy as np

from geocorr import arrays
from geocorr.arrays import BEGINNING_US, END_US, Fixes, Targets, Wearers
from geocorr.correlate import Hits, correlate
from geocorr.policy import Policy
from geocorr.trust import trust
from loaders.policy import shipped

# 2026-03-10 10:00:00 UTC; places are metres from here in EPSG:27700.
ZERO_US = 1_773_136_800_000_000
EAST, NORTH = 450_000.0, 250_000.0


def trail(*points: tuple[float, float, float], device: str = "T1", **columns) -> Fixes:
    """A trail of (seconds, east, north); columns as `arrays.fixes` takes them."""
    t, x, y = (np.array(c, dtype=np.float64) for c in zip(*points, strict=True))
    n = len(points)
    accuracy = np.broadcast_to(np.float32(columns.pop("accuracy_m", 10.0)), n)
    return arrays.fixes(
        [device] * n,
        ZERO_US + np.round(t * 1e6).astype(np.int64),
        EAST + x,
        NORTH + y,
        accuracy_m=accuracy.astype(np.float32),
        **columns,
    )


def target(
    from_s: float,
    to_s: float,
    *,
    x: float = 0.0,
    y: float = 0.0,
    radius_m: float = 100.0,
    r95_m: float = 0.0,
) -> Targets:
    """One target at (x, y) with the window [from_s, to_s]."""
    window = [np.array([ZERO_US + round(s * 1e6)]) for s in (from_s, to_s)]
    place = [np.array([EAST + x]), np.array([NORTH + y])]
    return Targets(*place, *window, np.array([radius_m]), np.array([r95_m]))


def wearer(from_s: float | None = None, to_s: float | None = None) -> Wearers:
    """Device 0 while an order [from_s, to_s) is in force."""
    lo = BEGINNING_US if from_s is None else ZERO_US + round(from_s * 1e6)
    hi = END_US if to_s is None else ZERO_US + round(to_s * 1e6)
    columns = (np.array([0], np.int32), np.array([lo]), np.array([hi]))
    return Wearers(*columns, ("N1",), ("O1",), ("LEICS-16",))


def found(
    fixes: Fixes,
    targets: Targets,
    wearers: Wearers | None = None,
    policy: Policy | None = None,
) -> Hits:
    """The hits of one wearer and one target."""
    policy = policy or shipped()
    return correlate(trust(fixes, policy), wearers or wearer(), targets, policy)
