"""LEICS-29, LEICS-30 on the database: nominals by owning area, beside the crimes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np

from api.owners.owning_known import end_of, ground_on
from geocorr.dates import LONDON, months_later
from geocorr.model import Decision
from geocorr.ownership.areas import Area, Floats, locate
from geocorr.ownership.spread import AreaCounts, AreaShare, spread
from loaders.profile import Profiles
from sql import owned_spread, owners
from sql.db import Connection


@dataclass(frozen=True, slots=True)
class Spread:
    """The areas of a day, how many nominals wait in which queue, and the crimes' period
    (after the first day, to the second)."""

    day: date
    crimes_since: date
    spread: Decision[tuple[AreaShare, ...]]
    queues: Mapping[str, int]


async def spread_on(
    conn: Connection, day: date, force: str | None, profiles: Profiles
) -> Spread:
    """LEICS-29, LEICS-30. Every LPU of the day, every force that owns without one."""
    choices = profiles.of(force).ownership
    since = months_later(day, -choices.spread_months)
    begins = datetime.combine(since, time(), LONDON)
    shares = await owned_spread.spread(conn, day, force)
    found = {
        (s.force, s.lpu): AreaCounts(s.force, s.lpu, s.owned, s.shared, 0)
        for s in shares
    }
    places = await owned_spread.crime_places(conn, begins, end_of(day))
    for area, n in await _crimes(conn, day, force, places):
        bare = AreaCounts(area.force, area.code, 0, 0, 0)
        found[area.force, area.code] = replace(
            found.get((area.force, area.code), bare), crimes=n
        )
    told = spread(list(found.values()), choices.spread_top)
    return Spread(day, since, told, await owners.queued(conn, day))


async def _crimes(
    conn: Connection, day: date, force: str | None, places: Floats
) -> list[tuple[Area, int]]:
    """Every LPU of the day with how many places lie in it; on a line, in both."""
    ground = (await ground_on(conn, day)).own
    x_m, y_m = places.T
    counts = Counter(
        area.code
        for at in locate(ground, x_m, y_m, np.zeros(len(places)))
        for area in at.inside
    )
    lpus = [a for a in ground.areas if a.kind == "lpu" and force in (None, a.force)]
    return [(area, counts[area.code]) for area in lpus]
