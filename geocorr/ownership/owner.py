"""Who owns a nominal: the area they live in, or the one queue where they wait."""

from dataclasses import dataclass
from enum import StrEnum

from geocorr.model import Decision


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
