"""WMP-5.3 to 5.8. Weight sets: what an entry of each kind counts for, in micro-points.

A weight is found from the exact to the general and never guessed: an exact code before
its group (of a Home Office code "34B/01" the "34B", then the 34) before the whole data
set, and within each an exact grade before a part of it ("B24" by "B2", by "B") before
any grade. Of a ladder by frequency the highest rung reached counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np

from geocorr.arrays import Codes, Ints
from geocorr.errors import InputError

# A weight of 1 point; sums stay exact.
POINT = 1_000_000
# What an entry gets for which the set says nothing: told, never taken for nought.
NO_WEIGHT = -1


class Purpose(StrEnum):
    """What a set is for: the score, or the matrix for acquisitive crime (WMP2-19)."""

    SCORE = "score"
    ACQUISITIVE = "acquisitive"


class Kind(NamedTuple):
    """What an entry is weighted by; code or grade may be blank."""

    data_set: str
    code: str
    grade: str


@dataclass(frozen=True, slots=True)
class Weight:
    """One row of a set. A blank code or grade stands for all.

    `occurrence` n: the nth such entry of a nominal in the period, and later ones.
    `label` names it to people.
    """

    data_set: str
    code: str
    grade: str
    micropoints: int
    occurrence: int = 1
    label: str = ""

    def __post_init__(self) -> None:
        if self.micropoints < 0 or self.occurrence < 1:
            raise InputError(f"The weight of {told(self.kind)} is impossible: mend it.")

    @property
    def kind(self) -> Kind:
        """What it weighs."""
        return Kind(self.data_set, self.code, self.grade)


@dataclass(frozen=True)
class WeightSet:
    """A set of weights in one version, of a force or (None) of every force without.

    `data_set_caps` and `event_cap` are the most micro-points that one event may give
    within a data set, and over all of them (WMP-5.4).
    """

    name: str
    version: str
    owner: str
    effective_from: date
    review_due: date
    rows: tuple[Weight, ...]
    force: str | None = None
    purpose: Purpose = Purpose.SCORE
    data_set_caps: Mapping[str, int] | None = None
    event_cap: int | None = None

    @cached_property
    def ladders(self) -> Mapping[Kind, tuple[Weight, ...]]:
        """The rows of each kind, lowest rung first; InputError for a row there twice.

        Letters count the same in either case.
        """
        found: dict[Kind, list[Weight]] = {}
        for row in sorted(self.rows, key=lambda row: row.occurrence):
            rungs = found.setdefault(_folded(row.kind), [])
            if rungs and rungs[-1].occurrence == row.occurrence:
                raise InputError(f"{told(row.kind)} stands twice: take one row out.")
            rungs.append(row)
        return {kind: tuple(rungs) for kind, rungs in found.items()}

    @property
    def highest_rung(self) -> int:
        """From which occurrence on nothing changes; 1 where frequency never counts."""
        return max((row.occurrence for row in self.rows), default=1)

    def find(self, kind: Kind, occurrence: int = 1) -> Weight | None:
        """The row that weighs such an entry; None where the set has none."""
        for general in _generalised(_folded(kind)):
            reached = [
                row
                for row in self.ladders.get(general, ())
                if row.occurrence <= occurrence
            ]
            if reached:
                return reached[-1]
        return None

    def micropoints(
        self, kinds: Sequence[Kind], kind: Codes, occurrence: Ints | None = None
    ) -> Ints:
        """Weights of many entries at once, NO_WEIGHT where the set has none.

        `kind` indexes `kinds`; `occurrence` counts from 1 (None = each the first).
        """
        rungs = self.highest_rung
        table = np.full((len(kinds), rungs), NO_WEIGHT, np.int64)
        for k, one in enumerate(kinds):
            for rung in range(rungs):
                row = self.find(one, rung + 1)
                if row is not None:
                    table[k, rung] = row.micropoints
        rung_of = 0 if occurrence is None else np.minimum(occurrence, rungs) - 1
        found: Ints = table[kind, rung_of]
        return found

    def overdue(self, day: date) -> bool:
        """WMP-5.3, WMP-12.6. Whether the yearly review was due before this day."""
        return day > self.review_due


def told(kind: Kind) -> str:
    """A kind in words: "crimes 034/02", "ims drugs B2"."""
    return " ".join(part for part in kind if part) or "every data set"


def _folded(kind: Kind) -> Kind:
    return Kind(*(part.strip().casefold() for part in kind))


def _generalised(kind: Kind) -> Iterator[Kind]:
    """The kind itself, then ever more general ones."""
    group = kind.code.partition("/")[0]
    number = group.rstrip(ascii_lowercase) if group[:1].isdigit() else group
    for code in dict.fromkeys((kind.code, group, number, "")):
        for end in range(len(kind.grade), -1, -1):
            yield Kind(kind.data_set, code, kind.grade[:end])
