"""`geocorr quality` as a person or a script runs it."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import UsageError

HEAD = "device_id,recorded_at,easting,northing,accuracy_m\n"


def fix(device: str, hour: int, minute: int, east: int = 0, second: int = 0) -> str:
    at = f"2026-03-10T{hour:02}:{minute:02}:{second:02}Z"
    return f"{device},{at},{450_000 + east},250000,10\n"


@pytest.fixture
def folder(tmp_path, grid, monkeypatch):
    """GOOD; BACK, listed newest first; BOTH, two tags under one identifier."""
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    rows = [fix("GOOD", 9, m) for m in range(60)]
    rows += [fix("BACK", 9, m) for m in reversed(range(60))]
    rows += [fix("BOTH", 9, m) for m in range(60)]
    rows += [fix("BOTH", 9, m, 20_000, 30) for m in range(60)]
    (tmp_path / "trails.csv").write_text(HEAD + "".join(rows))
    (tmp_path / "events.csv").write_text(
        "device_id,at,kind\nGOOD,2026-03-10T09:30:00Z,battery_flat\n"
    )
    return tmp_path


def run(folder, *words: str):
    return CliRunner().invoke(
        app, ["quality", "--trails", str(folder / "trails.csv"), *words]
    )


def test_every_day_and_what_it_means(folder):
    result = run(folder, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["device_days"], told["to_look_at"]) == (3, 2)
    assert told["tamper_known"] is False
    days = {day["device_id"]: day for day in told["days"]}
    assert days["GOOD"]["means"] == []
    assert days["BACK"]["backwards"] == 59
    # BOTH's second half follows its first: one step back, then two tracks.
    assert (days["BOTH"]["backwards"], days["BOTH"]["two_places"]) == (1, True)
    (report,) = told["reports"]
    assert [w["type"] for w in report["warnings"]] == ["TIME_RAN_BACKWARDS"]


def test_one_device_with_its_events(folder):
    events = ("--events", str(folder / "events.csv"))
    told = json.loads(run(folder, "--json", "--device", "GOOD", *events).stdout)
    (day,) = told["days"]
    assert (day["events"], day["reported_off"]) == ({"battery_flat": 1}, 30)
    assert told["tamper_known"] is True


def test_people_see_the_worst_first(folder):
    result = run(folder)
    told = " ".join(result.stdout.split())
    assert told.index("BOTH") < told.index("BACK")
    assert "GOOD" not in told
    assert "3 days of devices, 2 to look at." in told
    assert "Tamper state not known" in told
    assert "TIME_RAN_BACKWARDS" in result.stderr
    assert "GOOD" in run(folder, "--all").stdout


def test_limits_are_the_policys(folder):
    (folder / "p.toml").write_text("[quality]\nmin_swaps = 1000\n")
    told = json.loads(run(folder, "--json", "--policy", str(folder / "p.toml")).stdout)
    assert not any(day["two_places"] for day in told["days"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("quality",), "Give --trails FILE, or --device and --day"),
        (("quality", "--device", "T1"), "Give --trails FILE, or --device and --day"),
        (("quality", "--device", "T1", "--day", "10/03/2026"), "is no day"),
    ],
)
def test_wrong_use_is_said(folder, words, says):
    with pytest.raises(UsageError, match=says):
        raise CliRunner().invoke(app, [*words]).exception
