"""The sources of a proposal with their age: nights of the tag, addresses, offences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import numpy as np

from geocorr.dates import LONDON
from geocorr.ownership.areas import Areas, locate
from geocorr.ownership.choices import Ownership
from geocorr.ownership.joint import Offence
from geocorr.ownership.nights import Rest
from geocorr.ownership.places import Address, AddressKind, How, place
from geocorr.ownership.proposals import Place, Source, SourceKind

_KINDS = {
    AddressKind.LAST_KNOWN: (SourceKind.LAST_KNOWN, "last known address"),
    AddressKind.FAMILY: (SourceKind.FAMILY, "family"),
    AddressKind.HOME: (SourceKind.LAST_KNOWN, "home on record"),
}


def of_nights(rests: Sequence[Rest], areas: Areas, day: date) -> Iterator[Source]:
    """Where the tag rested: each area by its share of the nights that count."""
    counted = [r for r in rests if not r.left_out and r.x_m is not None]
    places = [(r.x_m or 0.0, r.y_m or 0.0, 0.0) for r in counted]
    where = _places(places, areas)
    last: dict[Place, date] = {}
    for rest, at in zip(counted, where, strict=True):
        if at is not None:
            last[at] = max(rest.night, last.get(at, rest.night))
    counts = Counter(at for at in where if at is not None)
    for at, n in sorted(counts.items(), key=str):
        told = f"{n} of {len(counted)} nights of the tag, last on {last[at]:%-d %b %Y}"
        age = (day - last[at]).days
        yield Source(SourceKind.NIGHTS, at, age, "exact", n / len(counted), told)


def of_addresses(
    addresses: Sequence[Address], areas: Areas, choices: Ownership, day: date
) -> Iterator[Source]:
    """Last known addresses, family, and homes on record, ended ones too."""
    placed = [(a, place(a, choices)) for a in addresses if a.kind in _KINDS]
    known = [(a, p) for a, p in placed if p.how is not How.NONE]
    where = _places([(p.x_m or 0.0, p.y_m or 0.0, p.near_m) for _, p in known], areas)
    for (address, found), at in zip(known, where, strict=True):
        if at is None:
            continue
        kind, words = _KINDS[address.kind]
        age = _age(address, day)
        aged = "of unknown age" if age is None else f"{age} days old"
        told = f"{words} ({aged}, {_HOW[found.how]})"
        yield Source(kind, at, age, found.how.value, 1.0, told)


def of_offences(known: Sequence[tuple[date, Offence]], day: date) -> Iterator[Source]:
    """Where the charged or cautioned offences lie: each area by its share."""
    placed = [(on, offence.place) for on, offence in known]
    counts = Counter(at for _, at in placed if at is not None)
    for at, n in sorted(counts.items(), key=str):
        last = max(on for on, there in placed if there == at)
        told = f"{n} of {len(known)} offences, last on {last:%-d %b %Y}"
        share = n / len(known)
        age = (day - last).days
        yield Source(SourceKind.OFFENDING, at, age, "exact", share, told)


_HOW = {
    How.EXACT: "by its coordinates",
    How.OPERATOR: "where an operator placed it",
    How.POSTCODE: "by its postcode",
}


def _places(
    places: Sequence[tuple[float, float, float]], areas: Areas
) -> list[Place | None]:
    """The one area of each place; None outside all, and on a line between two."""
    x_m, y_m, near_m = np.array(places, np.float64).reshape(-1, 3).T
    found: list[Place | None] = []
    for at in locate(areas, x_m, y_m, near_m):
        area = at.inside[0] if len(at.inside) == 1 else None
        lpu = area.code if area is not None and area.kind == "lpu" else None
        found.append(None if area is None else (area.force, lpu))
    return found


def _age(address: Address, day: date) -> int | None:
    """Days since an address was last known to hold; None where nothing says when."""
    ended = address.to_at if address.to_at and _day(address.to_at) <= day else None
    told = ended or address.recorded_at or address.from_at
    return None if told is None else max(0, (day - _day(told)).days)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
