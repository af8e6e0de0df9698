"""Foreign column maps: what they hold, and that nothing misspelt passes."""

import pytest

from geocorr.errors import UsageError
from loaders import mapping

CRIMES = """
kind = "crimes"
force = "San Francisco"
reference = "IncidntNum"
type = "Category"
types = { "LARCENY/THEFT" = "TFP" }
window = { before_min = 15, after_min = 15 }
latitude = "Y"
longitude = "X"
first_per_reference = true
[time]
columns = ["Date", "Time"]
format = "%m/%d/%Y %H:%M"
zone = "America/Los_Angeles"
[bounds]
latitude = [37.6, 37.9]
"""
TRAILS = """
kind = "trails"
device = "device_id"
time = { column = "t", format = "epoch_s", shift_s = 288489600 }
accuracy_level = 68
latitude = "lat"
longitude = "lon"
speed = { column = "v", unit = "knots" }
feed = { accuracy_m = 12 }
"""


def test_a_crime_map_is_read_whole() -> None:
    found = mapping.parse(CRIMES, "sf.toml")
    assert isinstance(found, mapping.CrimeMap)
    assert found.force == "San Francisco"
    assert found.types == {"LARCENY/THEFT": "TFP"}
    assert found.time_from == found.time_to
    assert found.time_from.columns == ("Date", "Time")
    assert (found.before_min, found.after_min, found.max_h) == (15, 15, 12)
    assert found.first_per_reference
    assert found.bounds == {"latitude": (37.6, 37.9)}


def test_a_trail_map_is_read_whole() -> None:
    found = mapping.parse(TRAILS, "cabs.toml")
    assert isinstance(found, mapping.TrailMap)
    assert found.time == mapping.TrailTime("t", ("epoch_s",), "UTC", 288489600)
    assert found.accuracy_level == 68
    assert found.feed_accuracy_m == 12
    assert found.speed == mapping.SpeedColumn("v", "knots")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('reference = "IncidntNum"', 'refrence = "IncidntNum"', "refrence"),
        ('kind = "crimes"', 'kind = "crime"', "kind"),
        ('kind = "crimes"', "", "kind"),
        ('force = "San Francisco"', "", "force"),
        ("after_min", "aftermin", "aftermin"),
        ('zone = "America/Los_Angeles"', 'zone = "America/Gotham"', "zone"),
        ('longitude = "X"', "", "longitude"),
        ("[37.6, 37.9]", "[37.9, 37.6]", "latitude"),
        ("before_min = 15", "before_min = -15", "before_min"),
        ("first_per_reference = true", 'first_per_reference = "yes"', "true or false"),
        ('longitude = "X"', "longitude = ", "TOML"),
        ("[time]", "[from]", "from and to"),
    ],
)
def test_a_wrong_map_is_refused_by_name(old: str, new: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        mapping.parse(CRIMES.replace(old, new), "sf.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("knots", "furlongs", "unit"),
        ("= 68", "= 100", "accuracy_level"),
        ("accuracy_m = 12", "accuracy_m = 0", "feed.*above 0"),
        ("accuracy_m = 12", "", "feed.*above 0"),
        ("accuracy_m = 12", "acuracy_m = 12", "unknown key acuracy_m"),
        ("shift_s", "shift", "shift"),
        ('device = "device_id"', "", "device"),
    ],
)
def test_a_wrong_trail_map_is_refused_by_name(old: str, new: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        mapping.parse(TRAILS.replace(old, new), "cabs.toml")
