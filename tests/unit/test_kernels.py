"""Kept kernels follow the source: numba alone would notice only their own file."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import geocorr

CALLEE = """
from geocorr.kernels import {how}

@{how}
def callee(x):
    return x * {factor}
"""
CALLER = """
from {package}.callee import callee
from geocorr.kernels import compiled

@compiled
def caller(x):
    return callee(x)
"""
ASK = (
    "from {package}.caller import caller; print(caller(10), sum("
    "caller.stats.cache_hits.values()))"
)


def ask(folder: Path, package: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", ASK.format(package=package)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
    )
    return run.stdout.split()


@pytest.mark.parametrize(
    ("package", "how"),
    [("geocorr", "compiled"), ("sql", "compiled"), ("sql", "inlined")],
)
def test_a_change_in_another_file_is_noticed_and_no_change_is_kept(
    tmp_path: Path, package: str, how: str
) -> None:
    for name in {"geocorr", package}:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    shutil.copy(Path(geocorr.__file__).parent / "kernels.py", tmp_path / "geocorr")
    made = tmp_path / package
    (made / "caller.py").write_text(CALLER.format(package=package))
    (made / "callee.py").write_text(CALLEE.format(factor=2, how=how))
    assert ask(tmp_path, package) == ["20", "0"]
    assert ask(tmp_path, package) == ["20", "1"]
    (made / "callee.py").write_text(CALLEE.format(factor=6, how=how))
    assert ask(tmp_path, package) == ["60", "0"]
