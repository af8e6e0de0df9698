"""What every table of the framework is: columns and rows, and figures that add up.

Figures are made from totals, exactly, and rounded once, half away from zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from geocorr.model import Decision

Cell: TypeAlias = str | int | float | date | None
EVERYWHERE = "all"
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells under named columns; None = there is nothing to tell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has another number of cells than there are columns")

    def dicts(self) -> list[dict[str, Cell]]:
        """Each row by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


# A table that explains itself: its rules, what it was made of, and a sentence.
Table: TypeAlias = Decision[Grid]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the period ends on {self.last}, before it begins")

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def half_up(value: Fraction | int, digits: int) -> int | float:
    """Rounded half away from zero; a whole number where `digits` is 0."""
    scale: int = 10**digits
    size = abs(Fraction(value)) * scale
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    signed = -whole if value < 0 else whole
    return signed if digits == 0 else signed / scale


def share(part: Fraction | int, of: Fraction | int, digits: int = 2) -> float | None:
    """`part` in percent of `of`; None where there is nothing to have a share of."""
    return None if not of else float(half_up(Fraction(part) / of * 100, digits))


def median(values: Sequence[Fraction]) -> Fraction | None:
    """The middle one, or the mean of the middle two; None of none."""
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2 if n else None
