"""WMP-5.3. What a draft of weights would change: who changes band, and by how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Ints
from geocorr.scoring.bands import BANDS

Bands = npt.NDArray[np.int16]
UNKNOWN, NONE = "unknown", "none"


@dataclass(frozen=True, slots=True)
class Twice:
    """The same nominals scored twice, [nominals]: under the set in force and the draft.

    Micro-points and positions in `BANDS`.
    """

    nominal_ids: Sequence[str]
    before: Ints
    after: Ints
    band_before: Bands
    band_after: Bands


@dataclass(frozen=True, slots=True)
class Moves:
    """How many nominals move between bands: of the whole, or of one group of it."""

    nominals: int
    changed: int
    up: int
    down: int


def flows(twice: Twice) -> dict[str, dict[str, int]]:
    """How many go from each band (outer) to each band (inner), highest first."""
    size = len(BANDS)
    pairs = twice.band_before.astype(np.int64) * size + twice.band_after
    counts = np.bincount(pairs, minlength=size * size).reshape(size, size)
    order = range(size - 1, -1, -1)
    return {
        BANDS[b].value: {BANDS[a].value: int(counts[b, a]) for a in order}
        for b in order
    }


def moves(twice: Twice, which: Sequence[int] | None = None) -> Moves:
    """How many of the nominals at these positions (None = all) change band."""
    before, after = twice.band_before, twice.band_after
    if which is not None:
        at = np.array(which, np.int64)
        before, after = before[at], after[at]
    up, down = int((after > before).sum()), int((after < before).sum())
    return Moves(len(before), up + down, up, down)


def by_group(
    twice: Twice, groups: Mapping[str, Sequence[Sequence[str]]]
) -> dict[str, dict[str, Moves]]:
    """The moves by each value of each group.

    `groups` holds the values of each nominal, who counts in each of them; none is
    told as "none".
    """
    return {name: _of_values(twice, values) for name, values in groups.items()}


def _of_values(twice: Twice, values: Sequence[Sequence[str]]) -> dict[str, Moves]:
    where: dict[str, list[int]] = {}
    for position, names in enumerate(values):
        for name in names or (NONE,):
            where.setdefault(name, []).append(position)
    return {name: moves(twice, where[name]) for name in sorted(where)}


def largest(twice: Twice, most: int) -> Ints:
    """Positions of the nominals whose scores move farthest, farthest first.

    Only those that move; of equal moves the lower identifier comes first.
    """
    moved = np.abs(twice.after - twice.before)
    ids = np.array(twice.nominal_ids, dtype=str)
    order = np.lexsort((ids, -moved))[:most]
    found: Ints = order[moved[order] > 0].astype(np.int64)
    return found


def age_band(age: int | None, starts: Sequence[int]) -> str:
    """The band of an age: "18 to 24" of starts 18, 25; "under 18", "25 and over"."""
    if age is None or age < 0:
        return UNKNOWN
    below = [start for start in starts if start <= age]
    above = [start for start in starts if start > age]
    if not below:
        return f"under {starts[0]}"
    return f"{below[-1]} to {above[0] - 1}" if above else f"{below[-1]} and over"
