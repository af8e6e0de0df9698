"""`geocorr serve`, `worker`, `purge`, as a person starts and ends them."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import cli
from api.commands import Exit
from api.commands.serve import check_reach
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.geo import WorkingCrs
from sql.cluster import Cluster
from sql.db import Database
from tests.web.accounts import made, token
from tests.web.staging import TEN, tag

PATIENCE_S = 60


@pytest.fixture
def surroundings(
    cluster: Cluster, database: Database, grid: Path, tmp_path: Path
) -> dict[str, str]:
    """The environment of a command that works on the test's own database."""
    (tmp_path / "proj").symlink_to(grid)
    name = re.search(r"///(\w+)", database.dsn)[1]
    dsn = f"postgresql://geocorr@/{name}?host={cluster.socket}&port=5432"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GEOCORR_")}
    return {**kept, "GEOCORR_DSN": dsn, "GEOCORR_HOME": str(tmp_path)}


@contextmanager
def running(env: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command while it runs; ended for good behind it."""
    command = [sys.executable, "-c", "from api.cli import main; main()", *words]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def asked(url: str, key: str, data: bytes | None = None) -> dict[str, object]:
    """A JSON document for who has this key, waited for until the service is there."""
    headers = {"content-type": "text/csv", "authorization": f"Bearer {key}"}
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            request = urllib.request.Request(url, data, headers)
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except (ConnectionError, urllib.error.URLError):
            assert time.monotonic() < until, "the service did not come up"
            time.sleep(0.2)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_one_command_takes_a_file_and_matches_it(
    surroundings: dict[str, str],
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    stop: signal.Signals,
) -> None:
    tag(database, bng, tmp_path)
    key, port = asyncio.run(keyed(database)), free_port()
    url = f"http://127.0.0.1:{port}/v1"
    with running(surroundings, "serve", "--port", str(port)) as process:
        asked(f"{url}/health", key)
        assert asked(f"{url}/batches?zone=UTC", key, TEN.encode())["accepted"] == 10
        until = time.monotonic() + PATIENCE_S
        while not asked(f"{url}/hits", key)["total"]:
            assert time.monotonic() < until, "nothing was matched"
            time.sleep(0.2)
        process.send_signal(stop)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "Nobody may come in yet" not in said
    assert "Traceback" not in said


async def keyed(database: Database) -> str:
    """The key of a script that may do everything."""
    return await token(database, await made(database, "script"))


def test_the_worker_ends_when_told(surroundings: dict[str, str]) -> None:
    with running(surroundings, "worker") as process:
        # Before it there may be a line that says that kernels compile.
        assert any("matches what comes in" in line for line in process.stderr)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_only_this_machine_is_served(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["geocorr", "serve", "--host", host])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == Exit.USAGE
    assert "GEOCORR_PUBLIC_URL" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_names_of_this_machine(host: str) -> None:
    check_reach(host, Settings())
    with pytest.raises(UsageError):
        check_reach(host + ".example", Settings())


def test_others_reach_it_by_https_alone() -> None:
    check_reach("0.0.0.0", Settings(public_url="https://geocorr.police.example"))
    check_reach("0.0.0.0", Settings(contained=True))


@pytest.mark.parametrize("proxies", ["*", "192.0.2.1, 0.0.0.0/0", "::/0"])
def test_not_anybody_says_where_a_request_comes_from(proxies: str) -> None:
    check_reach("127.0.0.1", Settings(proxies="192.0.2.1,172.18.0.0/16"))
    with pytest.raises(UsageError, match="GEOCORR_PROXIES"):
        check_reach("127.0.0.1", Settings(proxies=proxies))
    for url in ("http://geocorr.police.example", "geocorr.police.example", "https://"):
        with pytest.raises(UsageError, match="no https address"):
            check_reach("127.0.0.1", Settings(public_url=url))


def test_nothing_is_served_without_a_database(
    home: Path, grid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "proj").symlink_to(grid)
    monkeypatch.setenv("GEOCORR_HOME", str(home))
    monkeypatch.delenv("GEOCORR_DSN", raising=False)
    monkeypatch.setattr(sys, "argv", ["geocorr", "serve"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == Exit.SERVICE


def test_a_purge_says_what_would_go(
    surroundings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("GEOCORR_DSN", "GEOCORR_HOME"):
        monkeypatch.setenv(name, surroundings[name])
    monkeypatch.setattr(sys, "argv", ["geocorr", "purge", "--dry-run"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "Nothing was removed" in capsys.readouterr().out
