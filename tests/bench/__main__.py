"""The benchmarks: `python -m tests.bench [tiny|small|national|backlog ...]`.

Prints the table and writes `results.json` beside this file. A ratio is taken in one
run, warm, as a median; absolute seconds mean nothing on shared machines.
"""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sql.db import Connection
from tests.bench import (
    crime_file,
    engine,
    ground,
    growth,
    matching,
    memory,
    peers,
    rows,
    scene,
    trails,
    verdicts,
)
from tests.bench.table import RESULTS, table

SIZES = ("small", "national")

Figures = dict[str, float]


async def run(sizes: tuple[str, ...]) -> dict[str, object]:
    """Measure every size, and what has none or only one."""
    measured: dict[str, Figures] = {}
    software: dict[str, str] = {}
    for size in sizes:
        if size == "backlog":
            measured[size] = _told(size, lambda: engine.measure_alone("backlog"))
            continue
        async with ground.database() as conn_factory:
            measured[size] = await matching.measure(conn_factory, size)
            measured[size] |= await engine.measure(conn_factory, size)
            measured[size] |= await _verdicts(await conn_factory())
            software = await _software(await conn_factory())
        if size != "national":
            async with ground.database() as conn_factory:
                measured[size] |= await trails.measure(conn_factory, size)
        _told(size, lambda size=size: measured[size])
    others = _others(sizes)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "software": software,
        "sizes": {s: _described(s) for s in sizes},
        "figures": {**measured, **others},
        "rows": [line.as_dict() for line in rows.lines(measured, others)],
    }


def _others(sizes: tuple[str, ...]) -> dict[str, Any]:
    """What is measured once, at the largest of the sizes that it is made for."""
    largest = next((s for s in ("national", "small") if s in sizes), "tiny")
    found = {
        "growth": _told("growth", lambda: growth.measure(largest)),
        "crime file": _told("crime file", crime_file.measure),
        "peers": _told("peers", lambda: peers.measure(largest)),
    }
    if largest == "national":
        found["memory"] = _told("memory", memory.measure_apart)
    return found


def _told(what: str, measure: Callable[[], Any]) -> Any:
    """Figures, shown as soon as they are there."""
    figures = measure()
    print(json.dumps({what: figures}, indent=1), file=sys.stderr, flush=True)
    return figures


def _described(size: str) -> dict[str, int]:
    of = scene.SIZES[size]
    return {"wearers": of.wearers, "days": of.days, "crimes": of.crimes}


async def _verdicts(conn: Connection) -> dict[str, float]:
    """A crime against everyone, on what `matching` laid there."""
    try:
        return await verdicts.laps(conn)
    finally:
        await conn.close()


async def _software(conn: Connection) -> dict[str, str]:
    try:
        postgres = await conn.fetchval("show server_version")
        postgis = await conn.fetchval("select PostGIS_Lib_Version()")
    finally:
        await conn.close()
    own = {name: version(name) for name in ("geocorr", "numpy", "numba", "pyarrow")}
    return {
        **own,
        "python": platform.python_version(),
        "postgres": postgres,
        "postgis": postgis,
    }


def main(sizes: tuple[str, ...]) -> None:
    """Run, print, write."""
    unknown = set(sizes) - set(scene.SIZES)
    if unknown:
        sys.exit(f"no such size: {', '.join(sorted(unknown))}")
    results = asyncio.run(run(sizes))
    print(table(results["rows"]))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--evidence"]:
        from tests.bench import evidence

        sys.exit(evidence.main())
    main(tuple(sys.argv[1:]) or SIZES)
