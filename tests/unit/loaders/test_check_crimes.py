"""`geocorr check crimes`: exit codes, one JSON document a file, refused rows."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from geocorr.errors import UsageError
from geocorr.geo import WorkingCrs
from tests.unit.loaders.crime_text import file, row
from tests.unit.loaders.test_foreign_crimes import HEAD, ONE_FORMAT, SF

GOOD, BAD = file(row()), file(row(crime_type="?"))


def check(*args: object) -> Result:
    """The command run on 2 July 2026."""
    now = ("--now", "2026-07-02T12:00:00Z")
    return CliRunner().invoke(app, ["check", "crimes", *map(str, args), *now])


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ([GOOD], 0),
        ([BAD], 1),
        ([b""], 1),
        ([b"\xff\xfe"], 1),
        ([file(row(), row(crime_reference="K/2", to="?"))], 4),
        ([GOOD, BAD], 4),
        ([GOOD, GOOD], 0),
    ],
)
def test_exit_codes(
    contents: list[bytes], code: int, tmp_path: Path, bng: WorkingCrs
) -> None:
    paths = [written(tmp_path, f"{i}.csv", data) for i, data in enumerate(contents)]
    found = check(*paths, "--json")
    assert found.exit_code == code
    documents = [json.loads(line) for line in found.stdout.splitlines()]
    assert [document["file"] for document in documents] == list(map(str, paths))


def test_wrong_use(tmp_path: Path, bng: WorkingCrs) -> None:
    good = written(tmp_path, "good.csv", GOOD)
    for args in (
        [tmp_path],
        [tmp_path / "none.csv"],
        [good, "--force", "Ruritania"],
        [good, "--zone", "Mars"],
        [good, "--map", tmp_path / "none.toml"],
        [good, good, "--refused", tmp_path / "out.csv"],
    ):
        assert isinstance(check(*args).exception, UsageError)


def test_a_person_reads_a_table_and_a_sentence(tmp_path: Path, bng: WorkingCrs) -> None:
    found = check(written(tmp_path, "bad.csv", BAD))
    assert "INVALID_CRIME_TYPE" in found.stdout
    assert "1 refused" in " ".join(found.stdout.split())


def test_the_force_expected(tmp_path: Path, bng: WorkingCrs) -> None:
    good = written(tmp_path, "good.csv", GOOD)
    assert check(good, "--force", "Kent").exit_code == 0
    assert check(good, "--force", "Gwent").exit_code == 1


def test_refused_rows_are_written(tmp_path: Path, bng: WorkingCrs) -> None:
    out = tmp_path / "refused.csv"
    check(written(tmp_path, "bad.csv", BAD), "--refused", out)
    assert "INVALID_CRIME_TYPE" in out.read_text()


def test_half_a_zipped_file_is_refused(tmp_path: Path, bng: WorkingCrs) -> None:
    zipped = gzip.compress(GOOD)
    assert check(written(tmp_path, "a.csv.gz", zipped)).exit_code == 0
    half = check(written(tmp_path, "b.csv.gz", zipped[:-12]), "--json")
    assert (half.exit_code, json.loads(half.stdout)["outcome"]) == (1, "ERROR")
    assert "send it again" in half.stderr


def test_bounds_decide_where_the_working_crs_does_not_reach(
    tmp_path: Path, bng: WorkingCrs
) -> None:
    toml = written(tmp_path, "sf.toml", SF.replace("FORMAT", ONE_FORMAT).encode())
    line = "7,A,07/11/2017,14:32,-122.4,37.77\n"
    data = written(tmp_path, "sf.csv", (HEAD + line).encode())
    assert check(data, "--map", toml).exit_code == 0
    assert check(data, "--map", toml, "--crs", "EPSG:27700").exit_code == 1
