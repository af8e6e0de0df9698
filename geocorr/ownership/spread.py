"""LEICS-29, LEICS-30. How nominals spread over areas, and crimes beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from geocorr.model import Decision


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Of one area: nominals it owns and shares, and crimes of the period.

    `lpu` is None for a force none of whose LPUs is known; crimes are counted by LPU.
    """

    force: str
    lpu: str | None
    owned: int
    shared: int
    crimes: int


@dataclass(frozen=True, slots=True)
class AreaShare:
    """The same with its shares of all owned and of all crimes; None = of none."""

    counts: AreaCounts
    of_owned: float | None
    of_crimes: float | None


def spread(areas: Sequence[AreaCounts], top: int) -> Decision[tuple[AreaShare, ...]]:
    """LEICS-29, LEICS-30. The areas by the nominals they own, the most first.

    The sentence names the `top` areas; areas that own as many as the last of these are
    named with them.
    """
    owned, crimes = sum(a.owned for a in areas), sum(a.crimes for a in areas)
    shares = tuple(
        AreaShare(a, _share(a.owned, owned), _share(a.crimes, crimes))
        for a in sorted(areas, key=_order)
    )
    evidence: dict[str, object] = {"owned": owned, "crimes": crimes}
    because = _because(shares, top, owned)
    return Decision(shares, ("LEICS-29", "LEICS-30"), evidence, because)


def _order(area: AreaCounts) -> tuple[int, int, str, str]:
    return -area.owned, -area.crimes, area.force, area.lpu or ""


def _share(n: int, of: int) -> float | None:
    return n / of if of else None


def _because(shares: Sequence[AreaShare], top: int, owned: int) -> str:
    some = [s for s in shares if s.counts.owned]
    if not some:
        return "No nominal is owned by any area."
    least = some[min(top, len(some)) - 1].counts.owned
    named = ", ".join(_told(s) for s in some if s.counts.owned >= least)
    return f"Of {owned:,} nominals owned the highest shares are in {named}."


def _told(share: AreaShare) -> str:
    told = f"{share.counts.lpu or share.counts.force} ({share.of_owned:.0%}"
    crimes = "" if share.of_crimes is None else f", {share.of_crimes:.0%} of crimes"
    return f"{told}{crimes})"
