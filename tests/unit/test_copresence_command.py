"""`geocorr co-presence` on files as a person or a script runs it."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import NotFound, UsageError
from tests.db.deliveries import ORDER_HEAD, TRAIL_HEAD, order, stay, written

TIME = ("--from", written(0), "--to", written(60))
TWO = ("--device", "T1", "--device", "T2")


@pytest.fixture
def folder(tmp_path, grid, monkeypatch):
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    rows = (
        *stay("T1", minute=0, minutes=61),
        *stay("T2", x=40, minute=10, minutes=21),
        *stay("T3", x=9_000, minute=0, minutes=61),
    )
    orders = (order("O1", "T1"), order("O2", "T2"), order("O3", "T3", basis="other"))
    (tmp_path / "trails.csv").write_text("\n".join([TRAIL_HEAD, *rows, ""]))
    (tmp_path / "orders.csv").write_text("\n".join([ORDER_HEAD, *orders, ""]))
    return tmp_path


def run(folder, *words: str):
    trails = ("--trails", str(folder / "trails.csv"))
    return CliRunner().invoke(app, ["co-presence", *trails, *words])


def test_two_devices(folder):
    result = run(folder, *TIME, *TWO, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["from"], found["to"]) == (written(0), written(60))
    (stayed,) = found["stays"]
    assert (stayed["from"], stayed["to"]) == (written(10), written(30))
    assert (stayed["together_s"], stayed["probability"]) == (1_200, 1.0)
    assert found["rules"] == []


def test_two_nominals_by_their_orders(folder):
    orders = ("--orders", str(folder / "orders.csv"))
    two = ("--nominal", "N-O1", "--nominal", "N-O2")
    found = json.loads(run(folder, *TIME, *orders, *two, "--json").stdout)
    assert [p["id"] for p in found["people"]] == ["N-O1", "N-O2"]
    assert (found["together_s"], found["rules"]) == (1_200, ["HANTS-GPS-1", "LEICS-16"])
    other = ("--nominal", "N-O1", "--nominal", "N-O3")
    with pytest.raises(NotFound, match="N-O3 is no wearer in these files"):
        raise run(folder, *TIME, *orders, *other).exception


def test_the_table_and_the_caveat(folder):
    text = " ".join(run(folder, *TIME, *TWO).stdout.split())
    assert "2026-03-10 10:10+00:00 10:30+00:00 20.0 min 40 1.00" in text
    assert "within 100 m of each other for 20 min, in 1 stay" in text
    assert "T2 (T2): 33 % of the time covered." in text
    assert "Two tags near each other are not two people together" in text


def test_never_near_is_an_answer(folder):
    found = run(folder, *TIME, "--device", "T1", "--device", "T3")
    assert found.exit_code == 0
    assert "were not within 100 m of each other" in " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ((*TIME, "--device", "T1"), UsageError, "takes two devices, not 1"),
        ((*TIME, *TWO, "--device", "T3"), UsageError, "takes two devices, not 3"),
        ((*TIME, "--device", "T1", "--device", "T1"), UsageError, "named twice"),
        ((*TIME, "--device", "T1", "--device", "T9"), NotFound, "T9 is no wearer"),
        ((*TIME, "--nominal", "A", "--nominal", "B"), UsageError, "two devices, not 0"),
        (("--from", "ten", "--to", written(9), *TWO), UsageError, "--from ten is no"),
        (
            ("--from", written(0), "--to", "2026-03-10T11:00", *TWO),
            UsageError,
            "--to 2026-03-10T11:00 has no offset",
        ),
    ],
)
def test_what_is_wrong_is_said(folder, words, error, says):
    with pytest.raises(error, match=says):
        raise run(folder, *words).exception
