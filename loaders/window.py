"""Times of crimes: texts to UTC, in a declared zone, each distinct text once.

A time in the hour that is skipped in spring does not exist; a time in the hour that
comes twice in autumn is both, so it is kept as the pair of its instants.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?"
    r"|(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?"
    r"|(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()()",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_MAX_OFFSET_MIN = 14 * 60
_US = 1_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  wall clocks have no zone
# Every offset of the last century changes on a quarter of an hour.
_QUARTER_US = 900 * _US
# A day within what datetime can hold, so that no zone leads out of it.
_EARLIEST_US = (datetime(1, 1, 3) - _EPOCH) // timedelta(microseconds=1)  # noqa: DTZ001
_LATEST_US = (datetime(9999, 12, 29) - _EPOCH) // timedelta(microseconds=1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Wall:
    """What a text says: wall-clock microseconds since 1970, first and last moment.

    `offset_us` is None where the text has no offset, so that the zone decides.
    """

    first_us: int
    last_us: int
    offset_us: int | None


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times [n] as the first and last UTC instant each text can mean.

    `bad` = no time at all, `gap` = skipped by the clocks, `twice` = came twice.
    """

    first_us: Ints
    last_us: Ints
    bad: Bools
    gap: Bools
    twice: Bools

    @property
    def good(self) -> Bools:
        """Which rows state a time that exists."""
        return ~(self.bad | self.gap)

    def take(self, index: Ints) -> "Times":
        """The times at these positions."""
        return Times(
            self.first_us[index],
            self.last_us[index],
            self.bad[index],
            self.gap[index],
            self.twice[index],
        )


def times(
    column: pa.StringArray, zone: str, parse: Callable[[str], Wall | None] | None = None
) -> Times:
    """The column's times; `parse` reads one text, the crime file's forms if None."""
    encoded = column.dictionary_encode()
    texts: pa.StringArray = encoded.dictionary
    walls, open_ = (
        _quick(texts)
        if parse is None
        else (_nothing(len(texts)), np.arange(len(texts)))
    )
    for at in open_:
        wall = (parse or wall_of)(texts[int(at)].as_py().strip(" \t"))
        if wall is not None:
            offset = _NO_OFFSET if wall.offset_us is None else wall.offset_us
            walls[:, at] = (wall.first_us, wall.last_us, offset, 0)
    return _to_utc(walls, zone).take(encoded.indices.to_numpy(False).astype(np.int64))


# Rows of the matrix of distinct times: first, last, offset, and whether it is bad.
_FIRST, _LAST, _OFFSET, _BAD = range(4)
_NO_OFFSET = 2**62
# What forces send, with the offset it means; anything else is read singly.
_LAYOUTS = (
    ("##############", _NO_OFFSET),
    ("####-##-##T##:##:##", _NO_OFFSET),
    ("####-##-##T##:##:##Z", 0),
    ("####-##-##T##:##:##+00:00", 0),
    ("####-##-##T##:##:##+01:00", 3600 * _US),
)


def _nothing(count: int) -> Ints:
    walls = np.zeros((4, count), np.int64)
    walls[_OFFSET] = _NO_OFFSET
    walls[_BAD] = 1
    return walls


def _quick(texts: pa.StringArray) -> tuple[Ints, Ints]:
    """Times of the usual layouts at once; and which texts are left to read singly."""
    walls = _nothing(len(texts))
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    octets = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    length = np.diff(offsets)
    for layout, offset_us in _LAYOUTS:
        fits = np.flatnonzero(length == len(layout))
        if len(fits):
            cells = octets[offsets[fits][:, None] + np.arange(len(layout))]
            _lay(walls, fits, _digits(cells, layout), offset_us)
    return walls, np.flatnonzero(walls[_BAD])


def _digits(cells: npt.NDArray[np.uint8], layout: str) -> Ints:
    """The fourteen digits of each text [n, 14]; -1 where a text is not laid out so."""
    pattern = np.frombuffer(layout.encode(), np.uint8)
    places = pattern == ord("#")
    digits = cells[:, places].astype(np.int64) - ord("0")
    like = (cells[:, ~places] == pattern[~places]).all(axis=1)
    like &= ((digits >= 0) & (digits <= 9)).all(axis=1)
    digits[~like] = -1
    return digits


def _lay(walls: Ints, fits: Ints, digits: Ints, offset_us: int) -> None:
    """Write the times of these digits into the matrix, where they are real times."""
    year, month, day, hour, minute, second = (
        digits[:, a:b] @ (10 ** np.arange(b - a)[::-1])
        for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
    )
    sound = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    sound &= (hour < 24) & (minute < 60) & (second < 60)
    months = (year - 1970) * 12 + month - 1
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    after = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    sound &= day <= after - first
    seconds = (first + day - 1) * 86400 + hour * 3600 + minute * 60 + second
    at = fits[sound]
    walls[_FIRST, at] = walls[_LAST, at] = seconds[sound] * _US
    walls[_OFFSET, at] = offset_us
    walls[_BAD, at] = 0


def wall_of(text: str) -> Wall | None:
    """YYYYMMDDHHMMSS or ISO 8601 with or without an offset; None where it is neither.

    Strict calendar: 30 February, 24:00:00 and a leap second are no times.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    groups = found.groups("")
    start = next(i for i in (0, 8, 16) if groups[i])
    *parts, fraction, offset = groups[start : start + 8]
    offset_us = _offset_us(offset)
    try:
        at = datetime(*(int(part or "0") for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    if offset and offset_us is None:
        return None
    wall_us = us_of(at) + int(fraction.ljust(6, "0") or "0")
    return Wall(wall_us, wall_us, offset_us)


def us_of(wall: datetime) -> int:
    """Microseconds since 1970 on the wall clock, exactly."""
    return (wall.replace(tzinfo=None) - _EPOCH) // timedelta(microseconds=1)


def _offset_us(text: str) -> int | None:
    if not text:
        return None
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or "0")
    total = hours * 60 + minutes
    if minutes > 59 or total > _MAX_OFFSET_MIN:
        return None
    return (-total if text[0] == "-" else total) * 60 * _US


def formats(patterns: tuple[str, ...]) -> Callable[[str], Wall | None]:
    """A reader that tries these formats in turn: strptime's, "month" or "iso"."""

    def read(text: str) -> Wall | None:
        tried = (_by_format(text, pattern) for pattern in patterns)
        return next((wall for wall in tried if wall is not None), None)

    return read


def _by_format(text: str, pattern: str) -> Wall | None:
    if pattern == "month":
        return _month(text)
    if pattern == "iso":
        return wall_of(text)
    try:
        at = datetime.strptime(text, pattern)  # noqa: DTZ007  the zone comes later
    except ValueError:
        return None
    offset = at.utcoffset()
    wall_us = us_of(at)
    return Wall(
        wall_us,
        wall_us,
        None if offset is None else offset // timedelta(microseconds=1),
    )


def _month(text: str) -> Wall | None:
    """The whole month, to its last second."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        return None
    year, month = int(found[1]), int(found[2])
    first = datetime(year, month, 1)  # noqa: DTZ001
    days = (np.datetime64(f"{year:04}-{month:02}", "M") + 1).astype("M8[D]")
    last_us = int(days.astype(np.int64)) * 86400 * _US - _US
    return Wall(us_of(first), last_us, None)


def _to_utc(walls: Ints, zone: str) -> Times:
    bad = walls[_BAD].astype(np.bool_)
    bad |= (walls[_FIRST] < _EARLIEST_US) | (walls[_LAST] > _LATEST_US)
    naive = walls[_OFFSET] == _NO_OFFSET
    fixed = np.where(naive, 0, walls[_OFFSET])
    early, gap_a, twice_a, _ = _offsets(walls[_FIRST], zone, naive & ~bad)
    _, gap_b, twice_b, late = _offsets(walls[_LAST], zone, naive & ~bad)
    return Times(
        walls[_FIRST] - np.where(naive, early, fixed),
        walls[_LAST] - np.where(naive, late, fixed),
        bad,
        (gap_a | gap_b) & ~bad,
        (twice_a | twice_b) & ~bad,
    )


def _offsets(
    wall_us: Ints, zone: str, needed: Bools
) -> tuple[Ints, Bools, Bools, Ints]:
    """Per time: the earlier reading's offset, gap, twice, the later's offset."""
    early, late = np.zeros(len(wall_us), np.int64), np.zeros(len(wall_us), np.int64)
    if zone != "UTC" and needed.any():
        quarters, which = np.unique(wall_us[needed] // _QUARTER_US, return_inverse=True)
        pairs = np.array([_pair(int(q), ZoneInfo(zone)) for q in quarters], np.int64)
        early[needed], late[needed] = pairs[which, 0], pairs[which, 1]
    return early, early < late, early > late, late


def _pair(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    """The offsets of a quarter of an hour read as the first and as the second."""
    wall = _EPOCH + timedelta(microseconds=quarter * _QUARTER_US)
    first, second = (
        wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
        for fold in (0, 1)
    )
    return first // timedelta(microseconds=1), second // timedelta(microseconds=1)


def text_of(t_us: int) -> str:
    """A UTC instant as ISO 8601 with Z."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(t_us))
    return at.isoformat().replace("+00:00", "Z")
