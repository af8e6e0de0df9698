"""Bad files through `geocorr load`: nothing is stored that should not be."""

import json
import re
import sys
from pathlib import Path

import pytest

from api import cli
from sql import cluster as clusters
from sql.cluster import Cluster
from sql.db import Database
from tests.db.deliveries import order
from tests.unit import bad_files
from tests.unit.bad_files import CRIMES, TRAILS, Bad
from tests.unit.test_cli import ORDERS, Run, Said, written


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cluster: Cluster,
    database: Database,
) -> Run:
    """Run `geocorr load` on the test's own database."""
    name = re.search(r"///(\w+)", database.dsn)[1]
    dsn = f"postgresql://geocorr@/{name}?host={cluster.socket}&port=5432"
    monkeypatch.setenv("GEOCORR_HOME", str(cluster.grid_folder.parent))
    monkeypatch.setenv("GEOCORR_DSN", dsn)

    def run(*words: object) -> Said:
        argv = ["geocorr", "load", *map(str, words), "--json"]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        lines = [json.loads(line) for line in told.out.splitlines()]
        return Said(int(ended.value.code or 0), lines, told.err)

    return run


def _load(run: Run, folder: Path, kind: str, bad: Bad) -> Said:
    return run(kind, written(folder, bad), "--no-wait")


@pytest.mark.parametrize("name", CRIMES)
def test_load_crimes(run: Run, tmp_path: Path, name: str) -> None:
    bad = CRIMES[name]
    said = _load(run, tmp_path, "crimes", bad)
    assert said.code == bad.exit_code
    assert said.told >= set(bad.told)
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("name", TRAILS)
def test_load_trails(run: Run, tmp_path: Path, name: str) -> None:
    bad = TRAILS[name]
    said = _load(run, tmp_path, "trails", bad)
    assert said.code == bad.exit_code
    assert said.told >= set(bad.told)
    stored = said.documents[0]["accepted"]
    assert ("DEVICE_WITHOUT_ORDER" in said.told) == (stored > 0)
    assert "Traceback" not in said.stderr


def _stored(cluster: Cluster, database: Database, table: str) -> int:
    name = re.search(r"///(\w+)", database.dsn)[1]
    return int(clusters.execute(cluster, f"select count(*) from {table}", name))


@pytest.mark.parametrize(
    ("kind", "bad", "table"),
    [
        ("crimes", CRIMES["CP1252 bytes"], "crime"),
        ("crimes", CRIMES["two forces"], "crime"),
        ("crimes", CRIMES["a truncated gzip"], "crime"),
        ("trails", TRAILS["CP1252 bytes"], "trail"),
        ("trails", TRAILS["a truncated gzip"], "trail_file"),
        ("trails", TRAILS["no byte"], "trail"),
        ("orders", Bad(b"caf\xe9,D1,N1,licence,2024-06-01,\n", "FAILED"),
         "tag_order"),
        ("orders", Bad(b"who,what\n1,2\n", "FAILED"), "tag_order"),
        ("orders", Bad((ORDERS + "O\0,D1,N1,licence,2024-06-01,\n").encode(), "ERROR"),
         "tag_order"),
        ("events", Bad(b"device_id,at,kind\nD\0,2024-06-01T10:00Z,fitted\n", "ERROR"),
         "device_event"),
    ],
)  # fmt: skip
def test_a_file_that_is_refused_stores_nothing(
    run: Run, tmp_path: Path, cluster: Cluster, database: Database,
    kind: str, bad: Bad, table: str,
) -> None:  # fmt: skip
    said = _load(run, tmp_path, kind, bad)
    assert said.code == 1
    assert said.documents[0]["outcome"] == bad.outcome or not said.documents[0]["read"]
    assert _stored(cluster, database, table) == 0


def test_a_device_with_a_nul_in_its_name_is_refused_and_the_rest_kept(
    run: Run, tmp_path: Path, cluster: Cluster, database: Database
) -> None:
    data = bad_files.fixes("A\0,2024-06-30T10:31:00Z,51.2,0.9")
    said = _load(run, tmp_path, "trails", Bad(data, "PARTIAL"))
    assert said.code == 4
    assert _stored(cluster, database, "device") == 1


def test_two_orders_that_overlap_in_one_file(run: Run, tmp_path: Path) -> None:
    rows = "O1,A1,N1,licence,2024-06-01,\nO2,A1,N2,licence,2024-06-02,\n"
    said = _load(run, tmp_path, "orders", Bad((ORDERS + rows).encode(), "PARTIAL"))
    assert said.code == 4
    assert [f["type"] for f in said.documents[0]["faults"]] == ["OVERLAPPING_ORDER"]


def test_an_order_that_overlaps_a_stored_one(
    run: Run, tmp_path: Path, cluster: Cluster, database: Database
) -> None:
    first = ORDERS + order("O1", "A1") + "\n"
    second = ORDERS + order("O2", "A1") + "\n"
    assert _load(run, tmp_path, "orders", Bad(first.encode(), "")).code == 0
    said = _load(run, tmp_path, "orders", Bad(second.encode(), ""))
    assert said.code == 1
    assert "O1" in said.documents[0]["faults"][0]["action"]
    assert _stored(cluster, database, "tag_order") == 1


@pytest.mark.parametrize("kind", ["crimes", "trails", "orders", "events", "nominals"])
def test_a_folder_or_nothing_is_wrong_use(run: Run, tmp_path: Path, kind: str) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        said = run(kind, path)
        assert (said.code, said.documents) == (2, [])
        assert path.name in said.stderr.replace("\n", "")


def test_web_mercator_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    cluster: Cluster, database: Database,
) -> None:  # fmt: skip
    monkeypatch.setenv("GEOCORR_CRS", "EPSG:3857")
    said = _load(run, tmp_path, "trails", Bad(bad_files.fixes(), ""))
    assert said.code == 2
    assert "EPSG:3857" in said.stderr
    assert _stored(cluster, database, "trail_file") == 0


def test_a_database_that_is_down_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_DSN", f"postgresql:///none?host={tmp_path}")
    said = _load(run, tmp_path, "crimes", CRIMES["a byte order mark"])
    assert (said.code, said.documents) == (3, [])
    assert "geocorr up" in said.stderr.replace("\n", " ")
