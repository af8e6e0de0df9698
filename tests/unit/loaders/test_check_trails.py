"""`geocorr check trails`: JSON, exit codes, nothing else on stdout."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import CrsError, UsageError
from tests.unit.loaders.trail_text import GOOD, HEAD, written

KEYS = [
    "file",
    "outcome",
    "cause",
    "read",
    "accepted",
    "rejected",
    "batch_id",
    "police_force",
    "faults",
    "warnings",
]


@pytest.fixture
def check(monkeypatch, grid):
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))

    def run(*arguments):
        now = ["--now", "2026-04-01T00:00:00Z"]
        return CliRunner().invoke(app, ["check", "trails", *now, *map(str, arguments)])

    return run


@pytest.fixture
def files(tmp_path):
    return {
        "good": written(tmp_path, f"{HEAD}\n{GOOD}", "good.csv"),
        "partly": written(tmp_path, f"{HEAD}\n{GOOD}\nA1,never,0,x", "partly.csv"),
        "bad": written(tmp_path, "", "bad.csv"),
    }


def test_one_document_a_file(check, files):
    done = check(*files.values(), "--json")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(document) for document in documents] == [KEYS] * 3
    assert [d["outcome"] for d in documents] == ["SUCCESSFUL", "PARTIAL", "ERROR"]
    assert documents[1]["faults"][0]["line"] == 3
    assert done.exit_code == 4


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good"], 0),
        (["good", "good"], 0),
        (["bad"], 1),
        (["partly"], 4),
        (["good", "bad"], 4),
    ],
)
def test_exit_codes(check, files, names, code):
    assert check(*(files[name] for name in names)).exit_code == code


def test_people_get_a_table_and_a_sentence(check, files):
    done = check(files["partly"])
    assert "partly.csv: PARTIAL (2 rows: 1 good, 1 refused)." in done.stdout
    assert "What to do" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nowhere.csv"], UsageError),
        (["--now", "soon"], UsageError),
        (["--now", "2026-04-01T00:00:00"], UsageError),
        (["--map", "none.toml"], UsageError),
        (["--crs", "EPSG:3857"], CrsError),
    ],
)
def test_wrong_use(check, files, arguments, error):
    done = check(files["good"], *arguments)
    assert isinstance(done.exception, error)
