"""The evidence: `./do bench --evidence`. Are exclusions safe, and is P what it says?

Hides fixes of real trails and asks the product about them; prints the tables, writes
`evidence.json` beside this file (counts and rates, no places) and the plots of
`docs/method.md`. Seeds are fixed. The real trails are no part of the project: where
they are absent it says so and writes nothing.
"""

import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np

from geocorr.arrays import Bools, Fixes, Trails
from geocorr.policy import Policy
from loaders.policy import shipped
from tests.bench import evidence_calibration as calibrating
from tests.bench import evidence_hiding as hiding
from tests.bench import evidence_plot, evidence_table
from tests.bench import evidence_trails as real
from tests.bench.evidence_hiding import Hidden
from tests.bench.evidence_trails import Source

RESULTS = Path(__file__).parent / "evidence.json"
DOCS = Path(__file__).parents[2] / "docs"
# Top speed, clock error, times the tag's own speed (None = the policy's): as shipped,
# without headroom over the own speed, a feed whose clock is off, then on foot, a slow
# car, a fast car.
TRIED = (
    (None, 0.0, None),
    (None, 0.0, 1.0),
    (None, 10.0, None),
    (3.0, 0.0, None),
    (10.0, 0.0, None),
    (50.0, 0.0, None),
)
GAPS_S = (0, 60, 120, 300, 1_200, 3_600, np.inf)
R95_M = (0, 40, 60, 100.1)
# P between fixes: the sources, which of their ways to thin, the longest gap asked.
BETWEEN = (("cabs", 0, 300), ("cabs", 1, 900), ("loggers", 1, 300), ("loggers", 2, 900))

Row = dict[str, object]
Rows = list[Row]


def gather(policy: Policy) -> dict[str, Rows]:
    """The rows of all tables, source by source."""
    found: dict[str, Rows] = {"exclusions": [], "parts": [], "errors": [], "p": []}
    for source in real.SOURCES:
        print(f"{source.name}: {source.what} ...", file=sys.stderr, flush=True)
        fixes = real.read(source)
        for k, (how, way) in enumerate(hiding.WAYS[source.name]):
            left, hidden = hiding.hide(fixes, way, policy)
            case: Row = {"trails": source.name, "kept": how}
            found["exclusions"] += _by_speed(left, hidden, policy, case)
            found["parts"] += _by_part(left, hidden, policy, case)
            found["p"] += _between(left, hidden, policy, (source.name, k, how))
        if not source.declared:
            errors, p = _one_fix(source, fixes, policy)
            found["errors"] += errors
            found["p"] += p
    return found


def _by_speed(left: Trails, hidden: Hidden, policy: Policy, case: Row) -> Iterator[Row]:
    """One row a trial: sure, rim and far places, and what halves agree on."""
    for speed, clock_s, times in TRIED:
        at = _tried(policy, speed, clock_s, times)
        sure, rim, far = (
            hiding.places(hidden, kind, at) for kind in ("sure", "rim", "far")
        )
        wrong, bracketed = hiding.excluded(left, hidden, sure, at)
        yield {
            **case,
            "top_speed_m_s": at.alibi.top_speed_m_s,
            "clock_error_s": clock_s,
            "own_speed_factor": at.alibi.own_speed_factor,
            **_rate(wrong, bracketed),
            "wrong_rim": int(hiding.excluded(left, hidden, rim, at)[0].sum()),
            "wrong_devices": len(np.unique(hidden.device[wrong])),
            "wrong_corroborated": int(
                hiding.corroborated(left, hidden, sure, at).sum()
            ),
            "far_ruled_out": _share(hiding.excluded(left, hidden, far, at)[0]),
            "far_corroborated": _share(hiding.corroborated(left, hidden, far, at)),
        }


def _tried(
    policy: Policy, speed: float | None, clock_s: float, times: float | None
) -> Policy:
    choice = policy.alibi
    return replace(
        policy,
        alibi=replace(
            choice,
            top_speed_m_s=speed or choice.top_speed_m_s,
            clock_error_s=clock_s,
            own_speed_factor=times or choice.own_speed_factor,
        ),
    )


def _by_part(left: Trails, hidden: Hidden, policy: Policy, case: Row) -> Iterator[Row]:
    """One row a gap, and a worse R95 where it varies, by the policy as shipped."""
    sure = hiding.places(hidden, "sure", policy)
    wrong, bracketed = hiding.excluded(left, hidden, sure, policy)
    parts = [("gap s", hidden.around.gap_s, GAPS_S)]
    if np.ptp(hidden.worst_m) > 0:
        parts.append(("R95 m", hidden.worst_m, R95_M))
    for name, column, edges in parts:
        for a, b in pairwise(edges):
            here = bracketed & (column > a) & (column <= b)
            if here.any():
                part = f"{name} {a:.0f} to {b:.0f}"
                yield {**case, "part": part, **_rate(wrong & here, here)}


def _rate(wrong: Bools, asked: Bools) -> Row:
    """Wrong exclusions of bracketed cases with their interval, against what may be."""
    errors, cases = int(wrong.sum()), int(asked.sum())
    least, most = hiding.interval(errors, cases)
    settled = "yes" if most <= hiding.ALLOWED else "open"
    return {
        "cases": cases,
        "wrong": errors,
        "rate": round(errors / cases, 6),
        "at_least": round(least, 6),
        "at_most": round(most, 6),
        "allowed": round(hiding.ALLOWED, 6),
        "holds": "no" if least > hiding.ALLOWED else settled,
    }


def _share(which: Bools) -> float:
    return round(float(which.mean()), 4)


def _between(
    left: Trails, hidden: Hidden, policy: Policy, case: tuple[str, int, str]
) -> Iterator[Row]:
    for name, way, gap_s in BETWEEN:
        if (name, way) == case[:2]:
            tables = calibrating.between(left, hidden, gap_s, policy)
            for model, table in tables.items():
                yield {"of": f"{name}, {case[2]}", "model": model, **_told(table)}


def _one_fix(source: Source, fixes: Fixes, policy: Policy) -> tuple[Rows, Rows]:
    """Errors against what is stated, and P at either level that it may be stated at."""
    nights = calibrating.nights(fixes, policy)
    tables = [
        (f"fix, level {level}", calibrating.points(nights, factor))
        for level, factor in ((68, 1.0), (95, 1 / calibrating.R95_OF_68))
    ]
    p: Rows = [{"of": source.name, "model": m, **_told(t)} for m, t in tables]
    return calibrating.beyond(nights), p


def _told(table: calibrating.Calibration) -> Row:
    told = asdict(table)
    bins = [{k: round(v, 4) for k, v in b.items()} for b in told["bins"]]
    scores = {k: round(told[k], 4) for k in ("brier", "log_loss")}
    return {**scores, "bins": bins}


def main() -> int:
    """Run, print, write and draw; 2 where the real trails are absent."""
    absent = [source.name for source in real.SOURCES if not source.there]
    if absent:
        where = " and ".join(absent)
        print(f"No evidence: the real trails of {where} are not here.", file=sys.stderr)
        return 2
    policy = shipped()
    rows = gather(policy)
    software = {name: version(name) for name in ("geocorr", "numpy", "scipy", "numba")}
    results = {
        "software": {**software, "python": platform.python_version()},
        "policy_hash": policy.hash,
        "declared_r95_m": real.DECLARED_R95_M,
        "sources": {s.name: s.what for s in real.SOURCES},
        **rows,
    }
    print(evidence_table.text(rows))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    DOCS.mkdir(exist_ok=True)
    evidence_plot.draw(rows, DOCS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
