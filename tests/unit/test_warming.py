"""After warming nothing that a match or a verdict runs is left to compile."""

import subprocess
import sys
from pathlib import Path

import pytest

from api import warming
from geocorr.errors import UsageError
from loaders.policy import shipped

_SCRIPT = """
import sys
from numba.core.dispatcher import Dispatcher
from api.warming import warm
from geocorr.correlate import correlate
from geocorr.presence import everyone, presences
from geocorr.trust import trust
from loaders.policy import shipped
from tests.property.scenes import scene

def compiled():
    core = [m for name, m in sys.modules.items() if name.startswith("geocorr.")]
    kernels = [k for m in core for k in vars(m).values() if isinstance(k, Dispatcher)]
    return {str(k): len(k.signatures) for k in kernels}

warm(shipped())
before = compiled()
assert sum(before.values()) > 15
hits = 0
for seed in range(8):
    fixes, wearers, targets = scene(seed)
    trails = trust(fixes, shipped())
    hits += len(correlate(trails, wearers, targets, shipped()))
    presences(trails, wearers, targets, everyone(targets, wearers), shipped())
assert hits
after = compiled()
print([name for name in after if after[name] != before[name]])
"""


def test_nothing_is_left_to_compile():
    run = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_first_time_is_said_and_the_second_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(warming, "_mark", lambda name: tmp_path / name)
    for _ in range(2):
        with warming.first_time("match"):
            pass
    with warming.first_time("alibi"):
        pass
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("Compiling for the first time, about a minute") == 2


def test_what_failed_the_first_time_is_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(warming, "_mark", lambda name: tmp_path / name)
    for _ in range(2):
        with pytest.raises(UsageError), warming.first_time("match"):
            raise UsageError("no such file")
    assert capsys.readouterr().err.count("Compiling") == 2


def test_where_all_is_compiled_no_command_speaks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(warming, "_mark", lambda name: tmp_path / name)
    warming.ready(shipped())
    with warming.first_time("match"):
        pass
    assert capsys.readouterr().err.count("Compiling for the first time") == 1


def test_a_changed_core_has_marks_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = warming._mark("all")
    monkeypatch.setattr(warming, "SOURCE", "another")
    assert warming._mark("all") != before
    assert warming._mark("all").parent == before.parent
