"""The same breach found again: what a new finding changes of those that stand.

A breach is known by its zone, its order and its time. Late fixes make it longer,
shorter, join two, or take it away; each is a later finding of the same breach, beside
the earlier ones. Only what no known breach touches is a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from geocorr.zone_facts import BreachKind


class Standing(StrEnum):
    """What the latest finding says of a breach."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Finding:
    """What tells one finding from another: whose, of what kind, when, and its words."""

    zone_id: str
    device_id: str
    order_id: str
    kind: BreachKind
    from_us: int
    to_us: int
    because: str

    def same_case(self, other: "Finding") -> bool:
        """Are both of one zone, wearer and kind, and do their times touch?"""
        mine = (self.zone_id, self.device_id, self.order_id, self.kind)
        others = (other.zone_id, other.device_id, other.order_id, other.kind)
        touch = self.from_us <= other.to_us and other.from_us <= self.to_us
        return mine == others and touch


@dataclass(frozen=True, slots=True)
class Known:
    """A breach that is stored, with its latest finding of anything."""

    breach: int
    standing: Standing
    last: Finding


@dataclass(frozen=True, slots=True)
class Change:
    """One finding to append: of a known breach, or of a new one (None).

    `found` = position of the new finding; None where the breach is not found again.
    `into` = the breach that it is now part of.
    """

    breach: int | None
    standing: Standing
    found: int | None = None
    into: int | None = None


def changes(known: Sequence[Known], found: Sequence[Finding]) -> list[Change]:
    """WMP2-8-EM. What to append so that what stands is what was found; often nothing.

    `known` are the breaches of the time that was looked at, oldest first; `found` all
    that was found in it.
    """
    left = [k for k in known if k.standing is not Standing.JOINED]
    made: list[Change] = []
    for i, finding in enumerate(found):
        touched = [k for k in left if k.last.same_case(finding)]
        if not touched:
            made.append(Change(None, Standing.FOUND, i))
            continue
        kept, later = touched[0], found[i + 1 :]
        left.remove(kept)
        if not _says(kept, finding):
            made.append(Change(kept.breach, Standing.FOUND, i))
        # What a later finding touches, too, may go on as that.
        into = [k for k in touched[1:] if not any(map(k.last.same_case, later))]
        left = [k for k in left if k not in into]
        made += [
            Change(k.breach, Standing.JOINED, into=kept.breach)
            for k in into
            if k.standing is Standing.FOUND
        ]
    gone = [k for k in left if k.standing is Standing.FOUND]
    return made + [Change(k.breach, Standing.NOT_FOUND) for k in gone]


def _says(known: Known, finding: Finding) -> bool:
    return known.standing is Standing.FOUND and known.last == finding
