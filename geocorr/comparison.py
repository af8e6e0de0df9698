"""Two policies on the same crimes and trails: what the second finds otherwise."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from geocorr.model import Hit

Pair = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A pair that the two policies judge differently; None = not listed."""

    before: Hit | None
    after: Hit | None

    @property
    def kind(self) -> str:
        """What becomes of it: `appears`, `goes` or `changes`."""
        if self.before is None:
            return "appears"
        return "goes" if self.after is None else "changes"

    @property
    def hit(self) -> Hit:
        """The finding to show: the second's where it has one."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A change is of a hit.")
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """The pairs judged differently, in the order of the hits file, and how many alike.

    Alike = both list the pair with the same verdict; their figures may differ.
    """

    alike: int
    changes: tuple[Change, ...]

    def count(self, kind: str) -> int:
        """How many changes are of this kind."""
        return sum(change.kind == kind for change in self.changes)


def compared(before: Sequence[Hit], after: Sequence[Hit]) -> Comparison:
    """What the hits `after` have that those `before` have not, and the reverse."""
    old, new = _by_pair(before), _by_pair(after)
    changes = [
        Change(old.get(pair), new.get(pair))
        for pair in sorted(old.keys() | new.keys())
        if _word(old.get(pair)) != _word(new.get(pair))
    ]
    differing = sum(change.after is not None for change in changes)
    return Comparison(len(new) - differing, tuple(changes))


def _word(hit: Hit | None) -> str:
    return "" if hit is None else hit.verdict


def _by_pair(hits: Sequence[Hit]) -> dict[Pair, Hit]:
    """Hits by crime and wearer; a wearer with two orders in a window has two."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found = {}
    for hit in hits:
        pair = (hit.force, hit.crime_reference, hit.device_id, hit.nominal_id)
        found[(*pair, seen[pair])] = hit
        seen[pair] += 1
    return found
