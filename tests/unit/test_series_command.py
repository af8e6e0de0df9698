"""`geocorr series` on files as a person or a script runs it."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import NotFound, UsageError
from tests import series_scene as scene
from tests.db.deliveries import ORDER_HEAD, TRAIL_HEAD, crimes

NAMES = [f"Kent/{name}" for name in scene.REFERENCES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The scene as files."""
    folder = tmp_path_factory.mktemp("series")
    (folder / "crimes.csv").write_bytes(crimes(*scene.CRIMES))
    (folder / "trails.csv").write_text("\n".join([TRAIL_HEAD, *scene.rows(), ""]))
    (folder / "orders.csv").write_text("\n".join([ORDER_HEAD, *scene.ORDERS, ""]))
    return folder


@pytest.fixture(autouse=True)
def home(grid, monkeypatch):
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))


def run(folder, *words: str, trails: str = "trails.csv"):
    paths = ("--trails", folder / trails, "--crimes", folder / "crimes.csv")
    orders = ("--orders", folder / "orders.csv")
    return CliRunner().invoke(app, ["series", *map(str, (*paths, *orders)), *words])


def told(folder, *words: str, **more):
    result = run(folder, "--json", *words, **more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_who_was_near_more_of_them_than_chance_allows(folder):
    found = told(folder)
    assert [c["crime"] for c in found["crimes"]] == NAMES
    assert (found["groups"], found["monitored"]) == (5, 12)
    first, second, third = found["wearers"]
    assert [w["id"] for w in found["wearers"]] == ["N-O1", "N-O3", "N-O2"]
    assert (first["counted"], first["stands_out"], first["excluded"]) == (
        4,
        True,
        False,
    )
    assert first["p"] < first["p_among_all"] < 1e-4
    assert first["verdicts"] == {"hit": 4, "possible": 1}
    # As near as the first, and elsewhere at the fifth.
    assert (second["counted"], second["excluded"]) == (4, True)
    assert second["verdicts"] == {"hit": 4, "ruled_out": 1}
    assert f"ruled out of {NAMES[4]}" in second["because"]
    # The commuter is near three of them, as on every such day.
    assert (third["counted"], third["stands_out"]) == (3, False)
    assert third["expected"] > 2
    assert "does not stand out" in third["because"]


def test_each_crime_of_a_wearer_has_its_numbers(folder):
    (_, excluded, commuter) = told(folder)["wearers"]
    at = commuter["crimes"][0]
    assert (at["verdict"], at["hours"], at["hours_there"]) == ("hit", 8, 8)
    assert at["base_rate"] > 0.8
    out = excluded["crimes"][4]
    assert out["verdict"] == "ruled_out"
    assert out["required_speed_kmh"] > 126
    assert "For the tag to have been" in out["because"]


def test_the_caveat_stands_in_every_answer(folder):
    text = " ".join(run(folder).stdout.split())
    assert "of crimes chosen because of their hits it means nothing" in text
    assert "stands out" in text
    assert "excluded" in text
    assert told(folder)["caveats"]


def test_some_crimes_of_the_file(folder):
    found = told(folder, "--crime", NAMES[1], "--crime", NAMES[3])
    assert [c["crime"] for c in found["crimes"]] == [NAMES[1], NAMES[3]]
    assert {w["id"]: w["counted"] for w in found["wearers"]} == {
        "N-O1": 2, "N-O2": 1, "N-O3": 2,
    }  # fmt: skip


def test_without_the_weeks_before_nobody_stands_out_and_it_is_said(folder):
    (folder / "week.csv").write_text("\n".join([TRAIL_HEAD, *scene.rows(0), ""]))
    found = told(folder, trails="week.csv")
    assert found["wearers"]
    assert not any(w["stands_out"] for w in found["wearers"])
    assert all(w["p"] == 1 for w in found["wearers"])
    assert "Load the weeks before the crimes" in found["notes"][0]
    assert "At 5 crimes too few comparable hours" in found["wearers"][0]["because"]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["--crime", NAMES[0]], UsageError, "two crimes or more"),
        (["--crime", NAMES[0]] * 2, UsageError, "named twice"),
        (["--crime", NAMES[0], "--crime", "Kent/S9"], NotFound, "not in the crime"),
    ],
)
def test_what_is_no_series_is_refused(folder, words, error, says):
    with pytest.raises(error, match=says):
        raise run(folder, *words).exception


def test_trails_alone_are_not_enough(folder):
    result = CliRunner().invoke(app, ["series", "--trails", str(folder / "trails.csv")])
    with pytest.raises(UsageError, match="take both"):
        raise result.exception


def test_a_trail_not_to_be_used_for_base_rates_is_left_out_and_counted(
    folder, tmp_path
):
    """LEICS-16. Matched but not weighed: another purpose, another right."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[basis]\nlicence = ["match"]\ncommunity_order = ["match"]\n')
    found = told(folder, "--policy", str(policy))
    assert found["wearers"] == []
    assert found["notes"][-1].startswith("3 more with a hit may not be weighed")
