"""Postcodes as published: Code-Point Open (no heading) or the ONSPD (with one).

Streamed: millions of rows pass in portions. Places are British National Grid metres,
and `quality` Code-Point's positional quality, to which the ONSPD's is carried over.
"""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

from geocorr.errors import UsageError
from geocorr.model import Fault
from loaders.places import BRITISH
from loaders.report import LoadReport, outcome_of
from loaders.trail_source import TrailFileRefused

_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})(0[1-9]|1[0-2])", re.ASCII)
# Quality 90 has no place; Northern Ireland's metres are those of the Irish Grid.
NO_PLACE = 90
_QUALITIES = ("10", "20", "30", "40", "50", "60", "90")
_IRISH = "BT"
_CODE_POINT = {"postcode": 0, "quality": 1, "easting": 2, "northing": 3}
# The ONSPD has renamed its columns over the years; the first that is there is read.
_ONSPD: Mapping[str, Sequence[str]] = {
    "postcode": ("pcds", "pcd"),
    "easting": ("oseast1m", "east1m"),
    "northing": ("osnrth1m", "north1m"),
    "quality": ("osgrdind", "gridind"),
    "terminated": ("doterm",),
}
_PORTION = 50_000
_MOST_FAULTS = 1_000


class Row(NamedTuple):
    """One postcode; grid metres, None where it has no place."""

    row: int
    postcode: str
    easting: float | None
    northing: float | None
    quality: int
    terminated: date | None


@dataclass(slots=True)
class Reading:
    """A file as it is read: what was counted so far, and what was wrong."""

    path: Path
    read: int = 0
    accepted: int = 0
    elsewhere: int = 0
    faults: list[Fault] = field(default_factory=list)
    sha256: bytes = b""

    def portions(self) -> Iterator[list[Row]]:
        """The rows, some ten thousand at a time; `sha256` is known after the last.

        TrailFileRefused for what is no such file, UsageError for what is none at all.
        """
        try:
            with _opened(self.path) as data:
                yield from self._portions(_Hashed(data))
        except UnicodeDecodeError as broken:
            raise TrailFileRefused(
                "NOT_UTF8", "The file is not UTF-8: export it again as UTF-8."
            ) from broken
        except csv.Error as broken:
            raise TrailFileRefused(
                "MALFORMED_CSV", f"The first row is no CSV ({broken}): send it again."
            ) from broken
        except (gzip.BadGzipFile, EOFError, zlib.error) as broken:
            raise TrailFileRefused(
                "UNREADABLE", "It is not a whole gzip file: send it again."
            ) from broken

    def report(self, warnings: Sequence[Fault] = ()) -> LoadReport:
        """What became of the file; faults beyond the first thousand are counted."""
        rejected = self.read - self.accepted
        faults = list(self.faults)
        if rejected > len(faults):
            action = (
                f"{rejected - len(faults):,} more rows are refused: mend these first."
            )
            faults.append(_fault(None, "MORE_FAULTS", None, action))
        told = list(warnings)
        if self.elsewhere:
            action = (
                f"{self.elsewhere:,} postcodes of Northern Ireland have no place on "
                "the British National Grid: they are kept without one."
            )
            told.append(_fault(None, "OTHER_GRID", None, action))
        outcome = outcome_of(self.read, self.accepted)
        counts = (self.read, self.accepted, rejected)
        return LoadReport(
            self.path.name,
            outcome,
            None,
            *counts,
            None,
            None,
            tuple(faults),
            tuple(told),
        )

    def _portions(self, data: "_Hashed") -> Iterator[list[Row]]:
        text = io.TextIOWrapper(io.BufferedReader(data), "utf-8-sig", newline="")
        lines = csv.reader(text)
        first = next(lines, None)
        where = _columns(first)
        portion: list[Row] = []
        if first is not None and where is _CODE_POINT and not _heading(first):
            portion += self._row(first, where, 1)
        for cells in self._cells(lines):
            portion += self._row(cells, where, lines.line_num)
            if len(portion) >= _PORTION:
                yield portion
                portion = []
        yield portion
        self.sha256 = data.digest.digest()

    def _cells(self, lines: "Iterator[list[str]]") -> Iterator[list[str]]:
        """The rows that hold anything; one that is no CSV is a fault."""
        while True:
            try:
                cells = next(lines, None)
            except csv.Error as broken:
                self.read += 1
                self._refuse(None, "MALFORMED_CSV", None, f"Mend the row: {broken}.")
                continue
            if cells is None:
                return
            if any(cells):
                yield cells

    def _row(
        self, cells: Sequence[str], where: Mapping[str, int], line: int
    ) -> list[Row]:
        """The row, or nothing and a fault."""
        self.read += 1
        try:
            got = {name: cells[at].strip() for name, at in where.items()}
        except IndexError:
            self._refuse(line, "INVALID_COLUMN_COUNT", None, "Columns are missing.")
            return []
        try:
            row = _made(got, self.read, where is not _CODE_POINT)
        except _Wrong as wrong:
            self._refuse(line, wrong.kind, got[wrong.field], wrong.action, wrong.field)
            return []
        self.accepted += 1
        self.elsewhere += row.postcode.startswith(_IRISH)
        return [row]

    def _refuse(
        self,
        line: int | None,
        kind: str,
        value: str | None,
        action: str,
        name: str | None = None,
    ) -> None:
        if len(self.faults) < _MOST_FAULTS:
            row = self.read
            self.faults.append(Fault(row, line, None, name, kind, value, action))


def _fault(line: int | None, kind: str, value: str | None, action: str) -> Fault:
    return Fault(None, line, None, None, kind, value, action)


class _Wrong(Exception):
    """What is wrong with one cell."""

    def __init__(self, field: str, kind: str, action: str) -> None:
        super().__init__(kind)
        self.field, self.kind, self.action = field, kind, action


class _Hashed(io.RawIOBase):
    """Bytes as they are read, and their hash."""

    def __init__(self, data: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self._data = data

    def readable(self) -> bool:
        return True

    def readinto(self, into: "memoryview") -> int:  # type: ignore[override]
        read = self._data.read(len(into))
        into[: len(read)] = read
        self.digest.update(read)
        return len(read)


def _opened(path: Path) -> BinaryIO:
    try:
        if path.suffix.lower() == ".gz":
            return gzip.open(path, "rb")  # type: ignore[return-value]
        return path.open("rb")
    except OSError as trouble:
        raise UsageError(f"{path} cannot be read: {trouble.strerror}.") from trouble


def _heading(cells: Sequence[str]) -> bool:
    return cells[0].strip().casefold() in ("pc", "postcode")


def _columns(first: Sequence[str] | None) -> Mapping[str, int]:
    """Where our columns stand; TrailFileRefused where the file is neither kind."""
    names = [cell.strip().casefold() for cell in first or ()]
    found = {
        ours: names.index(theirs)
        for ours, known in _ONSPD.items()
        for theirs in reversed(known)
        if theirs in names
    }
    if _ONSPD.keys() - {"terminated"} <= found.keys():
        return found
    bare = "".join(names[0].split()).upper() if names else ""
    if len(names) >= len(_CODE_POINT) and (
        _heading(names) or _POSTCODE.fullmatch(bare)
    ):
        return _CODE_POINT
    raise TrailFileRefused(
        "MISSING_COLUMNS",
        "Give Code-Point Open as published (postcode, quality, easting, northing, no "
        "heading), or the ONSPD with pcds, oseast1m, osnrth1m, osgrdind.",
    )


def _made(got: Mapping[str, str], row: int, onspd: bool) -> Row:
    postcode = "".join(got["postcode"].split()).upper()
    if not _POSTCODE.fullmatch(postcode):
        raise _Wrong("postcode", "INVALID_POSTCODE", "Give it as B1 1AY.")
    quality = _quality(got["quality"], onspd)
    terminated = _month(got.get("terminated", ""))
    if quality == NO_PLACE or postcode.startswith(_IRISH):
        return Row(row, postcode, None, None, NO_PLACE, terminated)
    easting, northing = (_metres(got, name) for name in ("easting", "northing"))
    return Row(row, postcode, easting, northing, quality, terminated)


def _quality(text: str, onspd: bool) -> int:
    """10 to 90; the ONSPD's 1 to 9 mean the same, and a blank that there is none."""
    known = tuple("12345689") if onspd else _QUALITIES
    if onspd and not text:
        return NO_PLACE
    if text not in known:
        action = "Give the positional quality as published: 10 ... 90, or 1 ... 9."
        raise _Wrong("quality", "INVALID_QUALITY", action)
    return int(text) * 10 if onspd else int(text)


def _metres(got: Mapping[str, str], name: str) -> float:
    try:
        value = int(got[name])
    except ValueError:
        raise _Wrong(name, "INVALID_NUMBER", "Give whole metres of the grid.") from None
    low, high = BRITISH[name]
    if not low < value <= high:
        action = "This is no place on the British National Grid."
        raise _Wrong(name, "INVALID_LOCATION_DATA_RANGE", action)
    return float(value)


def _month(text: str) -> date | None:
    if not text:
        return None
    found = _MONTH.fullmatch(text)
    if found is None:
        raise _Wrong("terminated", "INVALID_DATE", "Give it as YYYYMM.")
    return date(int(found[1]), int(found[2]), 1)
