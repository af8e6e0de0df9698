"""The demo as a person runs it: its printed hits are the scene's truth, twice.

What it prints of casework is what the commands named under its tables print.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def asked(home: Path, *words: str) -> Any:
    return json.loads(run(home, *words, "--json"))


def check_casework(home: Path, output: str) -> None:
    """Each table against the command named under it; the weights are illustrative."""
    bands = asked(home, "score")["by_band"]
    assert bands["HIGH"] > 0
    assert f"{bands['HIGH']} HIGH and {bands['MEDIUM']} MEDIUM" in output
    top = asked(home, "score", "--limit", "1")["scores"][0]
    shown = next(line.split() for line in output.splitlines() if " HIGH  " in line)
    owner = asked(home, "own", "show", top["nominal_id"])["standing"]["lpu"]
    assert shown[0] == top["nominal_id"]
    assert shown[2:] == ["HIGH", owner]
    waiting = asked(home, "own", "propose")
    assert f"{waiting['total']} nominals wait for an owner" in output
    assert all(told["lpu"] for told in waiting["proposals"])
    counts = dict(re.findall(r"^ ([a-zA-Z ]+?) +([\d,]+) .*geocorr", output, re.M))
    inbox = asked(home, "own", "inbox")
    assert int(counts["owners for LPUs to accept"]) == inbox["total"]
    due = asked(home, "cohort", "review")["counts"]["due"]
    assert int(counts["cohort proposals to decide"]) == due > 0
    (weights,) = asked(home, "weights", "list")["weight_sets"]
    assert weights["state"] == "approved"
    assert "Weights: Illustrative weights" in output
    steps = asked(home, "weights", "show", str(weights["id"]))["steps"]
    assert [step["by"] == weights["author"] for step in steps] == [False]


def test_the_demos_printed_hits_are_the_truth_and_it_is_safe_to_run_twice(home):
    truth = {(t.crime_reference, t.device_id, t.verdict) for t in scene.make().truth}
    try:
        for _ in range(2):
            output = run(home, "demo", "--no-serve")
            assert printed(output) == truth
            assert "0 missed, 0 invented" in output
            check_casework(home, output)
    finally:
        run(home, "down")
