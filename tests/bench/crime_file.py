"""Row 10: a crime file of 200,000 rows checked, against merely reading it as text.

Run alone with `python -m tests.bench.crime_file`. Both sides see the same bytes, and
the checked side must have accepted every row before a ratio is given.
"""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from pyarrow import csv

from api.settings import Settings
from geocorr.errors import InputError
from loaders.crime_faults import COLUMNS
from loaders.crimes import CrimeOptions, parse

ROWS = 200_000
RUNS = 5
TARGET = 12.0
NOW = datetime(2026, 3, 2, tzinfo=UTC)
_TYPES = ("RB", "BIAD", "AB", "BOTD", "TOMV", "TFP", "TFMV")


def crime_file(rows: int, seed: int) -> bytes:
    """A clean crime file of one force: places in metres and degrees by turns.

    A tenth of the texts is quoted, with a comma inside.
    """
    draw = np.random.default_rng(seed)
    start = datetime(2026, 2, 28, tzinfo=UTC)
    begin_s = draw.integers(0, 80_000, rows).tolist()
    length_s = draw.integers(300, 43_200, rows).tolist()
    east, north = draw.uniform(5.5e5, 6.2e5, rows), draw.uniform(1.3e5, 1.7e5, rows)
    lat, lon = draw.uniform(51.05, 51.4, rows), draw.uniform(0.2, 1.2, rows)
    kind = draw.integers(0, len(_TYPES), rows)
    lines = [",".join(COLUMNS)]
    for i in range(rows):
        begin = start + timedelta(seconds=begin_s[i])
        end = begin + timedelta(seconds=length_s[i])
        place = (
            f"{east[i]:.1f},{north[i]:.1f},,,OSGB36"
            if i % 2
            else f",,{lat[i]:.6f},{lon[i]:.6f},WGS84"
        )
        text = f'"Entry by rear door, item {i}"' if i % 10 == 0 else f"Item {i} taken"
        lines.append(
            f"Kent,{_TYPES[kind[i]]},as recorded,KNT20260301,K/{i:07},"
            f"{begin:%Y%m%d%H%M%S},{end:%Y%m%d%H%M%S},{place},{text}"
        )
    return ("\n".join(lines) + "\n").encode()


def measure(rows: int = ROWS, runs: int = RUNS) -> dict[str, float]:
    """Median seconds of both sides and their ratio; InputError if a row was refused."""
    data = crime_file(rows, seed=10)
    options = CrimeOptions(Settings().working_crs(), NOW)
    accepted = parse(data, options).report.accepted
    if accepted != rows or _as_text(data) != rows:
        raise InputError(
            f"{accepted} of {rows} rows were accepted: nothing to measure."
        )
    both = [
        (_seconds(lambda: parse(data, options)), _seconds(lambda: _as_text(data)))
        for _ in range(runs)
    ]
    checked_s, text_s = (statistics.median(side) for side in zip(*both, strict=True))
    return {
        "rows": rows,
        "checked_s": checked_s,
        "text_s": text_s,
        "ratio": checked_s / text_s,
        "target": TARGET,
    }


def _as_text(data: bytes) -> int:
    types = dict.fromkeys(COLUMNS, pa.string())
    options = csv.ConvertOptions(column_types=types)
    return int(csv.read_csv(io.BytesIO(data), convert_options=options).num_rows)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=1)
    sys.stdout.write("\n")
