"""WMP-5.2, WMP-5.10. Who is told of a change of band, and who manages which band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from geocorr.model import Decision
from geocorr.scoring.bands import BANDS, Band
from geocorr.scoring.choices import Scoring

NOTIFY = "WMP-5.2"
MANAGE = "WMP-5.10"


class ChangeKind(StrEnum):
    """What a department is told of."""

    FIRST_SCORE = "first_score"
    BAND_CHANGED = "band_changed"


@dataclass(frozen=True, slots=True)
class BandChange:
    """A nominal whose band is another one; `before` None = scored for the first time.

    Force, LPU and flags are those of the nominal on the day.
    """

    nominal_id: str
    day: date
    before: Band | None
    after: Band
    force: str | None = None
    lpu: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def kind(self) -> ChangeKind:
        """First scored, or a change of band."""
        first = self.before is None
        return ChangeKind.FIRST_SCORE if first else ChangeKind.BAND_CHANGED


@dataclass(frozen=True, slots=True)
class Route:
    """Tell `department` of changes to which all that is given here applies.

    A blank or empty condition is met by all. A change into or out of one of `bands`
    counts; of `flags` one is enough.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    department: str
    email: str | None = None
    force: str | None = None
    lpu: str | None = None
    bands: tuple[Band, ...] = ()
    flags: tuple[str, ...] = ()

    def takes(self, change: BandChange) -> bool:
        """Whether this department is told of the change."""
        return (
            self.force in (None, change.force)
            and self.lpu in (None, change.lpu)
            and (not self.bands or bool({change.before, change.after} & {*self.bands}))
            and (not self.flags or bool({*change.flags} & {*self.flags}))
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """What one department is told, by identifier: no name and no place."""

    change: BandChange
    department: str
    email: str | None
    told: Decision[str]


def notices(
    change: BandChange, routes: Sequence[Route], choices: Scoring
) -> tuple[Notice, ...]:
    """WMP-5.2. One notice to each department that a route names, once.

    Where no route takes the change, the profile's department is told: none is lost.
    """
    taken: dict[str, Route] = {}
    for route in routes:
        if route.takes(change):
            taken.setdefault(route.department, route)
    chosen = list(taken.values()) or [Route(choices.department)]
    because = sentence(change)
    return tuple(
        Notice(
            change,
            route.department,
            route.email,
            Decision(route.department, (NOTIFY,), _facts(change), because),
        )
        for route in chosen
    )


def sentence(change: BandChange) -> str:
    """What is told, without a name."""
    who, day = change.nominal_id, change.day
    if change.before is None:
        return f"{who} scored for the first time on {day}: {_word(change.after)}."
    way = "rose" if _rank(change.after) > _rank(change.before) else "fell"
    before, after = _word(change.before), _word(change.after)
    return f"{who} {way} from {before} to {after} on {day}."


def managing(
    nominal_id: str, band: Band, partners: Mapping[str, str], choices: Scoring
) -> Decision[str]:
    """WMP-5.10. Who manages a nominal of this band; partners' views stand beside it.

    `partners` holds each agency's latest level (none, low, medium, high).
    """
    views = ", ".join(f"{agency}: {level}" for agency, level in partners.items())
    differ = {agency for agency, level in partners.items() if level.upper() != band}
    beside = f" Partners say {views}." if partners else ""
    weigh = " They differ: weigh it at the next meeting." if differ else ""
    evidence = {"nominal_id": nominal_id, "band": band.value, "partners": {**partners}}
    team = {Band.HIGH: choices.high, Band.MEDIUM: choices.medium, Band.LOW: choices.low}
    if band is Band.NONE:
        because = f"{nominal_id} is in no band: nobody manages by score.{beside}{weigh}"
        return Decision("nobody", (MANAGE,), evidence, because)
    by, support = team[band].managed_by, team[band].support
    because = f"{nominal_id} is {band}: {by} manages, {support}.{beside}{weigh}"
    return Decision(by, (MANAGE,), evidence, because)


def _facts(change: BandChange) -> dict[str, object]:
    return {
        "nominal_id": change.nominal_id,
        "day": change.day.isoformat(),
        "before": change.before and change.before.value,
        "after": change.after.value,
        "force": change.force,
        "lpu": change.lpu,
        "flags": list(change.flags),
    }


def _rank(band: Band) -> int:
    return BANDS.index(band)


def _word(band: Band) -> str:
    return "no band" if band is Band.NONE else band.value
