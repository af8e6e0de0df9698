"""HANTS-GPS-1. Who fits the tag scheme, and who of them wears a tag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from geocorr.cohorts.standing import Judged, Standing
from geocorr.cohorts.tagging import eligible
from geocorr.dates import LONDON
from geocorr.policy import Policy
from loaders.profile import Profiles
from sql import case_facts, cohorts, orders
from sql.db import Connection

_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Fit:
    """A nominal who fits the scheme, or may; `tagged`: an order holds on that day."""

    nominal_id: str
    force: str | None
    lpu: str | None
    tagged: bool
    told: Judged


async def fitting(
    conn: Connection, day: date, choices: tuple[Profiles, Policy]
) -> list[Fit]:
    """HANTS-GPS-1. Everybody who fits on a day, or of whom too little is recorded."""
    profiles, policy = choices
    begin = datetime.combine(day, time(), LONDON)
    worn = await orders.in_time(conn, begin, begin)
    tagged = {order.nominal_id for order in worn}
    lpus = await cohorts.lpus_on(conn, day)
    most, found, last = policy.orders.licence_max_months, list[Fit](), ""
    while ids := await case_facts.ids_after(conn, last, _PORTION):
        for person in await case_facts.people(conn, ids):
            chosen = profiles.of(person.force).cohorts
            told = eligible(person, day, chosen, most)
            if told.value is not Standing.NOT:
                name = person.nominal_id
                whose = (name, person.force, lpus.get(name), name in tagged)
                found.append(Fit(*whose, told))
        last = ids[-1]
    return found


def of_area(
    found: Sequence[Fit], force: str | None = None, lpu: str | None = None
) -> list[Fit]:
    """Those of a force or an LPU; None = any."""
    return [f for f in found if force in (None, f.force) and lpu in (None, f.lpu)]
