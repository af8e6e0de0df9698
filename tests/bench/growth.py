"""Row 9: how cost grows with fixes and with crimes; slopes on log-log paper, a plot.

Run alone with `python -m tests.bench.growth [tiny]`. Fixes grow by wearers, round the
same towns and the same crimes; crimes grow on the most fixes. Measured are the stream
past the targets alone, and all of a match on columns: trust, stream, judging.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

from geocorr.arrays import Fixes, Targets
from geocorr.correlate import correlate
from geocorr.orders import every_device
from geocorr.trust import trust
from loaders.policy import shipped
from tests.bench import brute, engine, scene

PLOT = Path(__file__).parents[2] / "docs" / "cost-growth.svg"
ROUNDS = 5
FIXES_TIMES = (1, 3, 10)
CRIMES_TIMES = (1, 10, 100)
MOST = {"tiny": (1_000, 500), "small": (2_000, 1_000), "national": (20_000, 5_000)}


@dataclass(frozen=True, slots=True)
class Point:
    """Median seconds at one size."""

    fixes: int
    crimes: int
    stream_s: float
    match_s: float


def measure(size: str = "national") -> dict[str, object]:
    """Slopes, and the points they are drawn through."""
    wearers, crimes = MOST[size]
    most = scene.Size(wearers, 1, crimes)
    fixes, targets = scene.fixes(most), scene.targets(most)
    by_fixes = [
        _point(_first(fixes, wearers * times // FIXES_TIMES[-1]), targets)
        for times in FIXES_TIMES
    ]
    by_crimes = [
        _point(fixes, targets.take(slice(0, crimes * times // CRIMES_TIMES[-1])))
        for times in CRIMES_TIMES
    ]
    _plot(by_fixes, by_crimes)
    return {
        "size": size,
        "fixes": [p.fixes for p in by_fixes],
        "crimes": [p.crimes for p in by_crimes],
        **_slopes("fixes", by_fixes),
        **_slopes("crimes", by_crimes),
    }


def _first(fixes: Fixes, wearers: int) -> Fixes:
    """The fixes of the first so many wearers, in columns of their own."""
    end = int(fixes.device_starts()[wearers])
    cut = fixes.take(slice(0, end))
    return Fixes(fixes.devices[:wearers], *(np.copy(c) for c in _columns(cut)))


def _columns(f: Fixes) -> tuple[np.ndarray, ...]:
    return f.device, f.t_us, f.x_m, f.y_m, f.accuracy_m, f.mechanism


def _point(fixes: Fixes, targets: Targets) -> Point:
    policy, wearers = shipped(), every_device(fixes.devices)
    trails = trust(fixes, policy)
    streamed = _median(lambda: engine.found(trails, targets, brute.GAP_US), ROUNDS)
    matched = _median(
        lambda: correlate(trust(fixes, policy), wearers, targets, policy), 3
    )
    return Point(len(fixes), len(targets), streamed, matched)


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    return median(engine.seconds(work) for _ in range(rounds))


def _slopes(by: str, points: list[Point]) -> dict[str, object]:
    sizes = np.log([getattr(p, by) for p in points])
    found: dict[str, object] = {}
    for what in ("stream", "match"):
        took = [getattr(p, f"{what}_s") for p in points]
        found[f"{what}_by_{by}_s"] = took
        found[f"row9_{what}_by_{by}"] = float(np.polyfit(sizes, np.log(took), 1)[0])
    return found


def _plot(by_fixes: list[Point], by_crimes: list[Point]) -> None:
    """Cost against size, each relative to its smallest, on log-log paper."""
    if find_spec("matplotlib") is None:
        print("no matplotlib, no plot", file=sys.stderr)
        return
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "geocorr"
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    for by, points, axis in zip(
        ("fixes", "crimes"), (by_fixes, by_crimes), axes, strict=True
    ):
        sizes = np.array([getattr(p, by) for p in points])
        for what, mark in (("stream", "o-"), ("match", "s-")):
            took = np.array([getattr(p, f"{what}_s") for p in points])
            slope = np.polyfit(np.log(sizes), np.log(took), 1)[0]
            label = f"{_NAMES[what]}, slope {slope:.2f}"
            axis.loglog(sizes, took / took[0], mark, label=label)
        axis.loglog(sizes, sizes / sizes[0], ":", color="grey", label="slope 1")
        axis.set_xlabel(by)
        axis.set_ylabel("cost, smallest = 1")
        axis.legend()
    figure.savefig(PLOT, metadata={"Date": None})
    plt.close(figure)


_NAMES = {"stream": "fixes past the targets", "match": "all of a match on columns"}


if __name__ == "__main__":
    print(json.dumps(measure(*(sys.argv[1:] or ["small"])), indent=1))
