"""Columns of text judged a whole column at a time, each distinct value once."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

T = TypeVar("T")
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Enough for every coordinate a machine writes; the rest is judged one by one.
_QUICK_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,17})?$"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class Coded(Generic[T]):
    """A column as codes [n] into its distinct values."""

    codes: Codes
    values: tuple[T, ...]

    def map(self, function: Callable[[T], object]) -> "npt.NDArray[np.object_]":
        """The function's answer for each row, asked once per distinct value."""
        answers = np.empty(len(self.values), dtype=object)
        for i, value in enumerate(self.values):
            answers[i] = function(value)
        return answers[self.codes] if len(self.values) else np.empty(0, dtype=object)

    def where(self, test: Callable[[T], bool]) -> Bools:
        """Which rows hold a value that passes the test."""
        passed = np.array([test(value) for value in self.values], dtype=np.bool_)
        return passed[self.codes] if len(self.values) else np.zeros(0, np.bool_)


def coded(column: pa.StringArray) -> Coded[str]:
    """The column as codes into its distinct texts, blanks trimmed."""
    encoded = column.dictionary_encode()
    values = tuple(text.strip(_BLANKS) for text in encoded.dictionary.to_pylist())
    return Coded(encoded.indices.to_numpy(False).astype(np.int64), values)


def filled(text: str, count: int) -> pa.StringArray:
    """A column that says the same in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), count)


def mask(column: object) -> Bools:
    """An Arrow column of truth values as numpy's."""
    return np.asarray(column.to_numpy(zero_copy_only=False), np.bool_)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers [n]; NaN where the cell is blank or no number."""

    value: Floats
    blank: Bools
    bad: Bools


def numbers(column: pa.StringArray) -> Numbers:
    """The column as numbers: plain decimals with an optional sign and exponent."""
    quick = pc.match_substring_regex(column, _QUICK_NUMBER)
    cast = pc.cast(pc.if_else(quick, column, None), pa.float64())
    value = np.array(cast.to_numpy(zero_copy_only=False), np.float64)
    blank, bad = np.zeros(len(column), np.bool_), np.zeros(len(column), np.bool_)
    blank |= mask(pc.equal(column, ""))
    for row in np.flatnonzero(~mask(quick) & ~blank):
        text = column[int(row)].as_py().strip(_BLANKS)
        blank[row] = not text
        number = number_of(text)
        bad[row] = bool(text) and number is None
        value[row] = math.nan if number is None else number
    return Numbers(value, blank, bad)


def number_of(text: str) -> float | None:
    """The number a cell states, None where it states none."""
    return float(text) if _NUMBER.fullmatch(text) else None
