"""The benchmarks: `python -m tests.bench [tiny|small|national ...]`.

Prints the table and writes `results.json` beside this file. A ratio is taken in one
run, warm, as a median; absolute seconds mean nothing on shared machines.
"""

import asyncio
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sql.db import Connection
from tests.bench import crime_file, ground, matching, scene, trails
from tests.bench.table import Line, table

RESULTS = Path(__file__).parent / "results.json"
SIZES = ("small", "national")

Figures = dict[str, float]


async def run(sizes: tuple[str, ...]) -> dict[str, object]:
    """Measure every size, and what has no size."""
    measured: dict[str, Figures] = {}
    software: dict[str, str] = {}
    for size in sizes:
        async with ground.database() as conn_factory:
            measured[size] = await matching.measure(conn_factory, size)
            software = await _software(await conn_factory())
        if size != "national":
            async with ground.database() as conn_factory:
                measured[size] |= await trails.measure(conn_factory, size)
        print(json.dumps({size: measured[size]}, indent=1), flush=True)
    checked = crime_file.measure()
    lines = _lines(measured, checked)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "software": software,
        "sizes": {s: _described(s) for s in sizes},
        "figures": {**measured, "crime file": checked},
        "rows": [line.as_dict() for line in lines],
    }


def _lines(measured: dict[str, Figures], checked: Figures) -> list[Line]:
    found = []
    for size, figures in measured.items():
        found += _matching_lines(size, figures)
        if "row6_ingest_ratio" in figures:
            found += _trail_lines(size, figures)
    ratio = checked["ratio"]
    text = "crime file of 200,000 rows checked / read as text"
    return [*found, Line(10, text, "", ratio, 12.0)]


def _matching_lines(size: str, f: Figures) -> list[Line]:
    differing = sum(n for name, n in f.items() if name.startswith("row1"))
    plain = "/ plain ST_DWithin"
    return [
        Line(1, "pairs that differ, points and lines", size, differing, 0.0),
        Line(4, f"crimes in to hits stored {plain}", size, f["row4_match_ratio"], 2.0),
        Line(
            4,
            f"the same by two connections {plain}",
            size,
            f["row4_match_ratio_two_connections"],
            1.2,
        ),
        Line(5, "one crime again / the batch", size, f["row5_single_ratio"], 1e-3),
    ]


def _trail_lines(size: str, f: Figures) -> list[Line]:
    ingest = f["row6_ingest_ratio"]
    return [
        Line(6, "fixes per second / row per fix", size, ingest, 8.0, at_least=True),
        Line(7, "bytes per fix / row per fix", size, f["row7_bytes_ratio"], 1 / 3.5),
        Line(8, "six hours of a device / btree", size, f["row8_trail_ratio"], 0.6),
    ]


def _described(size: str) -> dict[str, int]:
    of = scene.SIZES[size]
    return {"wearers": of.wearers, "days": of.days, "crimes": of.crimes}


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
