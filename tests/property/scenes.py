"""Generated scenes: a few wearers, a few targets, everything that goes wrong."""

import numpy as np
from hypothesis import strategies as st

from geocorr import arrays
from geocorr.arrays import BEGINNING_US, END_US, Fixes, Targets, Wearers

# 2026-03-28 12:34:56 UTC: an arbitrary instant not on the hour.
START_US = 1_774_701_296_000_000
EAST, NORTH = 400_000.0, 300_000.0

seeds = st.integers(0, 2**32 - 1)


def scene(seed: int) -> tuple[Fixes, Wearers, Targets]:
    """Fixes of up to four devices, their wearers, and targets near their paths."""
    rng = np.random.default_rng(seed)
    parts = [_trail(rng) for _ in range(rng.integers(1, 5))]
    names = [f"T{i}" for i, part in enumerate(parts) for _ in range(len(part[0]))]
    t, x, y, accuracy, mechanism = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    fixes = arrays.fixes(
        names,
        t,
        x,
        y,
        accuracy_m=accuracy.astype(np.float32),
        mechanism=mechanism.astype(np.uint8),
    )
    return fixes, _wearers(rng, fixes), _targets(rng, fixes)


def _trail(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    n = int(rng.integers(1, 160))
    step_s = rng.choice([60, 60, 60, 55, 20, 299, 300, 301, 900], n)
    if rng.random() < 0.5:
        step_s = np.full(n, 60)
    t = START_US + np.cumsum(step_s) * 1_000_000
    pace = np.repeat(rng.choice([0.0, 1.4, 9.0, 25.0], n // 20 + 1), 20)[:n]
    heading = np.cumsum(rng.normal(0, 0.4, n))
    noise = rng.choice([2.0, 8.0, 30.0])
    x = EAST + np.cumsum(pace * step_s * np.cos(heading)) + rng.normal(0, noise, n)
    y = NORTH + np.cumsum(pace * step_s * np.sin(heading)) + rng.normal(0, noise, n)
    wild = rng.random(n) < 0.03
    x = np.where(wild, x + rng.choice([400, 3000, 90_000], n), x)
    twin = np.flatnonzero(rng.random(n) < 0.03)
    t[twin[twin > 0]] = t[twin[twin > 0] - 1]
    t = np.maximum.accumulate(t)
    if rng.random() < 0.6:
        return t, x, y, np.full(n, 12.0), np.zeros(n, np.uint8)
    accuracy = rng.choice([np.nan, 0.0, 5.0, 12.0, 50.0, 100.0, 300.0], n)
    mechanism = rng.choice([0, 0, 0, 0, 1, 2, 3], n)
    return t, x, y, accuracy, mechanism


def _wearers(rng: np.random.Generator, fixes: Fixes) -> Wearers:
    rows = []
    for d in range(len(fixes.devices)):
        own = fixes.t_us[fixes.device == d]
        if rng.random() < 0.5:
            rows.append((d, BEGINNING_US, END_US, "", "", ""))
            continue
        swap = int(rng.choice(own))
        rows.append((d, BEGINNING_US, swap, "N1", "O1", "LEICS-16"))
        if rng.random() < 0.7:
            rows.append((d, swap, END_US, "N2", "O2", "LEICS-16"))
    columns = list(zip(*rows, strict=True))
    return Wearers(
        np.array(columns[0], np.int32),
        np.array(columns[1], np.int64),
        np.array(columns[2], np.int64),
        *columns[3:],
    )


def _targets(rng: np.random.Generator, fixes: Fixes) -> Targets:
    n = int(rng.integers(1, 9))
    near = rng.integers(0, len(fixes), n)
    centre = fixes.t_us[near] + rng.integers(-7200, 7200, n) * 1_000_000
    length = rng.choice([0, 1, 300, 1800, 5400, 12 * 3600], n) * 1_000_000
    moment = rng.random(n) < 0.2
    from_us = np.where(moment, fixes.t_us[near], centre - length // 2)
    return Targets(
        fixes.x_m[near] + rng.normal(0, 120, n),
        fixes.y_m[near] + rng.normal(0, 120, n),
        from_us,
        from_us + length,
        rng.choice([25.0, 100.0, 100.0, 250.0], n),
        rng.choice([0.0, 0.0, 40.0], n),
    )
