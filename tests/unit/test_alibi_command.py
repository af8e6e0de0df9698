"""`geocorr alibi` as a person or a script runs it."""

import json
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import UsageError
from loaders.policy import shipped

CRIMES = """police_force,crime_type,batch_id,crime_reference,from,to,easting,northing
WestMidlands,RB,WMP20260310,A/1,20260310100000,20260310100100,450000,250000
"""
KEYS = [
    "crime_reference", "device_id", "verdict", "required_speed_kmh", "margin_m",
    "coverage", "uncovered_min", "uncovered", "rules", "because",
    "fixes", "first_fix", "last_fix", "policy_hash", "version",
]  # fmt: skip


def trail(device: str, easting: int, minutes: range) -> str:
    times = [f"{9 + (60 + m) // 60:02}:{m % 60:02}" for m in minutes]
    rows = [f"{device},2026-03-10T{t}:00Z,{easting},250000,10\n" for t in times]
    return "".join(rows)


@pytest.fixture
def files(tmp_path, grid, monkeypatch):
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    head = "device_id,recorded_at,easting,northing,accuracy_m\n"
    (tmp_path / "crimes.csv").write_text(CRIMES)
    (tmp_path / "trails.csv").write_text(
        head
        + trail("FAR", 480_000, range(-10, 11))
        + trail("HERE", 450_020, range(-10, 11))
        + trail("GONE", 450_500, range(-10, -5))
    )
    return tmp_path


def run(folder, *words: str):
    paths = ("--trails", folder / "trails.csv", "--crimes", folder / "crimes.csv")
    return CliRunner().invoke(app, ["alibi", *map(str, paths), *words])


def test_a_line_for_each_crime_and_device(files):
    result = run(files, "--json")
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [list(line) for line in lines] == [KEYS] * 3
    verdicts = {line["device_id"]: line["verdict"] for line in lines}
    assert verdicts == {"FAR": "ruled_out", "GONE": "possible", "HERE": "hit"}
    assert {line["policy_hash"] for line in lines} == {shipped().hash}
    assert {line["version"] for line in lines} == {version("geocorr")}
    far = lines[0]
    assert far["fixes"] > 0
    assert far["first_fix"] <= "2026-03-10T10:00:00Z" <= far["last_fix"]


def test_one_device_and_what_its_trail_does_not_show(files):
    result = run(files, "--json", "--device", "GONE")
    (line,) = map(json.loads, result.stdout.splitlines())
    assert (line["coverage"], line["uncovered_min"]) == (0.0, 1.0)
    assert line["uncovered"] == [
        {
            "from": "2026-03-10T10:00:00Z",
            "to": "2026-03-10T10:01:00Z",
            "why": "after the last fix",
        }
    ]


def test_a_faster_tag_could_have_been_there(files):
    result = run(files, "--json", "--device", "FAR", "--top-speed-kmh", "1999")
    assert json.loads(result.stdout)["verdict"] == "ruled_out"
    result = run(files, "--json", "--device", "FAR", "--radius-m", "29000")
    assert json.loads(result.stdout)["verdict"] == "possible"


@pytest.mark.parametrize(
    ("text", "words", "verdict"),
    [
        ("", (), "ruled_out"),
        ("[top_speed_by_type]\nRB = 90.0\n", (), "possible"),
        ("[top_speed_by_type]\nBIAD = 90.0\n", (), "ruled_out"),
        ("[top_speed_by_type]\nRB = 90.0\n", ("--top-speed-kmh", "100"), "ruled_out"),
    ],
    ids=["shipped", "faster for robbery", "for burglary", "what is asked for holds"],
)
def test_a_crime_type_has_its_own_top_speed(files, text, words, verdict):
    """2.5 km out and back within a minute takes 79 m/s."""
    with (files / "trails.csv").open("a") as out:
        out.write(trail("NEAR", 452_500, range(-10, 11)))
    (files / "p.toml").write_text(text)
    policy = ("--policy", str(files / "p.toml"))
    result = run(files, "--json", "--device", "NEAR", *policy, *words)
    assert json.loads(result.stdout)["verdict"] == verdict


def test_a_top_speed_below_the_tags_own_gives_way_and_says_so(files):
    """DROVE covers 1,800 m a minute, 29.7 m/s after its errors, then stays near."""
    drive = [f"DROVE,2026-03-10T09:{m}:00Z,{450_900 + 1_800 * (59 - m)},250000,10\n"
             for m in range(40, 60)]  # fmt: skip
    with (files / "trails.csv").open("a") as out:
        out.write("".join(drive) + trail("DROVE", 450_900, range(11)))
    slow = ("--top-speed-kmh", "20")
    told = json.loads(run(files, "--json", "--device", "DROVE", *slow).stdout)
    assert told["verdict"] == "possible"
    assert "room for more, makes 160 km/h its top speed here" in told["because"]
    assert "not 20 km/h" in told["because"]


def test_without_events_an_exclusion_says_that_tampering_is_not_known(files):
    told = json.loads(run(files, "--json", "--device", "FAR").stdout)
    assert "Tamper state not known" in told["because"]
    (files / "events.csv").write_text("device_id,at,kind\n")
    events = ("--events", str(files / "events.csv"))
    told = json.loads(run(files, "--json", "--device", "FAR", *events).stdout)
    assert told["verdict"] == "ruled_out"
    assert "Tamper" not in told["because"]


def test_the_table_says_why(files):
    assert "would at some point have had to move" in " ".join(
        run(files, "--device", "FAR").stdout.split()
    )


def test_the_national_hubs_rule_asks_for_two_fixes(files):
    """ONCE has a single fix in the window: a passing, by rule or by name."""
    with (files / "trails.csv").open("a") as out:
        out.write("ONCE,2026-03-10T10:00:30Z,450000,250000,10\n")
    once = ("--json", "--device", "ONCE")
    for words, verdict in [
        ((), "hit"),
        (("--rule", "half_circle"), "passed"),
        (("--policy", "national_hub"), "passed"),
        (("--policy", "national_hub", "--min-fixes", "1"), "hit"),
    ]:
        assert json.loads(run(files, *once, *words).stdout)["verdict"] == verdict


@pytest.mark.parametrize("speed", ["0", "-5", "99999"])
def test_an_impossible_top_speed_is_refused(files, speed):
    with pytest.raises(UsageError, match="no top speed"):
        raise run(files, "--top-speed-kmh", speed).exception


def test_an_unknown_device_is_refused(files):
    with pytest.raises(UsageError, match="No fix of device NOBODY"):
        raise run(files, "--device", "NOBODY").exception


def test_a_crime_without_window_leaves_the_refusal_alone(files):
    (files / "crimes.csv").write_text(CRIMES.replace("20260310100000", ""))
    result = run(files)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "1 of 1 row refused" in result.stderr
    assert "row 1, dateFrom" in result.stderr


def test_a_script_is_told_every_fault_beside_the_lines(files):
    bad = "".join(
        f"WestMidlands,?,WMP20260310,B/{i},20260310100000,20260310100100,450000,250000\n"
        for i in range(9)
    )
    (files / "crimes.csv").write_text(CRIMES + bad)
    result = run(files, "--json")
    assert result.exit_code == 4
    assert len(result.stdout.splitlines()) == 3
    assert result.stderr.count("INVALID_CRIME_TYPE") == 9
    result = run(files)
    assert result.stderr.count("INVALID_CRIME_TYPE") == 3
    assert "and 6 more faults (--json lists all of them)" in result.stderr


def test_people_read_londons_time_with_its_offset(files):
    (files / "crimes.csv").write_text(
        CRIMES.replace("20260310100000", "2026-07-10T10:00:00Z").replace(
            "20260310100100", "2026-07-10T10:01:00Z"
        )
    )
    trails = (files / "trails.csv").read_text().replace("2026-03-10", "2026-07-10")
    (files / "trails.csv").write_text(trails)
    told = json.loads(run(files, "--json", "--device", "FAR").stdout)
    assert "between 2026-07-10 11:00:00+01:00 and" in told["because"]
    assert told["first_fix"].endswith("Z")
