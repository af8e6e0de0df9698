"""Orders and events beside trail files: who wore which device, and what it reported."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from geocorr.errors import InputError
from geocorr.model import DeviceEvent, Outcome, TagOrder
from loaders import crimes as crime_files
from loaders import events as event_files
from loaders import orders as order_files
from loaders.report import LoadReport

T = TypeVar("T")
Parse = Callable[[bytes, str], tuple[LoadReport, tuple[T, ...]]]
Reports = tuple[LoadReport, ...]


def orders(path: Path | None) -> tuple[tuple[TagOrder, ...] | None, Reports]:
    """The orders of a file, None without one; errors as `_read`."""
    return (None, ()) if path is None else _read(path, order_files.parse)


def events(path: Path | None) -> tuple[tuple[DeviceEvent, ...] | None, Reports]:
    """The events of a file, None without one: then tampering is not known."""
    return (None, ()) if path is None else _read(path, event_files.parse)


def _read(path: Path, parse: Parse[T]) -> tuple[tuple[T, ...], Reports]:
    """The rows of a file and its report.

    InputError where all of it is refused: without a single order nobody would be
    matched, without a single event every tag would pass for sound. UsageError for a
    path that cannot be read.
    """
    report, rows = parse(crime_files.read(path), path.name)
    if report.outcome is Outcome.FAILED or (report.rejected and not rows):
        first = report.faults[0]
        where = "" if first.row is None else f"row {first.row}, {first.field}: "
        raise InputError(f"All of {path.name} is refused: {where}{first.action}")
    return rows, (report,)
