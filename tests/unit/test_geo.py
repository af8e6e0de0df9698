"""Places against Ordnance Survey's published points, both ways to the centimetre."""

import subprocess
import sys

import numpy as np
import pytest

from geocorr import geo
from geocorr.errors import CrsError, GridMissing

# OSTN15 developer pack, Ordnance Survey: easting, northing, latitude, longitude.
POINTS = {
    "TP01": (91492.146, 11318.804, 49.9222639373, -6.29977752014),
    "TP03": (250359.811, 62016.569, 50.4388582561, -4.10864563561),
    "TP05": (438710.92, 114792.25, 50.9312793791, -1.450514337),
    "TP07": (639821.835, 169565.858, 51.3744702555, 1.44454730409),
    "TP09": (530624.974, 178388.464, 51.4893656495, -0.1199255718),
    "TP11": (599445.59, 225722.826, 51.8943663735, 0.89724327012),
    "TP13": (474335.969, 262047.755, 52.2516095123, -0.9124895697),
    "TP15": (454002.834, 340834.943, 52.9621910941, -1.19747655922),
    "TP17": (247958.971, 393492.909, 53.4162851604, -4.28918069756),
    "TP20": (422242.186, 433818.701, 53.8002151963, -1.66379168242),
    "TP24": (339921.145, 556034.761, 54.8954234042, -2.93827741149),
    "TP26": (256340.925, 664697.269, 55.8539995295, -4.29649016251),
    "TP29": (397160.491, 805349.736, 57.1390251896, -2.04856030746),
    "TP40": (395999.668, 1138728.951, 60.1330809166, -2.07382822798),
}
_CM = 0.01
_CM_DEG = _CM / 111_000


def columns() -> list[np.ndarray]:
    return [np.array(column) for column in zip(*POINTS.values(), strict=True)]


@pytest.mark.parametrize("point", POINTS)
def test_degrees_to_metres(bng, point):
    easting, northing, latitude, longitude = POINTS[point]
    x, y = bng.to_metres(np.array([latitude]), np.array([longitude]))
    assert x[0] == pytest.approx(easting, abs=_CM)
    assert y[0] == pytest.approx(northing, abs=_CM)


@pytest.mark.parametrize("point", POINTS)
def test_metres_to_degrees(bng, point):
    easting, northing, latitude, longitude = POINTS[point]
    found = bng.to_wgs84(np.array([easting]), np.array([northing]))
    assert found[0][0] == pytest.approx(latitude, abs=_CM_DEG)
    assert found[1][0] == pytest.approx(longitude, abs=_CM_DEG)


def test_all_points_at_once_come_back_where_they_were(bng):
    easting, northing, _, _ = columns()
    x, y = bng.to_metres(*bng.to_wgs84(easting, northing))
    assert np.hypot(x - easting, y - northing).max() < _CM


def test_ostn15_covers_great_britain_and_no_more(bng):
    easting, northing, _, _ = columns()
    assert geo.ostn15_covers(easting, northing).all()
    belfast = bng.to_metres(np.array([54.6]), np.array([-5.93]))
    assert not geo.ostn15_covers(*belfast).any()
    assert not geo.ostn15_covers(np.array([0.0]), np.array([1_290_000.0])).any()


def test_the_grid_is_asked_for_or_the_crs_refused():
    """In a process of its own, because PROJ never forgets a grid that it has read."""
    program = "from geocorr import geo; geo.working_crs('EPSG:27700')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert GridMissing.__name__ in run.stderr


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:0", "nonsense", "EPSG:2225"])
def test_a_crs_without_metres_is_refused(code):
    with pytest.raises(CrsError, match="give one like"):
        geo.working_crs(code)


def test_web_mercator_is_refused_in_england_and_the_grid_is_not(bng):
    _, _, latitude, longitude = columns()
    mercator = geo.working_crs("EPSG:3857")
    with pytest.raises(CrsError, match="stretches distances by"):
        geo.check_scale(mercator, latitude, longitude, 0.001)
    inland = slice(1, None)  # the Isles of Scilly lie far from the central meridian
    assert bng.scale_error(latitude[inland], longitude[inland]) < 0.001
    geo.check_scale(bng, latitude[inland], longitude[inland], 0.001)


def test_what_is_no_place_comes_back_as_nan(bng):
    x, y = bng.to_metres(np.array([np.nan, np.inf]), np.array([0.0, 0.0]))
    assert np.isnan(x).all()
    assert np.isnan(y).all()


def test_the_grid_may_move(grid, tmp_path):
    """Home after home, each with its grid; PROJ is never given more than one.

    In a process of its own. With three folders pyproj loses the middle one, at times.
    """
    homes = [tmp_path / f"home{i}" for i in range(9)]
    for home in homes:
        home.symlink_to(grid)
    program = (
        "import sys; from geocorr import geo\n"
        "for home in sys.argv[1:]:\n"
        "    geo.use_grid(home); geo.working_crs.cache_clear()\n"
        "    geo.working_crs('EPSG:27700')\n"
        "print(geo.pyproj.datadir.get_data_dir())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *map(str, homes)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    _, *ours = run.stdout.strip().split(":")
    assert ours == [str(homes[-1])]
