"""The cells of one row, read one by one; what is wrong with them is written down."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from geocorr.dates import LONDON
from geocorr.model import Fault, aware

Choice = TypeVar("Choice", bound=StrEnum)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TEXT_LENGTH = 10_000


class Cells:
    """One row's text by our column name; `line` is None where a format has none."""

    def __init__(self, row: int, line: int | None, cells: Mapping[str, str]) -> None:
        self.row = row
        self.line = line
        self.faults: list[Fault] = []
        self._cells = cells

    def refuse(self, field: str | None, kind: str, action: str) -> None:
        """Write down a fault of this row."""
        value = self._cells.get(field, "")[:200] if field else None
        self.faults.append(Fault(self.row, self.line, None, field, kind, value, action))

    def text(self, field: str) -> str:
        """The text, empty where the cell or column is not there."""
        value = self._cells.get(field, "")
        if "\x00" in value or len(value) > _TEXT_LENGTH:
            self.refuse(field, "INVALID_TEXT", "Remove the NUL, or shorten the text.")
            return ""
        return value

    def maybe(self, field: str) -> str | None:
        """The text, None where blank."""
        return self.text(field) or None

    def needed(self, field: str) -> str:
        """The text; a blank is a fault."""
        value = self.text(field)
        if not value and not self._faulty(field):
            self.refuse(field, "MISSING_VALUE", f"Give {field}: it may not be blank.")
        return value

    def choice(self, field: str, kind: type[Choice]) -> Choice | None:
        """One of an enum's values, any case; a blank or another is a fault."""
        value = self.needed(field).casefold()
        if value in tuple(kind):
            return kind(value)
        if value:
            known = ", ".join(kind)
            self.refuse(field, "UNKNOWN_VALUE", f"Give one of {known}.")
        return None

    def moment(self, field: str, *, end: bool = False) -> datetime | None:
        """A time in UTC, None where blank.

        A bare date is a midnight in London: its own, or, of an `end` that is included,
        the next one. A time of day without an offset is a fault.
        """
        value = self.text(field)
        if not value:
            return None
        try:
            if _DATE.fullmatch(value):
                return _midnight(date.fromisoformat(value), end)
            return aware(datetime.fromisoformat(value), field)
        except (ValueError, OverflowError):
            action = "Give a date (2026-03-28), or ISO 8601 with Z or an offset."
            self.refuse(field, "INVALID_TIME", action)
            return None

    def day(self, field: str) -> str | None:
        """A calendar date as YYYY-MM-DD, None where blank."""
        value = self.text(field)
        try:
            if value and not _DATE.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value).isoformat() if value else None
        except ValueError:
            self.refuse(field, "INVALID_DATE", "Give a real date as YYYY-MM-DD.")
            return None

    def number(self, field: str) -> float | None:
        """A plain decimal, None where blank."""
        value = self.text(field)
        if not value:
            return None
        if _NUMBER.fullmatch(value) and math.isfinite(float(value)):
            return float(value)
        self.refuse(field, "INVALID_NUMBER", "Give a plain decimal number.")
        return None

    def listed(self, field: str, known: Iterable[str]) -> tuple[str, ...]:
        """Values separated by `;`, each one of `known`, any case."""
        given = [v.strip().upper() for v in self.text(field).split(";") if v.strip()]
        strange = [value for value in given if value not in known]
        if strange:
            action = f"{strange[0][:50]} is not known; give {', '.join(known)}."
            self.refuse(field, "UNKNOWN_VALUE", action)
        return tuple(dict.fromkeys(given))

    def _faulty(self, field: str) -> bool:
        return any(fault.field == field for fault in self.faults)


def _midnight(day: date, end: bool) -> datetime:
    day += timedelta(days=1) if end else timedelta()
    return aware(datetime.combine(day, time(), LONDON), "midnight")
