"""Kernels compiled before anybody waits for them.

    warm(policy)       runs the core once on a scene of one tag and one place
    ready(policy)      the same, and says so where it takes a minute
    first_time(name)   says so for a command that compiles only what it needs

Numba keeps what it compiled on disk, so this takes a minute once, after an installation
or an update, and a moment later.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numba
import numpy as np
from rich.console import Console

from api import memory
from geocorr import arrays
from geocorr.arrays import US_PER_S, Targets
from geocorr.correlate import correlate
from geocorr.cover import covered_counts
from geocorr.kernels import SOURCE
from geocorr.orders import every_device
from geocorr.policy import Policy
from geocorr.presence import everyone, presences
from geocorr.surprise import rates_of
from geocorr.trust import trust

_MINUTES = 60
_SAID = "Compiling for the first time, about a minute ..."
_RADIUS_M = 100.0


def warm(policy: Policy) -> None:
    """Match, judge and weigh one invented tag, which stands still and then passes by.

    What is loaded by then stays: the collector of garbage need not walk it again while
    20,000 answers are made. And memory that these free is kept for the next.
    """
    memory.keep_freed()
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
    rates_of(trails, wearers, targets, _MINUTES * 60 * US_PER_S, policy)
    gc.collect()
    gc.freeze()


def ready(policy: Policy) -> None:
    """Compile all of it, with a word where that takes long, on a terminal a spinner."""
    with first_time("all") as console, console.status("Compiling ..."):
        warm(policy)


@contextmanager
def first_time(name: str) -> Iterator[Console]:
    """Say on stderr that a command compiles, the first time since the core changed.

    A file of this name beside the kept kernels remembers it.
    """
    console, marks = Console(stderr=True), [_mark(name), _mark("all")]
    if not any(mark.exists() for mark in marks):
        console.print(_SAID)
    yield console
    with suppress(OSError):
        marks[0].touch()


def _mark(name: str) -> Path:
    kept = Path(covered_counts._cache.cache_path)  # type: ignore[attr-defined]
    return kept / f"first-{name}-{numba.__version__}-{SOURCE[:16]}"
