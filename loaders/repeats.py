"""Rows of one file that speak of the same crime again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loaders.crime_columns import CrimeColumns

Bools = npt.NDArray[np.bool_]

# The same place in the other coordinate system is not a change.
SAME_PLACE_M = 1.0


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows [n] whose force and reference stood in an earlier valid row.

    `same` rows say what such a row said; `other` rows say something else.
    """

    same: Bools
    other: Bools


def repeats(columns: CrimeColumns, valid: Bools) -> Repeats:
    """Find the repeats among valid rows, in file order."""
    same, other = np.zeros(len(valid), np.bool_), np.zeros(len(valid), np.bool_)
    for rows in _of_one_crime(columns, valid):
        earlier: list[int] = []
        for row in rows:
            same[row] = any(_alike(columns, row, before) for before in earlier)
            other[row] = bool(earlier) and not same[row]
            if not same[row]:
                earlier.append(row)
    return Repeats(same, other)


def _of_one_crime(columns: CrimeColumns, valid: Bools) -> list[list[int]]:
    """Valid rows that share force and reference, each group in file order."""
    at = np.flatnonzero(valid)
    encoded = columns.reference.dictionary_encode()
    codes = encoded.indices.to_numpy(False)[at]
    shared = np.bincount(codes, minlength=1)[codes] > 1
    groups: dict[tuple[object, int], list[int]] = {}
    for row, code in zip(at[shared].tolist(), codes[shared].tolist(), strict=True):
        groups.setdefault((columns.force[row], code), []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


def _alike(columns: CrimeColumns, a: int, b: int) -> bool:
    """Do two rows mean the same, their places within a metre?"""
    apart_m = np.hypot(columns.x_m[a] - columns.x_m[b], columns.y_m[a] - columns.y_m[b])
    return bool(apart_m <= SAME_PLACE_M) and _said(columns, a) == _said(columns, b)


def _said(columns: CrimeColumns, row: int) -> tuple[object, ...]:
    return (
        columns.type[row],
        columns.description[row].as_py(),
        columns.batch_id[row],
        columns.from_us[row],
        columns.to_us[row],
        columns.text[row].as_py(),
    )
