"""Many nominals' entries as columns, freshest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from geocorr.arrays import Bools, Codes, Ints
from geocorr.errors import InputError
from geocorr.scoring.entry import Entry
from geocorr.scoring.weights import Kind

EPOCH = date(1970, 1, 1)
# The day an entry ends that nothing ended: beyond any.
NEVER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class EntryColumns:
    """Entries by nominal, and of each nominal the latest event first.

    `nominal` and `event` are numbers that mean nothing but sameness, `kind` indexes
    `kinds`. Days count from 1970: `event_day`, and `ended_day`, the day an outcome that
    ends the entry was known (NEVER where none was).
    """

    kinds: Sequence[Kind]
    nominal: Codes
    event: Ints
    kind: Codes
    event_day: Codes
    ended_day: Codes

    def __post_init__(self) -> None:
        sized = (self.nominal, self.event, self.kind, self.event_day, self.ended_day)
        if len({len(column) for column in sized}) > 1:
            raise InputError("Columns of entries differ in length.")
        same = self.nominal[1:] == self.nominal[:-1]
        later = self.event_day[1:] > self.event_day[:-1]
        if (self.nominal[1:] < self.nominal[:-1]).any() or (same & later).any():
            raise InputError("Entries must stand by nominal, the latest event first.")

    def __len__(self) -> int:
        return len(self.nominal)

    def take(self, which: Bools) -> "EntryColumns":
        """The entries where `which`."""
        return EntryColumns(
            self.kinds,
            self.nominal[which],
            self.event[which],
            self.kind[which],
            self.event_day[which],
            self.ended_day[which],
        )


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def columns(
    entries: Sequence[Entry], ending: Iterable[str]
) -> tuple[EntryColumns, list[Entry]]:
    """Entries as columns, and in the order of the columns; withdrawn ones left out.

    `ending` are the outcomes that end an entry. A blank event is the entry's own.
    Entries of one day stay in the order that they come in.
    """
    kept = sorted((e for e in entries if not e.withdrawn), key=_freshest_first)
    kinds = sorted({kind_of(entry) for entry in kept})
    number = {kind: i for i, kind in enumerate(kinds)}
    ended = frozenset(ending)
    found = EntryColumns(
        kinds,
        _numbered([entry.nominal_id for entry in kept]).astype(np.int32),
        _numbered([entry.event_id or f"\0{entry.entry_id}" for entry in kept]),
        np.array([number[kind_of(entry)] for entry in kept], np.int32),
        np.array([day_number(entry.event_on) for entry in kept], np.int32),
        np.array([_ended_day(entry, ended) for entry in kept], np.int32),
    )
    return found, kept


def _numbered(names: Sequence[str]) -> Ints:
    """Numbers in the order of the names' first appearance."""
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], np.int64)


def kind_of(entry: Entry) -> Kind:
    """What an entry is weighted by."""
    return Kind(entry.data_set.value, entry.code, entry.grade)


def _freshest_first(entry: Entry) -> tuple[str, int]:
    return entry.nominal_id, -day_number(entry.event_on)


def _ended_day(entry: Entry, ending: frozenset[str]) -> int:
    if entry.outcome not in ending or entry.outcome_on is None:
        return NEVER
    return day_number(entry.outcome_on)
