"""Real exports through maps: cabs, phones with accuracy, a bus, a location history."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from geocorr import geo
from geocorr.model import Outcome, to_us
from loaders import mapping, trails
from tests.unit.loaders.trail_text import options

DATA = Path(__file__).parents[3] / "../shared/data"


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        print(f"The real data {name} is absent: this test proves nothing here.")
        pytest.skip(f"{name} is absent")
    return path


def read(name: str, crs: str, text: str | None = None):
    found = mapping.parse(f'kind = "trails"\n{text}', "map.toml") if text else None
    chosen = options(geo.working_crs(crs), map=found)
    fixes, (report,) = trails.read_all([real(name)], chosen)
    return fixes, report


def test_cabs_shifted_by_whole_weeks():
    fixes, report = read(
        "sf_cabs_vs_crime/cabs_44_devices.csv.gz",
        "EPSG:32610",
        """
        device = "device_id"
        latitude = "lat"
        longitude = "lon"
        time = { column = "t", format = "epoch_s", shift_s = 288489600 }
        """,
    )
    assert report.outcome is Outcome.SUCCESSFUL
    assert (report.read, len(fixes.devices)) == (967_870, 44)
    assert len(fixes) == 967_870
    first = fixes.take(fixes.device == fixes.devices.index("iovlito"))
    assert to_us(datetime(2017, 7, 8, tzinfo=UTC)) < first.t_us[0]
    assert (np.diff(first.t_us) >= 0).all()


def test_phones_that_state_a_68_percent_accuracy():
    fixes, report = read(
        "studentlife_gps_accuracy/gps_25_devices.csv.gz",
        "EPSG:32618",
        """
        device = "device_id"
        latitude = "latitude"
        longitude = "longitude"
        accuracy_m = "accuracy"
        accuracy_level = 68
        time = { column = "time", format = "epoch_s" }
        speed = { column = "speed", unit = "m/s" }
        """,
    )
    assert report.read == 100_616
    assert len(fixes.devices) == 25
    # Journeys to other continents cannot be measured in this zone and are told.
    assert 0 < report.rejected < 0.01 * report.read
    assert {fault.type for fault in report.faults} == {"INVALID_PLACE"}
    stated = np.nanmedian(fixes.accuracy_m) / np.sqrt(np.log(0.05) / np.log(0.32))
    assert 25 < stated < 40


def test_a_bus_in_gpx():
    fixes, report = read("tracks_misc/limerick_bus_304_2019-02-18.gpx", "EPSG:2157")
    assert report.outcome is Outcome.SUCCESSFUL
    assert len(fixes) == 2_144
    assert fixes.devices == ("limerick_bus_304_2019-02-18",)
    start = to_us(datetime(2019, 2, 18, 7, 45, 50, tzinfo=UTC))
    assert fixes.t_us[0] == start


def test_a_location_history_with_semicolons_newest_first():
    fixes, report = read(
        "tracks_misc/google_trajectory.csv",
        "EPSG:2056",
        """
        device = "user_id"
        latitude = "latitude"
        longitude = "longitude"
        accuracy_m = "accuracy"
        time = { column = "tracked_at", format = "iso" }
        """,
    )
    assert (report.outcome, report.read) == (Outcome.SUCCESSFUL, 416)
    assert (np.diff(fixes.t_us) >= 0).all()
    assert (fixes.accuracy_m.min(), fixes.accuracy_m.max()) == (14, 1001)
