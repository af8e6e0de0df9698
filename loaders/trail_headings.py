"""Which column of a trail file is which: our headings, or a foreign map's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geocorr.model import Fault
from loaders.trail_source import TrailFileRefused

DEGREES = ("latitude", "longitude")
METRES = ("easting", "northing")
OPTIONAL = (
    "accuracy_m",
    "mechanism",
    "speed_kmh",
    "direction_deg",
    "hdop",
    "satellites",
    "received_at",
)
NAMES = ("device_id", "recorded_at", *DEGREES, *METRES, *OPTIONAL)
OWN = {name: name for name in NAMES}


@dataclass(frozen=True, slots=True)
class Headings:
    """Where our columns stand, by our name; `plain` is their heading in lower case."""

    position: Mapping[str, int]
    unknown: tuple[str, ...]
    plain: Mapping[str, str]

    @property
    def in_degrees(self) -> bool:
        """Whether places are degrees; else metres of the working CRS."""
        return "latitude" in self.position


def resolve(found: Sequence[str], wanted: Mapping[str, str]) -> Headings:
    """Find our columns among the headings of a file, in any order and case.

    `wanted` gives the file's heading by our name. TrailFileRefused where a column that
    must be there is absent, stands twice, or places are given in two ways.
    """
    plain = [heading.strip().casefold() for heading in found]
    asked = {heading.strip().casefold(): name for name, heading in wanted.items()}
    _once(plain, asked)
    position = {asked[h]: i for i, h in enumerate(plain) if h in asked}
    _enough(position, wanted)
    unknown = tuple(h for h, p in zip(found, plain, strict=True) if p not in asked)
    plain_by_name = {name: heading for heading, name in asked.items()}
    return Headings(position, unknown if wanted is OWN else (), plain_by_name)


def _once(plain: Sequence[str], asked: Mapping[str, str]) -> None:
    for heading in asked:
        if plain.count(heading) > 1:
            raise TrailFileRefused(
                "DUPLICATE_COLUMN",
                f"The heading {heading} stands more than once: keep one of them.",
            )


def _enough(position: Mapping[str, int], wanted: Mapping[str, str]) -> None:
    pairs = [pair for pair in (DEGREES, METRES) if set(pair) & set(position)]
    if len(pairs) > 1:
        raise TrailFileRefused(
            "MULTIPLE_LOCATION_DATA_TYPES",
            "Places are given in degrees and in metres: keep one of the two.",
        )
    place = pairs[0] if pairs else DEGREES
    for name in ("device_id", "recorded_at", *place):
        if name not in position:
            raise TrailFileRefused(
                "MISSING_COLUMN",
                f"There is no column {wanted.get(name, name)}: a trail file has a "
                "heading with device_id, recorded_at and latitude, longitude or "
                "easting, northing; other exports need a map.",
            )


def unknown_columns(headings: Sequence[str]) -> tuple[Fault, ...]:
    """A warning for each heading that geocorr does not know and does not read."""
    return tuple(
        Fault(
            None,
            None,
            None,
            heading[:100],
            "UNKNOWN_COLUMN",
            None,
            "Nothing to do: this column is not read.",
        )
        for heading in headings[:50]
    )
