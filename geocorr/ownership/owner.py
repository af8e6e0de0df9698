"""Who owns a nominal: the area they live in, or the one queue where they wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from geocorr.model import Decision
from geocorr.ownership.areas import Area, Located
from geocorr.ownership.places import Address, AddressKind, How, Placed


class Unit(StrEnum):
    """WMP-6.2. Who manages a nominal; it never decides which LPU owns."""

    OM = "OM"
    PPU = "PPU"
    MAPPA = "MAPPA"


class Queue(StrEnum):
    """Why nobody owns a nominal yet: exactly one of these, or an owner.

    `not_decided` is how the database speaks of nominals that the worker has not seen.
    """

    TO_BE_PLACED = "to_be_placed"
    CONTRADICTORY = "contradictory"
    ON_THE_LINE = "on_the_line"
    OUTSIDE = "outside"
    NOT_ALIGNED = "not_aligned"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Owner:
    """The force, and its LPU where one is known, with the unit that manages."""

    force: str
    lpu: str | None
    unit: Unit = Unit.OM


@dataclass(frozen=True, slots=True)
class Queued:
    """Nobody owns yet, and why."""

    queue: Queue
    unit: Unit = Unit.OM


Finding = Decision[Owner] | Decision[Queued]


@dataclass(frozen=True, slots=True)
class Home:
    """A current home, where it lies, and the areas there.

    `located` is of the LPUs, and of the forces that have none; `gap_in` names the force
    among whose LPUs there is none for this place.
    """

    address: Address
    placed: Placed
    located: Located
    gap_in: str | None = None


@dataclass(frozen=True, slots=True)
class Abode:
    """What is on record of where a nominal lives on one day."""

    homes: tuple[Home, ...]
    others: tuple[Address, ...]
    flags: tuple[str, ...] = ()


_HOW = {
    How.EXACT: "by its coordinates",
    How.OPERATOR: "where an operator placed it",
    How.POSTCODE: "by its postcode",
}
# Worst first: what stands in the way of an answer before what makes it doubtful.
_ORDER = (Queue.TO_BE_PLACED, Queue.OUTSIDE, Queue.ON_THE_LINE)


def unit(flags: Iterable[str]) -> Unit:
    """WMP-6.2. Sex offenders stay with Public Protection, the dangerous with MAPPA.

    One who is both stays with Public Protection, which runs them under MAPPA.
    """
    given = set(flags)
    if "RSO" in given:
        return Unit.PPU
    return Unit.MAPPA if any(f.startswith("MAPPA") for f in given) else Unit.OM


def owner(abode: Abode) -> Finding:
    """WMP-6.5, WMP-6.2. The owner by residence, or the one queue to wait in."""
    homes = abode.homes
    homeless = [a for a in abode.others if a.kind is AddressKind.NONE]
    if not homes:
        return _queued(abode, Queue.NOT_ALIGNED, _not_aligned(abode.others))
    if homeless:
        why = "A home and no fixed abode are both on record for the day"
        return _queued(abode, Queue.CONTRADICTORY, why)
    found = [_area(home) for home in homes]
    for queue in _ORDER:
        for home, area in zip(homes, found, strict=True):
            if area is queue:
                return _queued(abode, queue, _why(queue, home, len(homes)))
    areas = [area for area in found if isinstance(area, Area)]
    codes = sorted({_named(area) for area in areas})
    if len(codes) > 1:
        why = f"Current homes lie in {_listed(codes)}: which one holds is not known"
        return _queued(abode, Queue.CONTRADICTORY, why)
    return _owned(abode, areas[0])


def _area(home: Home) -> Area | Queue:
    """The one area of a home, or why it has none.

    An exact place this near to two areas is of both. A postcode's point decides, and
    what is within its reach is told beside it; from outside all, the only one in reach.
    """
    inside, near = home.located.inside, home.located.near
    if home.placed.how is How.NONE:
        return Queue.TO_BE_PLACED
    exact = home.placed.how is not How.POSTCODE
    candidates = (*inside, *near) if exact or not inside else inside
    if not candidates:
        return Queue.OUTSIDE
    return candidates[0] if len(candidates) == 1 else Queue.ON_THE_LINE


def _owned(abode: Abode, area: Area) -> Decision[Owner]:
    home = abode.homes[0]
    value = Owner(
        area.force, area.code if area.kind == "lpu" else None, unit(abode.flags)
    )
    which = _which(home, len(abode.homes))
    because = f"{which} and lies in {_named(area)} {_HOW[home.placed.how]}"
    if home.placed.how is How.POSTCODE and home.located.near:
        near = _listed([_named(a) for a in home.located.near])
        because += f", near the line: {near} is within {home.placed.near_m:.0f} m"
    if area.kind != "lpu":
        because += ", of whose LPUs nothing is loaded"
    return Decision(value, _rules(value.unit), _evidence(abode), f"{because}.")


def _queued(abode: Abode, queue: Queue, why: str) -> Decision[Queued]:
    value = Queued(queue, unit(abode.flags))
    return Decision(value, _rules(value.unit), _evidence(abode), f"{why}.")


def _rules(managed_by: Unit) -> tuple[str, ...]:
    return ("WMP-6.5",) if managed_by is Unit.OM else ("WMP-6.5", "WMP-6.2")


def _which(home: Home, of: int) -> str:
    """Which address is spoken of, and that it is not the only home where it is not."""
    name = "the home" if of == 1 else f"one of {of} homes on record"
    return f"Address {home.address.number} is {name}"


def _why(queue: Queue, home: Home, of: int) -> str:
    which = _which(home, of)
    if queue is Queue.TO_BE_PLACED:
        return f"{which} and {_unplaced(home.address)}"
    if queue is Queue.ON_THE_LINE:
        areas = sorted({_named(a) for a in (*home.located.inside, *home.located.near)})
        within = f"within {home.placed.near_m:.0f} m"
        return (
            f"{which} and lies on the line between "
            f"{_listed(areas)} ({within}): a person says which"
        )
    if home.gap_in is not None:
        where = f"lies in {home.gap_in}, in none of its LPUs"
        return f"{which} and {where}"
    return (
        f"{which} and lies outside every LPU and force of that "
        "day: in the sea, abroad, or where no boundary is loaded"
    )


def _unplaced(address: Address) -> str:
    if address.postcode is None:
        return "has neither coordinates nor a postcode: an operator places it"
    if address.unit is None:
        return "its postcode is not in the table: an operator places it"
    return "its postcode is too coarse to place it: an operator does"


def _not_aligned(others: Sequence[Address]) -> str:
    kinds = {address.kind for address in others}
    if AddressKind.NONE in kinds:
        return "No fixed abode is on record for the day"
    told = sorted(kind.value.replace("_", " ") for kind in kinds)
    if told:
        return f"No home is on record for the day, only {_listed(told)}"
    return "No address is on record for the day"


def _named(area: Area) -> str:
    return f"{area.name} ({area.code})"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _evidence(abode: Abode) -> dict[str, object]:
    return {
        "homes": [_shown(home) for home in abode.homes],
        "others": [[a.number, a.kind.value] for a in abode.others],
        "flags": list(abode.flags),
    }


def _shown(home: Home) -> dict[str, object]:
    begins = {a.valid_from for a in home.located.inside if a.valid_from is not None}
    return {
        "address": home.address.number,
        "how": home.placed.how.value,
        "quality": home.placed.quality,
        "near_m": home.placed.near_m,
        "inside": [area.code for area in home.located.inside],
        "near": [area.code for area in home.located.near],
        "boundaries_from": max(begins).isoformat() if begins else None,
    }
