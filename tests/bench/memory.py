"""Row 12: memory of `geocorr match` on a Parquet file of 30 million fixes.

Run alone with `python -m tests.bench.memory [wearers]`. The command runs in a process
of its own, as a user would start it; measured is the most it ever held, interpreter
and libraries included, against the columns that matching cannot do without.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import files, scene

# 1,331 fixes a day each.
WEARERS = 22_600
CRIMES = 5_000
TARGET = 2.0
# device, time, x, y, accuracy, mechanism; and R95 with defaults, marks, stop.
COLUMN_BYTES = (4 + 8 + 8 + 8 + 4 + 1) + (4 + 1 + 4)
_COMMAND = "from api.cli import main; main()"


def measure(wearers: int = WEARERS) -> dict[str, float]:
    """Most bytes held, bytes of columns, and their ratio."""
    size = scene.Size(wearers, 1, CRIMES)
    with tempfile.TemporaryDirectory(prefix="geocorr-bench-") as name:
        folder = Path(name)
        n = files.trails(folder / "trails.parquet", size)
        files.crimes(folder / "crimes.csv", scene.targets(size))
        held = _most_held(folder)
    columns = n * COLUMN_BYTES
    return {
        "fixes": n,
        "crimes": CRIMES,
        "column_bytes": columns,
        "most_held_bytes": held,
        "row12_memory_ratio": held / columns,
    }


def measure_apart() -> dict[str, float]:
    """The same from a small process of its own.

    Linux counts what a parent holds at the start as held by its child, and a process
    that has just measured the peers holds more than any match.
    """
    command = [sys.executable, "-m", "tests.bench.memory"]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def _most_held(folder: Path) -> int:
    """Peak resident bytes of the command; AssertionError if it did not succeed."""
    command = [sys.executable, "-c", _COMMAND, "match", "--json"]
    command += ["--trails", "trails.parquet", "--crimes", "crimes.csv", "-o", "h.csv"]
    surroundings = {**os.environ, "GEOCORR_HOME": str(folder / "home")}
    root = str(Path(__file__).parents[2])
    surroundings["PYTHONPATH"] = root
    with (folder / "out.json").open("wb") as out:
        child = subprocess.Popen(command, cwd=folder, env=surroundings, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise AssertionError(f"geocorr match ended with {child.returncode}")
    return used.ru_maxrss * 1024


if __name__ == "__main__":
    figures = measure(*(int(n) for n in sys.argv[1:]))
    print(json.dumps(figures, indent=1))
