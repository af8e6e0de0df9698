"""Who can be dropped from an investigation of several crimes, and why.

Only on the premise that one person did them all: then a wearer whose tag is ruled out
of one did none of them. Whoever is not dropped is not thereby suspected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.verdicts import verdicts
from geocorr.errors import UsageError
from geocorr.model import Verdict
from geocorr.policy import Policy
from sql.db import Connection
from sql.verdicts import Answered, Line

PREMISE = (
    "Dropped means: excluded on the premise that one person did all of these crimes. "
    "Without that premise a wearer is excluded from the crimes named and from no other."
)
_STRONGEST = {word.value: i for i, word in enumerate(Verdict)}

Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A wearer at one crime; `line` None = in no order that allows matching then."""

    crime: Named
    line: Line | None

    @property
    def verdict(self) -> str:
        """The verdict there; nothing can be said of who was not monitored."""
        return self.line.verdict if self.line else Verdict.NO_DATA


@dataclass(frozen=True, slots=True)
class Considered:
    """A nominal and the verdict at each crime, in the order asked."""

    nominal_id: str
    standings: tuple[Standing, ...]

    @property
    def excluded_by(self) -> tuple[Standing, ...]:
        """The crimes of which the tag is ruled out."""
        return tuple(s for s in self.standings if s.verdict == Verdict.RULED_OUT)


@dataclass(frozen=True, slots=True)
class Drop:
    """Who can be dropped and who remains; `runs` holds each crime's answers."""

    runs: Mapping[Named, Answered]
    dropped: tuple[Considered, ...]
    remaining: tuple[Considered, ...]


async def drop(conn: Connection, asked: Sequence[Named], policy: Policy) -> Drop:
    """HANTS-GPS-4. Ask of everyone at each of these crimes, and tell who is left.

    UsageError for fewer than two crimes, or one crime twice.
    """
    if len(asked) < 2:
        raise UsageError(
            "Name at least two crimes: of one, `geocorr verdict --all` tells who is "
            "ruled out."
        )
    if len(set(asked)) < len(asked):
        raise UsageError("Name every crime once.")
    runs = {
        crime: await verdicts.of_crime(conn, crime, None, policy) for crime in asked
    }
    return sorted_out(runs)


def sorted_out(runs: Mapping[Named, Answered]) -> Drop:
    """Who is dropped and who remains, by the answers at each crime."""
    at_crime = {crime: _by_nominal(answered.lines) for crime, answered in runs.items()}
    nominals = sorted({n for found in at_crime.values() for n in found})
    everyone = [
        Considered(n, tuple(Standing(c, found.get(n)) for c, found in at_crime.items()))
        for n in nominals
    ]
    dropped = [one for one in everyone if one.excluded_by]
    rest = [one for one in everyone if not one.excluded_by]
    dropped.sort(key=lambda one: -len(one.excluded_by))
    rest.sort(key=_strength)
    return Drop(runs, tuple(dropped), tuple(rest))


def _by_nominal(lines: Sequence[Line]) -> dict[str, Line]:
    """The strongest verdict of each nominal's tags.

    So that a nominal is ruled out only if every tag and order is.
    """
    found: dict[str, Line] = {}
    for line in lines:
        other = found.get(line.nominal_id)
        if other is None or _STRONGEST[line.verdict] < _STRONGEST[other.verdict]:
            found[line.nominal_id] = line
    return found


def _strength(one: Considered) -> tuple[int, int, float, str]:
    """More hits first, then whose tag needs the least speed to be at all that is open.

    Of one person at all crimes the greatest required speed is the one that counts.
    """
    hits = sum(s.verdict == Verdict.HIT for s in one.standings)
    near = sum(s.verdict in (Verdict.PASSED, Verdict.POSSIBLE) for s in one.standings)
    speeds = [
        s.line.required_speed_kmh or 0.0
        for s in one.standings
        if s.line is not None and s.verdict == Verdict.POSSIBLE
    ]
    return -hits, -near, max(speeds, default=0.0), one.nominal_id


def document(found: Drop) -> dict[str, object]:
    """The answer as a script reads it."""
    return {
        "premise": PREMISE,
        "crimes": [
            {
                "force": crime[0],
                "crime_reference": crime[1],
                "run": run.run,
                "policy_hash": run.policy_hash,
                "version": run.version,
                "monitored": len({line.nominal_id for line in run.lines}),
            }
            for crime, run in found.runs.items()
        ],
        "dropped": [_as_json(one) for one in found.dropped],
        "remaining": [_as_json(one) for one in found.remaining],
    }


def _as_json(one: Considered) -> dict[str, object]:
    return {
        "nominal_id": one.nominal_id,
        "excluded_by": [f"{s.crime[0]}/{s.crime[1]}" for s in one.excluded_by],
        "at": [_standing(s) for s in one.standings],
    }


def _standing(standing: Standing) -> dict[str, object]:
    line = standing.line
    return {
        "force": standing.crime[0],
        "crime_reference": standing.crime[1],
        "verdict": standing.verdict,
        "device_id": line.device_id if line else None,
        "required_speed_kmh": line.required_speed_kmh if line else None,
        "because": line.because
        if line
        else "No tag order that allows matching was in force then: nothing can be said "
        "of that time.",
    }
