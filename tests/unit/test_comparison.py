"""Two policies on the same files: what appears, what goes, what changes."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import PolicyError, UsageError
from loaders.policy import named, read, shipped

HEAD = "device_id,recorded_at,easting,northing,accuracy_m\n"
CRIMES = """police_force,crime_type,batch_id,crime_reference,from,to,easting,northing
WestMidlands,RB,WMP20260310,A/1,20260310100000,20260310100100,450000,250000
"""


def fix(device: str, minute: int, east: int, accuracy: int) -> str:
    return (
        f"{device},2026-03-10T10:{minute:02}:00Z,{450_000 + east},250000,{accuracy}\n"
    )


@pytest.fixture
def folder(tmp_path, grid, monkeypatch):
    """ONCE: one sure fix. EDGE: coarse, drawn inside. NEAR: coarse, drawn outside."""
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    (tmp_path / "crimes.csv").write_text(CRIMES)
    fixes = [
        fix("ONCE", 0, 0, 10),
        fix("EDGE", 0, 95, 300),
        fix("EDGE", 1, 95, 300),
        fix("TWICE", 0, 0, 10),
        fix("TWICE", 1, 40, 10),
    ]
    (tmp_path / "trails.csv").write_text(HEAD + "".join(fixes))
    return tmp_path


def run(folder, *words: str):
    paths = ("--trails", folder / "trails.csv", "--crimes", folder / "crimes.csv")
    out = ("-o", folder / "hits.csv")
    return CliRunner().invoke(app, ["match", *map(str, (*paths, *out)), *words])


def policies(first: str, second: str) -> tuple[str, ...]:
    return ("--policy", first, "--policy", second)


def test_two_policies_are_compared(folder):
    result = run(folder, *policies("distance", "national_hub"), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    both = told["comparison"]
    assert [side["policy"] for side in both["policies"]] == ["distance", "national_hub"]
    assert [side["pairs"] for side in both["policies"]] == [3, 2]
    hashes = [read(named()[side["policy"]]).hash for side in both["policies"]]
    assert [side["policy_hash"] for side in both["policies"]] == hashes
    assert (both["alike"], both["appear"], both["go"], both["change"]) == (1, 0, 1, 1)
    assert [(d["device_id"], d["what"]) for d in both["differences"]] == [
        ("EDGE", "goes"),
        ("ONCE", "changes"),
    ]
    assert both["differences"][0]["second"] is None
    assert "a hit takes 2" in both["differences"][1]["because"]
    # The hits file is the second's.
    assert (told["policy_hash"], told["pairs"]) == (hashes[1], 2)
    assert (folder / "hits.csv").read_text().count(hashes[1]) == 2


def test_the_other_way_round_what_goes_appears(folder):
    told = json.loads(
        run(folder, *policies("national_hub", "distance"), "--json").stdout
    )
    kinds = [d["what"] for d in told["comparison"]["differences"]]
    assert kinds == ["appears", "changes"]


def test_people_get_a_line_a_policy_and_a_table_of_what_differs(folder):
    told = " ".join(run(folder, *policies("distance", "national_hub")).stdout.split())
    assert "First, distance (policy" in told
    assert "3 pairs, 3 hits, 0 passings." in told
    assert "Second, national_hub (policy" in told
    assert "EDGE - hit - 2 0.2" in told
    assert "ONCE - hit passed 1 1.00" in told
    assert "1 pair alike; under the second 0 new, 1 gone, 1 of another verdict." in told


def test_one_policy_compares_nothing(folder):
    told = json.loads(run(folder, "--policy", "national_hub", "--json").stdout)
    assert "comparison" not in told
    assert told["pairs"] == 2


def test_three_policies_are_one_too_many(folder):
    with pytest.raises(UsageError, match="once or twice"):
        raise run(folder, *policies("distance", "distance"), "--policy", "x").exception


def test_a_named_policy_changes_only_the_rule():
    assert set(named()) == {"probability", "distance", "national_hub"}
    assert read(named()["probability"]) == shipped()
    hub = shipped().with_match(rule="half_circle", min_fixes=2)
    assert read(named()["national_hub"]) == hub


def test_a_policy_that_is_not_there_is_said(folder):
    with pytest.raises(UsageError, match="or one of distance, national_hub"):
        raise run(folder, "--policy", "no_such.toml").exception


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[match]\nradius = 5\n", "p.toml: .*no key radius; known are rule, min_fixes"),
        ("[alibi]\ntop_speed_m_s = -3\n", "p.toml: .*top_speed_m_s = -3 is impossible"),
    ],
)
def test_a_wrong_policy_is_said_with_its_file(folder, text, says):
    (folder / "p.toml").write_text(text)
    with pytest.raises(PolicyError, match=says):
        raise run(folder, *policies("distance", str(folder / "p.toml"))).exception
    assert not (folder / "hits.csv").exists()
