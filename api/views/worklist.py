"""The work list's lines: a hit, how far people are with it, who looks at it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.views import hits
from geocorr.choices import Surprise
from sql.hit_decisions import Staged
from sql.hits import StoredHit
from sql.worklist import Looker


@dataclass(frozen=True, slots=True)
class Line:
    """One hit on the list; `looking`: who else has it open, with the last look."""

    stored: StoredHit
    staged: Staged
    ratio: str
    support: str
    looking: tuple[Looker, ...]


def lines(
    found: Sequence[StoredHit],
    staged: Mapping[int, Staged],
    looking: Mapping[int, Sequence[Looker]],
    choice: Surprise,
) -> list[Line]:
    """The lines of these hits, in their order."""
    return [
        Line(
            one,
            staged[one.id],
            hits.ratio(one.hit.likelihood_ratio, choice),
            hits.support(one.hit, choice),
            tuple(looking.get(one.id, ())),
        )
        for one in found
    ]


def others(lookers: Iterable[Looker], me: str) -> dict[int, list[Looker]]:
    """Who but oneself looks at each hit."""
    found: dict[int, list[Looker]] = {}
    for one in lookers:
        if one.account != me:
            found.setdefault(one.hit, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody just said of a hit, for the banner of the next page."""

    hit: int
    crime: str
    nominal_id: str
    word: str
    at: datetime
