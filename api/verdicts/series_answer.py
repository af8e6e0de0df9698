"""A series as it is answered: the crimes, the wearers, and what limits both.

weighed    from base rates and verdicts to the answer, the same for files and database
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pydantic import BaseModel

from api.matches.match_files import SOFTWARE
from geocorr import series
from geocorr.arrays import Bools, Floats, Ints, Targets
from geocorr.errors import UsageError
from geocorr.findings import Offence
from geocorr.model import Verdict
from geocorr.policy import Policy
from geocorr.presence import Presence
from geocorr.series import Weights
from geocorr.surprise import Rates

# The verdict and presence of a person (row of the rates) at a crime (column).
Found = Mapping[tuple[int, int], Presence]


class SeriesCrime(BaseModel):
    """A crime of the series; those of one `group` depend on each other and count once.

    `expected` = Lambda: how many wearers chance alone would put there (null = unknown).
    """

    crime: str
    group: int
    window_from: datetime
    window_to: datetime
    expected: float | None


class AtCrime(BaseModel):
    """What one tag's trail says of one crime; base rate null = not assessable."""

    crime: str
    group: int
    verdict: str
    base_rate: float | None
    hours: int
    hours_there: int
    required_speed_kmh: float | None
    because: str


class SeriesWearer(BaseModel):
    """A wearer with at least one hit.

    `counted` of the groups, `expected` by chance, `p` of as many by chance, adjusted
    over the wearers with a hit and over all monitored. `excluded` on the premise that
    one person did all of it.
    """

    id: str
    counted: int
    expected: float
    p: float
    p_among_hit: float
    p_among_all: float
    stands_out: bool
    excluded: bool
    verdicts: dict[str, int]
    crimes: list[AtCrime]
    because: str


class SeriesAnswer(BaseModel):
    """The crimes, and the wearers with at least one hit, strongest first."""

    crimes: list[SeriesCrime]
    groups: int
    monitored: int
    wearers: list[SeriesWearer]
    notes: list[str]
    caveats: list[str]
    rules: list[str]
    policy_hash: str
    version: str


@dataclass(frozen=True, slots=True)
class Case:
    """The crimes of a series, by force and reference, and everyone's rates at them."""

    offences: Sequence[Offence]
    targets: Targets
    rates: Rates

    @property
    def names(self) -> list[str]:
        """FORCE/REF of each crime."""
        return [f"{o.force}/{o.reference}" for o in self.offences]

    @property
    def listed(self) -> Ints:
        """Who has at least one hit."""
        return np.flatnonzero(self.rates.hit.any(axis=1))


def check(names: Sequence[str]) -> None:
    """UsageError unless there are two crimes or more, each named once."""
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise UsageError(f"{twice[0]} is named twice: each crime counts once.")
    if len(names) < 2:
        raise UsageError(
            "A series needs two crimes or more: there is nothing to test in one. "
            "For one crime ask for its hits or verdicts."
        )


def weighed(case: Case, found: Found, policy: Policy, barred: int = 0) -> SeriesAnswer:
    """Weigh the hits of everyone monitored, and word it.

    `barred` = how many are hit whose trail may not be used for base rates.
    """
    group = series.groups(case.targets, policy)
    there = case.rates.monitored.any(axis=1)
    hit, ruled_out = _words(case, found)
    rates = _chances(case.rates, policy)[there], case.rates.n[there]
    weights = series.weigh(hit[there], ruled_out[there], rates, group, policy)
    people = np.flatnonzero(there)
    listed = [i for i in weights.ranked().tolist() if people[i] in set(case.listed)]
    wearers = [
        _wearer(case, found, (weights, i), int(people[i]), group, policy)
        for i in listed
    ]
    told = {rule for presence in found.values() for rule in presence.rules}
    return SeriesAnswer(
        crimes=list(_crimes(case, group)),
        groups=int(group.max()) + 1,
        monitored=len(people),
        wearers=wearers,
        notes=list(_notes(case, group, policy, barred)),
        caveats=list(series.CAVEATS),
        rules=sorted(told),
        policy_hash=policy.hash,
        version=SOFTWARE,
    )


def _words(case: Case, found: Found) -> tuple[Bools, Bools]:
    """Which people are hit at which crime, and which are ruled out of which."""
    hit, out = np.zeros(case.rates.hit.shape, np.bool_), case.rates.hit & False
    for (person, crime), presence in found.items():
        hit[person, crime] = presence.verdict is Verdict.HIT
        out[person, crime] = presence.verdict is Verdict.RULED_OUT
    return hit, out


def _chances(rates: Rates, policy: Policy) -> Floats:
    """b of everyone at each crime: NaN = not assessable, 0 = no order, so no fix."""
    able = rates.assessable(policy.surprise)
    held: Floats = np.where(able, rates.b, np.nan)
    return np.where(rates.monitored, held, 0.0)


def _crimes(case: Case, group: Ints) -> Iterator[SeriesCrime]:
    for name, offence, g, expected in zip(
        case.names,
        case.offences,
        group.tolist(),
        case.rates.expected.tolist(),
        strict=True,
    ):
        yield SeriesCrime(
            crime=name,
            group=g + 1,
            window_from=offence.window_from,
            window_to=offence.window_to,
            expected=_number(expected, 3),
        )


def _wearer(
    case: Case,
    found: Found,
    weight: tuple[Weights, int],
    person: int,
    group: Ints,
    policy: Policy,
) -> SeriesWearer:
    weights, i = weight
    crimes = [
        _at(
            case, found.get((person, crime)), (person, crime), int(group[crime]), policy
        )
        for crime in range(len(case.offences))
    ]
    out = [at.crime for at in crimes if at.verdict == Verdict.RULED_OUT]
    among_all = float(weights.p_among_all[i])
    return SeriesWearer(
        id=case.rates.people[person],
        counted=int(weights.counted[i]),
        expected=round(float(weights.expected[i]), 4),
        p=float(weights.p[i]),
        p_among_hit=float(weights.p_among_hit[i]),
        p_among_all=among_all,
        stands_out=among_all <= policy.series.level_probability,
        excluded=bool(weights.excluded[i]),
        verdicts=dict(Counter(at.verdict for at in crimes)),
        crimes=crimes,
        because=series.explain(weights, i, int(group.max()) + 1, out, policy),
    )


def _at(
    case: Case,
    presence: Presence | None,
    where: tuple[int, int],
    group: int,
    policy: Policy,
) -> AtCrime:
    rates = case.rates
    able = bool(rates.assessable(policy.surprise)[where])
    return AtCrime(
        crime=case.names[where[1]],
        group=group + 1,
        verdict=(Verdict.NO_DATA if presence is None else presence.verdict).value,
        base_rate=_number(float(rates.b[where]), 6) if able else None,
        hours=int(rates.n[where]),
        hours_there=int(rates.k[where]),
        required_speed_kmh=None if presence is None else presence.required_speed_kmh,
        because="No order was in force." if presence is None else presence.because,
    )


def _notes(case: Case, group: Ints, policy: Policy, barred: int) -> Iterator[str]:
    """What limits this answer, where anything does."""
    n, groups = len(case.offences), int(group.max()) + 1
    if groups == 1:
        yield (
            f"All {n} crimes hang together in place or time and count as one: "
            "this is no test of a series."
        )
    elif groups < n:
        yield f"The {n} crimes count as {groups}: those of one group hang together."
    able = case.rates.assessable(policy.surprise) & case.rates.monitored
    if not able.any():
        yield (
            "No wearer has comparable hours enough: no base rate is known, so nobody "
            "can stand out. Load the weeks before the crimes."
        )

    if barred:
        yield (
            f"{barred:,} more with a hit may not be weighed: the legal basis does not "
            "allow the trail to be used for base rates (LEICS-16)."
        )


def _number(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(value, digits)
