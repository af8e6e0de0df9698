"""`geocorr convert`: two columns in, two columns out, through OSTN15."""

import pytest
from typer.testing import CliRunner

from api.cli import app

LONDON_GRID = "530624.974,178388.464"
LONDON_DEGREES = ("51.489365", "-0.119925")


@pytest.fixture
def convert(tmp_path, monkeypatch, grid):
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))

    def run(source, text, file=False):
        arguments = ["convert", "--from", source]
        if file:
            path = tmp_path / "in.csv"
            path.write_text(text, encoding="utf-8")
            arguments.append(str(path))
        return CliRunner().invoke(app, arguments, input=None if file else text)

    return run


@pytest.mark.parametrize(
    "heading", ["", "easting,northing\n", "\ufeffEasting, Northing\r\n"]
)
def test_grid_to_degrees(convert, heading):
    done = convert("bng", f"{heading}{LONDON_GRID}\n")
    assert done.exit_code == 0
    head, row = done.stdout.splitlines()
    assert head == "latitude,longitude"
    latitude, longitude = row.split(",")
    assert latitude.startswith(LONDON_DEGREES[0])
    assert longitude.startswith(LONDON_DEGREES[1])
    assert len(latitude.split(".")[1]) == 9


def test_degrees_to_grid_from_a_file(convert):
    done = convert("wgs84", "51.4893656495,-0.1199255718\n", file=True)
    head, row = done.stdout.splitlines()
    assert head == "easting,northing"
    found = [float(cell) for cell in row.split(",")]
    assert found == pytest.approx([530624.974, 178388.464], abs=0.01)
    assert all(len(cell.split(".")[1]) == 3 for cell in row.split(","))


def test_bad_rows_are_told_and_left_out(convert):
    rows = [LONDON_GRID, "1,2,3", "x,2", "nan,2", "", "0,1290000", "325000,550000"]
    done = convert("bng", "\n".join(rows))
    assert done.exit_code == 4
    assert len(done.stdout.splitlines()) == 3
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "line 2",
        "line 3",
        "line 4",
        "line 6",
    ]


def test_belfast_and_the_impossible_have_no_ostn15_value(convert):
    done = convert("wgs84", "54.6,-5.93\n91,0\n0,200\n")
    assert done.exit_code == 1
    assert done.stdout == "easting,northing\n"
    assert done.stderr.count("no OSTN15 value") == 3


def test_nothing_in_is_a_heading_out(convert):
    done = convert("bng", "")
    assert (done.exit_code, done.stdout) == (0, "latitude,longitude\n")


def test_wrong_use(convert, tmp_path):
    assert convert("utm", "1,2").exit_code == 2
