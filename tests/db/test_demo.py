"""The demo as a person runs it: its printed hits are the scene's truth, twice."""

import os
import subprocess
import sys
from pathlib import Path

from fixtures import scene


def run(home: Path, *words: str) -> str:
    command = [sys.executable, "-m", "api.cli", *words]
    environment = {**os.environ, "GEOCORR_HOME": str(home), "COLUMNS": "100"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(output: str) -> set[tuple[str, str, str]]:
    rows = [line.split() for line in output.splitlines() if line.startswith(" DM")]
    return {(row[0], row[2], row[4]) for row in rows}


def test_the_demos_printed_hits_are_the_truth_and_it_is_safe_to_run_twice(home):
    truth = {(t.crime_reference, t.device_id, t.verdict) for t in scene.make().truth}
    try:
        for _ in range(2):
            output = run(home, "demo", "--no-serve")
            assert printed(output) == truth
            assert "0 missed, 0 invented" in output
    finally:
        run(home, "down")
