"""The evidence as plots: SVG that is the same bytes for the same figures."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from tests.bench.evidence_table import TRIAL

matplotlib.rcParams |= {"svg.hashsalt": "geocorr", "svg.fonttype": "none"}
# Trials shown, as `evidence_table.TRIAL` tells them, the shipped policy first.
_SHOWN = {
    (35.0, 0.0, 1.5): ("#005ea5", "as shipped: 35 m/s, own speed x 1.5"),
    (35.0, 0.0, 1.0): ("#d4351c", "without headroom: 35 m/s, own speed x 1"),
    (35.0, 10.0, 1.5): ("#f47738", "as shipped, clock error 10 s"),
    (50.0, 0.0, 1.5): ("#00703c", "50 m/s, own speed x 1.5"),
}

Row = Mapping[str, object]


def draw(rows: Mapping[str, Iterable[Row]], folder: Path) -> None:
    """Write `hiding.svg` and `calibration.svg`."""
    _save(_hiding(list(rows["exclusions"])), folder / "hiding.svg")
    _save(_calibration(list(rows["p"])), folder / "calibration.svg")


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)


def _hiding(rows: list[Row]) -> plt.Figure:
    """Rate of wrong exclusions by source and way, with interval and what is allowed."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    cases = list(dict.fromkeys((r["trails"], r["kept"]) for r in rows))
    for shift, (trial, (colour, label)) in zip(
        (-0.3, -0.1, 0.1, 0.3), _SHOWN.items(), strict=True
    ):
        at = [r for r in rows if tuple(r[k] for k in TRIAL) == trial]
        places = [cases.index((r["trails"], r["kept"])) + shift for r in at]
        rates = [100 * r["rate"] for r in at]
        below = [100 * (r["rate"] - r["at_least"]) for r in at]
        above = [100 * (r["at_most"] - r["rate"]) for r in at]
        axes.errorbar(
            rates, places, xerr=(below, above), fmt="o", color=colour, capsize=2,
            label=label,
        )  # fmt: skip
    axes.axvline(100 * rows[0]["allowed"], color="#505a5f", ls="--", label="allowed")
    axes.set_yticks(range(len(cases)), [f"{trails}: {kept}" for trails, kept in cases])
    axes.invert_yaxis()
    axes.set_xlabel("hidden fixes in places called impossible, % (95 % interval)")
    axes.legend(fontsize=8)
    return figure


def _calibration(rows: list[Row]) -> plt.Figure:
    """What was predicted against how often it was so, a panel a model."""
    figure, panels = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True)
    models = {"one fix": "fix", "straight line": "line", "Brownian bridge": "bridge"}
    for axes, (title, model) in zip(panels, models.items(), strict=True):
        for row in rows:
            if row["model"].startswith(model):
                bins = [b for b in row["bins"] if b["n"] >= 20]
                x, y = ([b[k] for b in bins] for k in ("predicted", "seen"))
                name = row["of"] if model != "fix" else row["model"]
                axes.plot(x, y, "o-", ms=3, lw=1, label=name)
        axes.plot([0, 1], [0, 1], color="#888", ls=":")
        axes.set(title=title, xlabel="probability said", xlim=(0, 1), ylim=(0, 1))
        axes.legend(fontsize=6)
    panels[0].set_ylabel("share of cases in which it was so")
    return figure
