"""What became of the files that a command read: the first faults, for people."""

from collections.abc import Sequence

from rich.console import Console

from geocorr.model import Fault
from geocorr.wording import counted
from loaders.report import LoadReport

_MOST = 3


def tell_notes(reports: Sequence[LoadReport], *, each: bool = False) -> None:
    """Say on stderr which rows of which files were refused, and what to look at.

    The first few, or `each` of them: what a script is told whose JSON has no room.
    """
    most = None if each else _MOST
    console = Console(stderr=True)
    for report in reports:
        if report.rejected:
            told = f"{report.rejected:,} of {counted(report.read, 'row')} refused"
            _say(console, f"{report.file}: {told} ({report.outcome.value}).", "yellow")
            _list(console, report.faults, "fault", most)
        if report.warnings:
            _say(console, f"{report.file}: to look at", "yellow")
            _list(console, report.warnings, "note", most)


def _list(
    console: Console, notes: Sequence[Fault], name: str, most: int | None
) -> None:
    for note in notes[:most]:
        _say(console, f"  {_place(note)}{note.type}: {note.action}")
    if most is not None and len(notes) > most:
        rest = counted(len(notes) - most, f"more {name}")
        _say(console, f"  and {rest} (--json lists all of them)")


def _place(note: Fault) -> str:
    """Where a fault stands, or how many rows a warning is of."""
    if note.row is None:
        return "" if note.value is None else f"{note.value} x "
    return f"row {note.row}, {note.field or 'whole row'}, "


def _say(console: Console, text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, highlight=False)
