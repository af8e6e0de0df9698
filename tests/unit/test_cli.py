"""Bad input, as a user meets it: exit code, JSON alone on stdout, a clear sentence."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import cli
from tests.unit import bad_files
from tests.unit.bad_files import CRIMES, SECOND, TRAILS, Bad, night, row
from tests.unit.loaders.crime_text import file


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    documents: list[dict]
    stderr: str

    @property
    def told(self) -> set[str]:
        """Types of all faults and warnings."""
        return {
            note["type"]
            for document in self.documents
            for note in (*document["faults"], *document["warnings"])
        }


Run = Callable[..., Said]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], grid: Path
) -> Run:
    """Run `geocorr` with these words and --json."""
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["geocorr", *map(str, words), "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        lines = [json.loads(line) for line in told.out.splitlines()]
        return Said(int(ended.value.code or 0), lines, told.err)

    return run


def written(folder: Path, bad: Bad) -> Path:
    path = folder / bad.name
    path.write_bytes(bad.data)
    return path


@pytest.mark.parametrize("bad", CRIMES.values(), ids=CRIMES.keys())
def test_check_crimes(run: Run, tmp_path: Path, bad: Bad) -> None:
    said = run("check", "crimes", written(tmp_path, bad))
    assert (said.code, said.documents[0]["outcome"]) == (bad.exit_code, bad.outcome)
    assert said.told == set(bad.told)
    assert all(fault["action"] for fault in said.documents[0]["faults"])
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("bad", TRAILS.values(), ids=TRAILS.keys())
def test_check_trails(run: Run, tmp_path: Path, bad: Bad) -> None:
    said = run("check", "trails", written(tmp_path, bad))
    assert (said.code, said.documents[0]["outcome"]) == (bad.exit_code, bad.outcome)
    assert said.told == set(bad.told)
    assert "Traceback" not in said.stderr


NO_SUCH_TIME = {"INVALID_FROM_DATE_FORMAT", "INVALID_TO_DATE_FORMAT"}


@pytest.mark.parametrize(
    ("day", "zone", "code", "told"),
    [
        ("20240331", "UTC", 0, set()),
        ("20240331", "Europe/London", 1, NO_SUCH_TIME),
        ("20241027", "UTC", 0, set()),
        ("20241027", "Europe/London", 0, {"AMBIGUOUS_TIME"}),
    ],
    ids=["spring in UTC", "spring in London", "autumn in UTC", "autumn in London"],
)  # fmt: skip
def test_a_time_of_the_night_the_clocks_change(
    run: Run, tmp_path: Path, day: str, zone: str, code: int, told: set[str]
) -> None:
    path = written(tmp_path, Bad(file(night(day)), ""))
    said = run("check", "crimes", path, "--zone", zone)
    assert (said.code, said.told) == (code, told)


@pytest.mark.parametrize("kind", ["crimes", "trails"])
@pytest.mark.parametrize("name", ["a folder", "nothing"])
def test_a_path_that_cannot_be_read(
    run: Run, tmp_path: Path, kind: str, name: str
) -> None:
    path = tmp_path if name == "a folder" else tmp_path / "none.csv"
    said = run("check", kind, path)
    assert (said.code, said.documents) == (2, [])
    assert path.name in said.stderr.replace("\n", "")


def match(run: Run, folder: Path, crimes: bytes, trails: bytes, *more: object) -> Said:
    """Match these bytes; the hits go to hits.csv."""
    (folder / "c.csv").write_bytes(crimes)
    (folder / "t.csv").write_bytes(trails)
    files = ("--trails", folder / "t.csv", "--crimes", folder / "c.csv")
    return run("match", *files, "-o", folder / "hits.csv", *more)


@pytest.mark.parametrize(
    ("crimes", "trails", "code", "hits"),
    [
        (file(row()), bad_files.fixes(), 0, 0),
        (file(row(), row(crime_type="?")), bad_files.fixes(), 4, 0),
        (file(row(crime_type="?")), bad_files.fixes(), 1, 0),
        (file(row(easting="", northing="", latitude="51.2", longitude="0.9"), SECOND),
         TRAILS["NaN"].data, 0, 1),
        (file(row()), TRAILS["CP1252 bytes"].data, 1, None),
        (b"", bad_files.fixes(), 1, 0),
    ],
    ids=["all good", "a crime refused", "all refused", "a fix refused",
         "trails refused", "no crimes"],
)  # fmt: skip
def test_match(
    run: Run, tmp_path: Path, crimes: bytes, trails: bytes, code: int, hits: int | None
) -> None:
    """4 only where crime rows were refused."""
    said = match(run, tmp_path, crimes, trails)
    assert said.code == code
    output = tmp_path / "hits.csv"
    lines = len(output.read_text().splitlines()) - 1 if output.exists() else None
    assert lines == hits
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("command", ["check", "match"])
def test_web_mercator_is_refused(run: Run, tmp_path: Path, command: str) -> None:
    """It would lose a third of the hits."""
    if command == "check":
        path = written(tmp_path, Bad(bad_files.fixes(), ""))
        said = run("check", "trails", path, "--crs", "EPSG:3857")
    else:
        crimes = file(row())
        said = match(run, tmp_path, crimes, bad_files.fixes(), "--crs", "EPSG:3857")
    assert said.code == 2
    assert said.documents == []
    assert "EPSG:3857" in said.stderr
    assert not (tmp_path / "hits.csv").exists()


ORDERS = "order_id,device_id,nominal_id,basis,from,to\n"


@pytest.mark.parametrize(
    ("rows", "code", "pairs"),
    [
        ("O1,A1,N1,licence,2024-06-01,2024-07-31\n", 0, 1),
        ("O1,A1,N1,licence,2024-06-01,2024-06-29\n", 0, 0),
        ("O1,A1,N1,licence,2024-06-01,2024-06-30\n", 0, 1),
        ("O1,A1,N1,licence,2024-07-01,\n", 0, 0),
        ("O1,Z9,N1,licence,2024-06-01,\n", 0, 0),
        ("O1,A1,N1,licence,2024-06-01,\nO2,A1,N2,licence,2024-06-02,\n", 4, 1),
    ],
    ids=["in force", "ended the day before", "ends that day", "begins after",
         "another device", "two overlap: the first holds, the second is refused"],
)  # fmt: skip
def test_match_with_orders(
    run: Run, tmp_path: Path, rows: str, code: int, pairs: int
) -> None:
    orders = tmp_path / "o.csv"
    orders.write_text(ORDERS + rows)
    there = row(easting="", northing="", latitude="51.2", longitude="0.9")
    trails = bad_files.fixes()
    said = match(run, tmp_path, file(there), trails, "--orders", orders)
    assert (said.code, said.documents[0]["pairs"]) == (code, pairs)


EVENTS = "device_id,at,kind\n"
GOOD_ORDER = "O1,A1,N1,licence,2024-06-01,2024-07-31\n"
GOOD_EVENT = "A1,2024-06-01T00:00:00Z,fitted\n"


@pytest.mark.parametrize("command", ["match", "alibi"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("orders", ORDERS + GOOD_ORDER + "O2,A2,N2,parole,2024-06-01,\n"),
        ("events", EVENTS + GOOD_EVENT + "A1,yesterday,strap_open\n"),
    ],
    ids=["an order", "an event"],
)
def test_a_refused_row_beside_the_trails_is_told_and_no_success(
    run: Run, tmp_path: Path, command: str, kind: str, text: str
) -> None:
    """The tag of a refused order would be looked for nowhere, and nobody the wiser."""
    path = tmp_path / f"{kind}.csv"
    path.write_text(text)
    (tmp_path / "c.csv").write_bytes(file(row()))
    (tmp_path / "t.csv").write_bytes(bad_files.fixes())
    output = ("-o", tmp_path / "hits.csv") if command == "match" else ()
    files = ("--trails", tmp_path / "t.csv", "--crimes", tmp_path / "c.csv")
    said = run(command, *files, f"--{kind}", path, *output)
    assert said.code == 4
    if command == "match":
        (report,) = (r for r in said.documents[0]["reports"] if r["file"] == path.name)
        assert (report["rejected"], report["faults"][0]["row"]) == (1, 2)
    else:
        assert f"{path.name}: 1 of 2 rows refused" in said.stderr
        assert "row 2" in said.stderr


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("orders", ORDERS + "O1,A1,N1,licence,2024-06-20,2024-06-01\n"),
        ("orders", "who,what\nA1,N1\n"),
        ("events", EVENTS + "A1,yesterday,strap_open\n"),
    ],
    ids=["no order", "no heading of orders", "no event"],
)
def test_a_file_beside_the_trails_that_is_refused_whole_stops_the_match(
    run: Run, tmp_path: Path, kind: str, text: str
) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(text)
    crimes, trails = file(row()), bad_files.fixes()
    said = match(run, tmp_path, crimes, trails, f"--{kind}", path)
    assert (said.code, said.documents) == (1, [])
    assert f"All of {path.name} is refused" in said.stderr.replace("\n", " ")
    assert not (tmp_path / "hits.csv").exists()
