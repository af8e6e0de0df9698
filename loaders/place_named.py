"""A place as a person types it: grid reference, metres, degrees or postcode.

named("TQ 30 80")           Square: the middle of a kilometre square
named("530500, 180500")     Metres
named("51.507, -0.128")     Degrees: latitude first
named("SW1A 1AA")           a Unit: its place is looked up in the loaded postcodes
"""

import re
from dataclasses import dataclass

from geocorr.errors import InputError

_SQUARE = re.compile(r"([A-HJ-Z])([A-HJ-Z])((?:\d\d){1,5})", re.ASCII)
_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", re.ASCII)
# Letters of the National Grid lack I and go from west to east, north to south.
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_FALSE_EAST, _FALSE_NORTH = 2, 1
_SQUARE_M, _SQUARES = 100_000, 5
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Metres:
    """Easting and northing in metres of the working CRS."""

    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Square:
    """The middle of a square of the National Grid, and how wide that is."""

    x_m: float
    y_m: float
    side_m: float


@dataclass(frozen=True, slots=True)
class Degrees:
    """Latitude and longitude."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A postcode in capitals, without a space."""

    postcode: str


Named = Metres | Square | Degrees | Unit


def named(text: str) -> Named:
    """What a person typed; InputError for what is none of the four."""
    close = re.sub(r"\s", "", text).upper()
    if square := _SQUARE.fullmatch(close):
        return _square(*square.groups())
    if _POSTCODE.fullmatch(close):
        return Unit(close)
    if pair := _PAIR.fullmatch(text):
        return _pair(float(pair[1]), float(pair[2]))
    raise InputError(
        "This is no place that is known. Give a postcode, a grid reference such as "
        "TQ 305 805, or easting and northing such as 530500, 180500."
    )


def _square(first: str, second: str, digits: str) -> Square:
    large, small = _LETTERS.index(first), _LETTERS.index(second)
    east = (large % _SQUARES - _FALSE_EAST) * _SQUARES + small % _SQUARES
    north = (_SQUARES - 1 - large // _SQUARES - _FALSE_NORTH) * _SQUARES
    north += _SQUARES - 1 - small // _SQUARES
    half = len(digits) // 2
    side_m = 10.0 ** (_DIGITS - half)
    return Square(
        east * _SQUARE_M + (int(digits[:half]) + 0.5) * side_m,
        north * _SQUARE_M + (int(digits[half:]) + 0.5) * side_m,
        side_m,
    )


def _pair(one: float, other: float) -> Named:
    """Degrees are small; nobody asks within 180 m of the grid's false origin."""
    if abs(one) <= 90 and abs(other) <= 180:
        return Degrees(one, other)
    return Metres(one, other)
