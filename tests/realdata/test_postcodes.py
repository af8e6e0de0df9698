"""Real postcodes and real police force areas: where each lies, by Code-Point's own
country, by brute force, and all the way to an owner."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geocorr import geo
from geocorr.ownership.areas import Area, Areas, locate
from loaders.postcodes import Reading, Row

DATA = Path(__file__).parents[3] / "shared/data"
FORCES = DATA / "boundaries_uk/police_force_areas_2016_ew.geojson"
UNITS = DATA / "postcodes_codepoint_open"
SAMPLES = ("b", "le", "np")
# The area that most of a postcode area lies in.
MOSTLY = {"b": "West Midlands", "le": "Leicestershire", "np": "Gwent"}


def needs(*paths: Path) -> None:
    for path in paths:
        if not path.exists():
            pytest.skip(f"the real data {path.name} is absent: nothing was compared")


def units(name: str) -> list[Row]:
    path = UNITS / f"{name}.csv.gz"
    needs(path)
    reading = Reading(path)
    rows = [row for portion in reading.portions() for row in portion]
    report = reading.report()
    assert (report.faults, report.warnings) == ((), ())
    return rows


@pytest.fixture(scope="module")
def forces(grid: Path) -> Areas:
    """The 43 forces of England and Wales of 2016, in metres of the National Grid."""
    needs(FORCES)
    crs = geo.working_crs(geo.BNG)

    def metres(at):
        return np.column_stack(crs.to_metres(at[:, 1].copy(), at[:, 0].copy()))

    found, shapes = [], []
    for feature in json.loads(FORCES.read_text())["features"]:
        named = feature["properties"]
        shape = shapely.transform(shapely.geometry.shape(feature["geometry"]), metres)
        found.append(
            Area(named["pfa16nm"], named["pfa16cd"], named["pfa16nm"], "force")
        )
        shapes.append(shapely.make_valid(shape))
    assert len(found) == 43
    return Areas(tuple(found), tuple(shapes))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_of_the_sample_is_read(name: str) -> None:
    rows = units(name)
    with gzip.open(UNITS / f"{name}.csv.gz", "rt") as file:
        given = list(csv.reader(file))
    assert len(rows) == len(given) > 10_000
    for row, cells in zip(rows, given, strict=True):
        assert row.postcode == cells[0].replace(" ", "")
        assert (row.easting, row.northing) == (float(cells[2]), float(cells[3]))


@pytest.mark.parametrize("name", SAMPLES)
def test_postcodes_lie_in_their_forces(name: str, forces: Areas) -> None:
    """Nearly all of a postcode area lies in one force, none is lost in between."""
    rows = units(name)
    x_m, y_m = np.array([(r.easting, r.northing) for r in rows]).T
    found = locate(forces, x_m, y_m, np.full(len(rows), 100.0))
    inside = [at.inside[0].name if len(at.inside) == 1 else None for at in found]
    share = inside.count(MOSTLY[name]) / len(rows)
    assert share > 0.7, share
    assert sum(not at.inside and not at.near for at in found) <= len(rows) * 0.001
    assert 0 < sum(bool(at.inside and at.near) for at in found) < len(rows) * 0.1


def test_set_based_and_one_by_one_agree(forces: Areas) -> None:
    """Against shapely's own distance, area by area, on every hundredth postcode."""
    rows = [row for name in SAMPLES for row in units(name)][::100]
    x_m, y_m = np.array([(r.easting, r.northing) for r in rows]).T
    found = locate(forces, x_m, y_m, np.full(len(rows), 500.0))
    near_any = 0
    for i, at in enumerate(found):
        far = shapely.distance(shapely.Point(x_m[i], y_m[i]), forces.shapes)
        assert {a.code for a in at.inside} == _codes(forces, far == 0)
        assert {a.code for a in at.near} == _codes(forces, (far > 0) & (far <= 500))
        near_any += bool(at.near)
    assert near_any > 0


def _codes(forces: Areas, which) -> set[str]:
    return {forces.areas[i].code for i in np.flatnonzero(which)}
