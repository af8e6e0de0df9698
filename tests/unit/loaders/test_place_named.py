"""Places as people type them."""

import numpy as np
import pytest

from geocorr import geo
from geocorr.errors import InputError
from loaders.place_named import Degrees, Metres, Square, Unit, named


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("TQ 30 80", Square(530_500, 180_500, 1_000)),
        ("tq3080", Square(530_500, 180_500, 1_000)),
        ("SU 12345 67890", Square(412_345.5, 167_890.5, 1)),
        ("SV 8 0", Square(85_000, 5_000, 10_000)),
        # The hundred kilometres of Shetland, and of Land's End.
        ("HP 61 14", Square(461_500, 1_214_500, 1_000)),
        ("530500,180500", Metres(530_500, 180_500)),
        ("530500.5 180500", Metres(530_500.5, 180_500)),
        ("51.5, -0.12", Degrees(51.5, -0.12)),
        ("sw1a 1aa", Unit("SW1A1AA")),
        ("M1 1AE", Unit("M11AE")),
    ],
)
def test_it_is_read(text: str, place: object) -> None:
    assert named(text) == place


@pytest.mark.parametrize(
    "text", ["", "TQ 30 8", "IQ 30 80", "nowhere", "1,2,3", "TQ", "51.5", "<b>"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="postcode"):
        named(text)


def test_a_grid_reference_lies_where_the_grid_says(bng: geo.WorkingCrs) -> None:
    """Caister Water Tower of the Ordnance Survey's own worked example."""
    place = named("TG 51409 13177")
    latitude, longitude = bng.to_wgs84(np.array([place.x_m]), np.array([place.y_m]))
    assert abs(latitude[0] - 52.6579) < 1e-3
    assert abs(longitude[0] - 1.7160) < 1e-3
