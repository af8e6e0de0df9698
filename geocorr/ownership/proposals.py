"""WMP-6.3-ALLOCATE. To whom a nominal might be allocated: every source side by side.

No source comes first by its kind: each weighs by its age and by how sure it is, and
what contradicts the proposal is shown with it. A person allocates.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from geocorr.model import Decision
from geocorr.ownership.allocation import Allocation

RULE = "WMP-6.3-ALLOCATE"
# A force, and its LPU where one is known.
Place = tuple[str, str | None]


class SourceKind(StrEnum):
    """What says that a nominal belongs to an area."""

    NIGHTS = "nights"
    LAST_KNOWN = "last_known"
    FAMILY = "family"
    OFFENDING = "offending"


@dataclass(frozen=True, slots=True)
class Source:
    """One source: which area it names, how old it is (None: not known), how sure.

    `share` is the part of its nights or offences that lie there, else 1; `sure` how its
    place is known (exact, operator, postcode). `told` says it in words.
    """

    kind: SourceKind
    place: Place
    age_days: int | None
    sure: str
    share: float
    told: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area that sources name, with the sum of their weights."""

    force: str
    lpu: str | None
    weight: float
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """The LPU, or the force where none is known."""
        return self.lpu or self.force


def propose(
    sources: Sequence[Source], choices: Allocation
) -> Decision[tuple[Candidate, ...]]:
    """WMP-6.3-ALLOCATE. The areas that sources name, the heaviest first."""
    by_place: dict[Place, list[Source]] = defaultdict(list)
    for source in sources:
        by_place[source.place].append(source)
    found = [
        Candidate(*place, sum(weight(s, choices) for s in told), tuple(told))
        for place, told in by_place.items()
    ]
    ranked = tuple(sorted(found, key=lambda c: (-c.weight, c.force, c.lpu or "")))
    conflict = _conflict(ranked, choices)
    evidence: dict[str, object] = {
        "conflict": conflict,
        "candidates": [_plain(candidate, choices) for candidate in ranked],
    }
    nights = any(s.kind is SourceKind.NIGHTS for s in sources)
    rules = (RULE, "LEICS-16") if nights else (RULE,)
    return Decision(ranked, rules, evidence, _because(ranked, conflict))


def weight(source: Source, choices: Allocation) -> float:
    """What a source weighs: its share, by its age and by how sure it is."""
    return (
        source.share * choices.age_weight(source.age_days) * choices.sure[source.sure]
    )


def _conflict(ranked: Sequence[Candidate], choices: Allocation) -> bool:
    """Another area weighs nearly as much as the first."""
    return (
        len(ranked) > 1
        and ranked[1].weight >= choices.conflict_share * ranked[0].weight
    )


def _because(ranked: Sequence[Candidate], conflict: bool) -> str:
    if not ranked:
        return "No source names an area: nothing can be proposed."
    first, *others = ranked
    told = f"Proposed {first.name}: {_sources(first)}."
    if not others:
        return told
    against = "; ".join(f"{other.name} by {_sources(other)}" for other in others)
    word = "In conflict with" if conflict else "Less speaks for"
    return f"{told} {word} {against}."


def _sources(candidate: Candidate) -> str:
    return ", ".join(source.told for source in candidate.sources)


def _plain(candidate: Candidate, choices: Allocation) -> dict[str, object]:
    return {
        "force": candidate.force,
        "lpu": candidate.lpu,
        "weight": round(candidate.weight, 3),
        "sources": [
            {
                "kind": source.kind.value,
                "age_days": source.age_days,
                "sure": source.sure,
                "share": round(source.share, 3),
                "weight": round(weight(source, choices), 3),
                "told": source.told,
            }
            for source in candidate.sources
        ],
    }
