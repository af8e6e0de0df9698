"""`geocorr up`, `status`, `migrate`, `down`, as a person types them."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

from api import cli
from api.commands import Exit
from sql.cluster import Cluster

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command; returns its exit code and its JSON."""

    def run(*words: str) -> tuple[int, dict[str, object]]:
        monkeypatch.setattr(sys, "argv", ["geocorr", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out = capsys.readouterr().out
        return ended.value.code, json.loads(out) if out else {}

    return run


@pytest.fixture
def new_home(home: Path, grid: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the grid in place, so that `up` need not make it."""
    (home / "proj").symlink_to(grid)
    monkeypatch.setenv("GEOCORR_HOME", str(home))
    monkeypatch.delenv("GEOCORR_DSN", raising=False)
    return home


def test_up_status_check_down(new_home: Path, run) -> None:
    code, told = run("status")
    assert (code, told["database"]) == (Exit.SERVICE, "down")
    code, told = run("up")
    assert (code, told["database"]) == (0, "up")
    assert "initial" in told["applied"]
    code, told = run("up")
    assert (code, told["applied"]) == (0, [])
    code, told = run("status")
    assert code == 0
    assert told["postgis_uses_ostn15"] is True
    assert told["queue"] == {}
    assert told["last_batch"] is None
    assert len(told["grid_sha256"]) == 64
    assert told["free_disk_gb"] > 0
    assert run("migrate", "--check") == (0, {"pending": []})
    assert run("down") == (0, {"database": "down", "stopped": True})
    assert run("status")[0] == Exit.SERVICE
    assert run("migrate", "--check")[0] == Exit.SERVICE


def test_a_dsn_is_used_and_nothing_is_started(
    cluster: Cluster, new_home: Path, run, monkeypatch: pytest.MonkeyPatch, database
) -> None:
    name = re.search(r"///(\w+)", database.dsn)[1]
    dsn = f"postgresql://geocorr@/{name}?host={cluster.socket}&port=5432"
    monkeypatch.setenv("GEOCORR_DSN", dsn)
    code, told = run("up")
    assert (code, told["private"], told["applied"]) == (0, False, [])
    assert run("status")[1]["queue"] == {}
    assert run("down") == (0, {"database": "down", "stopped": False})
    assert not (new_home / "pg").exists()


def test_a_bare_database_is_made_ready(
    cluster: Cluster, new_home: Path, run, monkeypatch, empty_database
) -> None:
    name = re.search(r"///(\w+)", empty_database.dsn)[1]
    dsn = f"postgresql://geocorr@/{name}?host={cluster.socket}&port=5432"
    monkeypatch.setenv("GEOCORR_DSN", dsn)
    code, told = run("migrate", "--check")
    assert (code, "initial" in told["pending"]) == (Exit.SERVICE, True)
    assert "initial" in run("migrate")[1]["applied"]
    assert run("migrate", "--check") == (0, {"pending": []})


def test_the_script_is_runnable_and_names_its_commands() -> None:
    script = ROOT / "do"
    assert os.access(script, os.X_OK)
    for word in ("demo", "test", "serve", "check", "bench", "down"):
        assert re.search(rf"^\s*{word}\)", script.read_text(), re.MULTILINE)
    assert "./do test" in (ROOT / ".ci/run").read_text()
