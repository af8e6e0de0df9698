"""`geocorr convert`: British National Grid to WGS84 and back, through OSTN15."""

import contextlib
import csv
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import numpy as np
import typer

from api.commands import Exit
from api.settings import Settings
from geocorr import geo
from geocorr.errors import InputError, UsageError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BATCH_ROWS = 50_000
_GRID = ("easting", "northing")
_DEGREES = ("latitude", "longitude")


class Source(StrEnum):
    """What the two columns of the input are."""

    BNG = "bng"
    WGS84 = "wgs84"


@dataclass(frozen=True, slots=True)
class Row:
    """One input row: its line, its two numbers, or why it has none."""

    line: int
    first: float
    second: float
    fault: str | None = None


def convert(
    source: Annotated[Source, typer.Option("--from", help="What goes in.")],
    file: Annotated[
        Path | None, typer.Argument(help="CSV of two columns; standard input if none.")
    ] = None,
) -> None:
    """Turn eastings and northings into latitudes and longitudes, or back.

    The heading row is optional on the way in and always there on the way out. A row
    that cannot be converted is told on stderr and left out (exit code 4; 1 for all).
    """
    crs = Settings().working_crs(geo.BNG)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(_DEGREES if source is Source.BNG else _GRID)
    done = refused = 0
    with _opened(file) as stream:
        for rows in _batches(_rows(stream, source)):
            for row, text in zip(rows, _converted(rows, source, crs), strict=True):
                if text is None:
                    refused += 1
                    reason = row.fault or "There is no OSTN15 value at this place."
                    typer.echo(f"line {row.line}: {reason}", err=True)
                else:
                    done += 1
                    out.writerow(text)
    if refused:
        raise typer.Exit(Exit.PARTIAL if done else Exit.REFUSED)


@contextlib.contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    try:
        with contextlib.ExitStack() as stack:
            raw = stack.enter_context(file.open("rb")) if file else sys.stdin.buffer
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    except UnicodeDecodeError as broken:
        raise InputError(
            "The input is not UTF-8: export it again as UTF-8."
        ) from broken
    except OSError as unreadable:
        name = file.name if file else "standard input"
        raise UsageError(f"{name}: {unreadable.strerror}.") from unreadable


def _rows(stream: TextIO, source: Source) -> Iterator[Row]:
    heading = list(_GRID if source is Source.BNG else _DEGREES)
    for line, text in enumerate(stream, 1):
        cells = _cells(text)
        if not any(cells) or (line == 1 and [c.casefold() for c in cells] == heading):
            continue
        if len(cells) != 2:
            fault = f"{len(cells)} columns where there should be 2."
            yield Row(line, np.nan, np.nan, fault)
        elif not all(_NUMBER.fullmatch(cell) for cell in cells):
            yield Row(line, np.nan, np.nan, "Not two plain decimal numbers.")
        else:
            yield Row(line, float(cells[0]), float(cells[1]))


def _cells(text: str) -> list[str]:
    """The cells of one line, quotes and blanks round them taken off."""
    return [cell.strip().strip('"').strip() for cell in text.strip().split(",")]


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _converted(
    rows: list[Row], source: Source, crs: geo.WorkingCrs
) -> list[tuple[str, str] | None]:
    """Millimetres or 1e-9 degrees as text; None where OSTN15 has no value."""
    first = np.array([row.first for row in rows])
    second = np.array([row.second for row in rows])
    if source is Source.BNG:
        covered = _covered(first, second)
        both = crs.to_wgs84(first, second)
        places = 9
    else:
        possible = (np.abs(first) <= 90) & (np.abs(second) <= 180)
        both = crs.to_metres(
            np.where(possible, first, np.nan), np.where(possible, second, np.nan)
        )
        covered = _covered(*both)
        places = 3
    return [
        (f"{a:.{places}f}", f"{b:.{places}f}") if good else None
        for a, b, good in zip(*both, covered, strict=True)
    ]


def _covered(easting: geo.Floats, northing: geo.Floats) -> list[bool]:
    finite = np.isfinite(easting) & np.isfinite(northing)
    covered = finite.copy()
    covered[finite] = geo.ostn15_covers(easting[finite], northing[finite])
    return [bool(c) for c in covered]
