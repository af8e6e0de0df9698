"""Real trails for the evidence, read through the product's own loaders.

None of the data is part of the project: where it is absent the evidence says so and
shows nothing. Nothing but counts and rates leaves here, never a place or a device.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from geocorr.arrays import US_PER_S, Fixes
from geocorr.geo import working_crs
from loaders import mapping
from loaders.trails import TrailOptions, read_all

DATA = Path(__file__).parents[3] / "shared/data"
# What these feeds would have to declare: they state no accuracy of their own.
DECLARED_R95_M = 20.0
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_PHONES = """
kind = "trails"
device = "device_id"
time = { column = "time", format = "epoch_s" }
latitude = "latitude"
longitude = "longitude"
accuracy_m = "accuracy"
accuracy_level = 68
"""
_CABS = """
kind = "trails"
device = "device_id"
time = { column = "t", format = "epoch_s" }
latitude = "lat"
longitude = "lon"
"""
_WALKS = """
kind = "trails"
device = "user"
time = { column = "ts_utc", format = "iso" }
latitude = "lat"
longitude = "lon"
"""

# A device is a trip here: the source does not say which vehicle drove it.
_SHUTTLES = """
kind = "trails"
device = "trip"
time = { column = "ts_utc", format = "iso" }
latitude = "lat"
longitude = "lon"
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A set of real trails: where it lies, how it is read, and what it is."""

    name: str
    path: str
    map: str
    crs: str
    what: str
    declared: bool
    # Fixes farther than this from the middle of all are another journey.
    within_m: float = 100_000.0

    @property
    def there(self) -> bool:
        """Is the data on this machine?"""
        return (DATA / self.path).exists()


SOURCES = (
    Source(
        "phones",
        "studentlife_gps_accuracy/gps_25_devices.csv.gz",
        _PHONES,
        "EPSG:32618",
        "25 phones, mostly indoors, a fix per 10 to 20 min, accuracy stated at 68 %",
        declared=False,
    ),
    Source(
        "cabs",
        "sf_cabs_vs_crime/cabs_44_devices.csv.gz",
        _CABS,
        "EPSG:26910",
        "44 cabs in a city of tall buildings, a fix per minute, accuracy not stated",
        declared=True,
    ),
    Source(
        "loggers",
        "geolife/geolife_users_000_010.csv.gz",
        _WALKS,
        "EPSG:32650",
        "11 people with GPS loggers, a fix per 1 to 5 s, accuracy not stated",
        declared=True,
    ),
    Source(
        "shuttles",
        "chicago_shuttle_vs_assaults_2011/shuttle_tracks_2011-04-01_15.csv.gz",
        _SHUTTLES,
        "EPSG:32616",
        "461 trips of campus shuttles, a fix per 2 to 6 s, accuracy not stated; no "
        "choice of the policy was made on them",
        declared=True,
    ),
)


def read(source: Source) -> Fixes:
    """The fixes of a source; those that state no accuracy get the declared one."""
    options = TrailOptions(
        working_crs(source.crs), _NOW, 1.0, mapping.parse(source.map, source.name)
    )
    fixes, _ = read_all([DATA / source.path], options)
    east, north = np.median(fixes.x_m), np.median(fixes.y_m)
    away = np.hypot(fixes.x_m - east, fixes.y_m - north)
    fixes = fixes.take(away <= source.within_m)
    if not source.declared:
        return fixes
    stated = np.full(len(fixes), DECLARED_R95_M, np.float32)
    return replace(fixes, accuracy_m=stated)


def once_a_minute(fixes: Fixes) -> np.ndarray:
    """Which fixes a tag that reports once a minute would have sent."""
    return _firsts(fixes, 60)


def _firsts(fixes: Fixes, every_s: int) -> np.ndarray:
    slot = fixes.t_us // (every_s * US_PER_S)
    new = np.ones(len(fixes), np.bool_)
    new[1:] = (np.diff(slot) != 0) | (np.diff(fixes.device) != 0)
    return new


def every_second(fixes: Fixes) -> np.ndarray:
    """Every second fix of each device."""
    return (np.arange(len(fixes)) - fixes.device_starts()[fixes.device]) % 2 == 0


def blocks_of(minutes: int):
    """A way of hiding: so many minutes hidden, as many kept, and so on."""

    def kept(fixes: Fixes) -> np.ndarray:
        return (fixes.t_us // (minutes * 60 * US_PER_S)) % 2 == 0

    return kept
