"""Bad input to matching, where a user meets it: a clear answer, never a wrong one."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from geocorr.errors import PolicyError

HEAD = "device_id,recorded_at,easting,northing,accuracy_m,mechanism\n"
CRIME_HEAD = (
    "police_force,crime_type,batch_id,crime_reference,from,to,easting,northing\n"
)
ORDER_HEAD = "order_id,device_id,nominal_id,basis,from,to\n"
GOOD = "20260310100000,20260310100100"


def crime(times: str = GOOD, reference: str = "A/1") -> str:
    return f"WestMidlands,RB,WMP20260310,{reference},{times},450000,250000\n"


def fix(device: str, minute: int, east: int = 0, rest: str = "10,") -> str:
    at = f"2026-03-10T{9 + minute // 60:02}:{minute % 60:02}:00Z"
    return f"{device},{at},{450_000 + east},250000,{rest}\n"


HERE = [fix("HERE", m) for m in range(50, 71)]


@pytest.fixture
def run(tmp_path, grid, monkeypatch):
    """Run `match` or `alibi` on these crimes and fixes."""
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))

    def run(command: str, crimes: list[str], fixes: list[str], *words: str):
        (tmp_path / "c.csv").write_text(CRIME_HEAD + "".join(crimes))
        (tmp_path / "t.csv").write_text(HEAD + "".join(fixes))
        files = ("--trails", tmp_path / "t.csv", "--crimes", tmp_path / "c.csv")
        out = ("-o", tmp_path / "hits.csv") if command == "match" else ()
        return CliRunner().invoke(app, [command, *map(str, (*files, *out)), *words])

    return run


def said(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("command", ["match", "alibi"])
@pytest.mark.parametrize(
    ("times", "kind"),
    [
        (",20260310100100", "INVALID_FROM_DATE_FORMAT"),
        ("20260310100000,", "INVALID_TO_DATE_FORMAT"),
        (",", "INVALID_FROM_DATE_FORMAT"),
    ],
)
def test_a_crime_without_a_window_is_refused_by_row(run, command, times, kind):
    result = run(command, [crime(), crime(times, "A/2")], HERE)
    assert result.exit_code == 4
    assert (
        f"row 2, date{kind.split('_')[1].capitalize()}, {kind}: Write the time as"
        in (said(result.stderr))
    )
    assert "A/2" not in result.stdout


def test_nothing_but_crimes_without_a_window(run):
    assert run("match", [crime(",")], HERE).exit_code == 1


@pytest.mark.parametrize("command", ["match", "alibi"])
def test_a_window_in_the_future_is_told_and_finds_nothing(run, command):
    result = run(command, [crime("21260310100000,21260310100100")], HERE)
    assert result.exit_code == 0
    assert "row 1, dateTo, WINDOW_IN_FUTURE: This window has not ended yet" in (
        said(result.stderr)
    )
    if command == "alibi":
        assert "no_data" in result.stdout


@pytest.mark.parametrize("rest", ["1500,LBS", "400,", "10,RF"])
def test_a_wearer_without_a_trusted_fix_is_never_ruled_out(run, rest):
    """300 km away by all that is known, yet by nothing that proves it."""
    fixes = [fix("FAR", m, 100_000, rest) for m in range(50, 71)]
    told = json.loads(run("alibi", [crime()], fixes, "--json").stdout)
    assert told["verdict"] == "no_data"
    assert told["because"].startswith("Nothing can be said of the tag")
    assert (told["coverage"], told["required_speed_kmh"]) == (0.0, None)


def test_fixes_in_reverse_order_give_the_same_hits_and_are_told(run, tmp_path):
    run("match", [crime()], HERE)
    before = (tmp_path / "hits.csv").read_bytes()
    result = run("match", [crime()], HERE[::-1])
    assert (tmp_path / "hits.csv").read_bytes() == before
    assert "20 x TIME_RAN_BACKWARDS" in said(result.stderr)


def test_overlapping_orders_of_one_device_are_told_and_the_first_holds(run, tmp_path):
    rows = ["O1,HERE,N1,licence,2026-03-01,\n", "O2,HERE,N2,licence,2026-03-05,\n"]
    (tmp_path / "o.csv").write_text(ORDER_HEAD + "".join(rows))
    result = run("match", [crime()], HERE, "--orders", str(tmp_path / "o.csv"))
    assert "row 2, from, OVERLAPPING_ORDER: The device is on order O1" in (
        said(result.stderr)
    )
    assert "N2" not in (tmp_path / "hits.csv").read_text()


def test_a_device_at_one_time_in_two_places_is_told(run):
    twins = [fix("HERE", m, 30_000) for m in range(50, 71)]
    result = run("match", [crime()], HERE + twins, "--json")
    (trails, _) = json.loads(result.stdout)["reports"]
    kinds = {warning["type"]: warning["value"] for warning in trails["warnings"]}
    assert kinds["SAME_TIME_OTHER_PLACE"] == "42"


@pytest.mark.parametrize("command", ["match", "alibi"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[aliby]\n", "unknown section"),
        ("[alibi]\ntop_speed = 3\n", "no key top_speed"),
        ("[top_speed_by_type]\nRB = -1\n", "RB = -1 is impossible"),
        ("[feed]\naccuracy_m = inf\n", "accuracy_m = inf is impossible"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_by_name(run, tmp_path, command, text, says):
    (tmp_path / "p.toml").write_text(text)
    words = ("--policy", str(tmp_path / "p.toml"))
    with pytest.raises(PolicyError, match=f"p.toml: .*{says}"):
        raise run(command, [crime()], HERE, *words).exception
    assert not (tmp_path / "hits.csv").exists()


def test_a_map_declares_the_accuracy_of_a_feed(run, tmp_path):
    """Fixes that state none rule nobody out, until the feed says how good they are."""
    (tmp_path / "m.toml").write_text(
        'kind = "trails"\ndevice = "device_id"\neasting = "easting"\n'
        'northing = "northing"\ntime = { column = "recorded_at" }\n'
    )
    fixes = [fix("FAR", m, 100_000, ",") for m in range(50, 71)]
    words = ("--json", "--map-trails", str(tmp_path / "m.toml"))
    told = json.loads(run("alibi", [crime()], fixes, *words).stdout)
    assert told["verdict"] == "no_data"
    with (tmp_path / "m.toml").open("a") as out:
        out.write("feed = { accuracy_m = 15 }\n")
    told = json.loads(run("alibi", [crime()], fixes, *words).stdout)
    assert told["verdict"] == "ruled_out"
