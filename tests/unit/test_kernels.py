"""Kept kernels follow the source: numba alone would notice only their own file."""

import shutil
import subprocess
import sys
from pathlib import Path

import geocorr

CALLEE = """
from geocorr.kernels import compiled

@compiled
def callee(x):
    return x * {factor}
"""
CALLER = """
from geocorr.callee import callee
from geocorr.kernels import compiled

@compiled
def caller(x):
    return callee(x)
"""
ASK = (
    "from geocorr.caller import caller; print(caller(10), sum("
    "caller.stats.cache_hits.values()))"
)


def ask(folder: Path) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
    )
    return run.stdout.split()


def test_a_change_in_another_file_is_noticed_and_no_change_is_kept(tmp_path):
    package = tmp_path / "geocorr"
    package.mkdir()
    shutil.copy(Path(geocorr.__file__).parent / "kernels.py", package)
    (package / "__init__.py").touch()
    (package / "caller.py").write_text(CALLER)
    (package / "callee.py").write_text(CALLEE.format(factor=2))
    assert ask(tmp_path) == ["20", "0"]
    assert ask(tmp_path) == ["20", "1"]
    (package / "callee.py").write_text(CALLEE.format(factor=6))
    assert ask(tmp_path) == ["60", "0"]
