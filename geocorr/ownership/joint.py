"""WMP-6.5, WMP-6.1. Which other areas share a nominal, by where they offend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geocorr.model import Decision
from geocorr.ownership.areas import Area
from geocorr.ownership.choices import Ownership
from geocorr.ownership.owner import Owner

# A force, and its LPU where one is known.
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Joint:
    """An area that shares: `offences` of the nominal's `of` lie there.

    `by_share`: so many that it shares; `affected`: no area suffers more, and the
    nominal's risk is HIGH.
    """

    force: str
    lpu: str | None
    offences: int
    of: int
    by_share: bool
    affected: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules by which it shares."""
        both = (("WMP-6.1", self.affected), ("WMP-6.5", self.by_share))
        return tuple(rule for rule, holds in both if holds)


@dataclass(frozen=True, slots=True)
class Offence:
    """A charged or cautioned offence of the years that count.

    `area` is where it happened, None where that is not known; `force` recorded it.
    """

    area: Area | None
    force: str | None = None

    @property
    def place(self) -> Place | None:
        """The force and LPU of it; without a place the force that recorded it."""
        if self.area is None:
            return None if self.force is None else (self.force, None)
        lpu = self.area.code if self.area.kind == "lpu" else None
        return self.area.force, lpu


def joint(
    owner: Owner, offences: Sequence[Offence], high: bool, choices: Ownership
) -> Decision[tuple[Joint, ...]]:
    """WMP-6.5, WMP-6.1. The areas that share with the owner, the most offences first.

    Shares are of all charged or cautioned offences, also of those whose place is not
    known. A force shares as a whole where none of its LPUs does. The areas with the
    most offences share the nominal of HIGH risk whatever their share.
    """
    counts = Counter(o.place for o in offences if o.place is not None)
    of = len(offences)
    everywhere = {**_forces(counts, owner), **_lpus(counts, owner)}
    enough = {p for p, n in everywhere.items() if _shares(n, of, choices)}
    covered = {force for force, lpu in enough if lpu is not None}
    sharing = {p for p in enough if p[1] is not None or p[0] not in covered}
    suffering = _affected(counts, owner) if high else set()
    found = [
        Joint(
            p[0], p[1], everywhere.get(p, counts[p]), of, p in sharing, p in suffering
        )
        for p in sharing | suffering
    ]
    shared = tuple(sorted(found, key=_first))
    evidence: dict[str, object] = {
        "offences": of,
        "placed": sum(counts.values()),
        "high": high,
    }
    rules = tuple(sorted({rule for area in shared for rule in area.rules}))
    return Decision(shared, rules, evidence, _because(shared))


def _shares(n: int, of: int, choices: Ownership) -> bool:
    return n >= choices.joint_min_offences and n >= choices.joint_min_share * of


def _lpus(counts: Mapping[Place, int], owner: Owner) -> dict[Place, int]:
    own = (owner.force, owner.lpu)
    return {p: n for p, n in counts.items() if p[1] is not None and p != own}


def _forces(counts: Mapping[Place, int], owner: Owner) -> dict[Place, int]:
    """Other forces by all their offences, whether or not an LPU is known."""
    sums: Counter[Place] = Counter()
    for (force, _), n in counts.items():
        if force != owner.force:
            sums[force, None] += n
    return dict(sums)


def _affected(counts: Mapping[Place, int], owner: Owner) -> set[Place]:
    """Where most offences lie; the owner's own area is no other."""
    most = max(counts.values(), default=0)
    own = ((owner.force, owner.lpu), (owner.force, None))
    return {p for p, n in counts.items() if n == most and p not in own}


def _first(area: Joint) -> tuple[int, str, str]:
    return -area.offences, area.force, area.lpu or ""


def _because(shared: Sequence[Joint]) -> str:
    if not shared:
        return ""
    told = ", ".join(f"{a.lpu or a.force} ({a.offences} of {a.of})" for a in shared)
    return f"Shared with {told} by charged or cautioned offences."
