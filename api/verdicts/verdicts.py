"""Verdicts asked for on the database: read, decide, write, in one transaction.

The same `judged` as on files (`verdict_reading`). A run keeps every answer with the
fixes that it rests on, so that it can be made again byte for byte.
"""

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from api.matches import wearing
from api.matches.matching import SOFTWARE
from api.matches.wearing import Who, only
from api.verdicts.answers import columns_of, lines, utc
from api.verdicts.verdict_reading import Question, settled, target_of
from geocorr import findings
from geocorr.arrays import Targets
from geocorr.errors import NotFound, UsageError
from geocorr.geo import WorkingCrs, area_of_use_contains
from geocorr.model import Verdict, from_us, to_us
from geocorr.policy import Policy, restored
from geocorr.presence import RULES, Asked, everyone, judged
from geocorr.wording import minute, stretch
from loaders.policy import shipped
from sql import (
    crimes,
    orders,
    runs,
    trail_reach,
    verdict_evidence,
    verdicts,
    worn,
)
from sql.db import Connection, transaction
from sql.verdicts import Answered, Columns, Line, Spot

_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A place without a crime: working-CRS metres, a window, a radius (None = ours)."""

    x_m: float
    y_m: float
    from_at: datetime
    to_at: datetime
    radius_m: float | None = None


async def of_crime(
    conn: Connection, crime: tuple[str, str], nominal_id: str | None, policy: Policy
) -> Answered:
    """HANTS-GPS-4. Was this nominal, or (None) anyone monitored, near a crime?

    Of its latest version; NotFound where there is no such crime or nobody to ask of.
    """
    latest = (await crimes.versions(conn, *crime))[-1]
    target = findings.targets([findings.offence(latest.crime)], policy)
    named = (latest.crime.police_force, latest.crime.crime_reference, latest.version)
    return await answer(conn, spot_of(target, latest.id), nominal_id, policy, named)


async def of_place(
    conn: Connection,
    place: Place,
    nominal_id: str | None,
    crs: WorkingCrs,
    policy: Policy,
) -> Answered:
    """HANTS-GPS-4. The same of a place that no crime names.

    UsageError for a window that ends before it begins, is too long or lies in the
    future, for a radius that is none, and for a place outside the working CRS.
    """
    _check_place(place, crs, policy)
    last = await trail_reach.last_fix(conn)
    if last is None or place.from_at > last:
        until = f"trail data until {minute(last)}" if last else "no trail yet"
        raise UsageError(f"The window begins after all that is known: {until}.")
    radius_m = policy.match.radius_m if place.radius_m is None else place.radius_m
    window = (to_us(place.from_at), to_us(place.to_at))
    spot = Spot(None, place.x_m, place.y_m, *window, radius_m, 0.0, None)
    return await answer(conn, spot, nominal_id, policy)


def _check_place(place: Place, crs: WorkingCrs, policy: Policy) -> None:
    if place.to_at < place.from_at:
        raise UsageError("The window ends before it begins: swap --from and --to.")
    longest = timedelta(hours=policy.verdict.max_window_h)
    if place.to_at - place.from_at > longest:
        days = policy.verdict.max_window_h / _HOURS_A_DAY
        raise UsageError(
            f"A window may last {days:g} days at most: ask for shorter ones."
        )
    most_m = policy.verdict.max_radius_m
    if place.radius_m is not None and not 0 < place.radius_m <= most_m:
        raise UsageError(f"A radius is more than 0 and at most {most_m:g} m.")
    latitude, longitude = crs.to_wgs84(np.array([place.x_m]), np.array([place.y_m]))
    if not area_of_use_contains(crs, latitude, longitude).all():
        raise UsageError(
            f"The place lies outside {crs.code}: give easting and northing in its "
            "metres."
        )


async def answer(
    conn: Connection,
    spot: Spot,
    nominal_id: str | None,
    policy: Policy,
    crime: tuple[str, str, int] | None = None,
) -> Answered:
    """The verdict of one nominal, or of all monitored, at a spot; kept as a run.

    `crime` names whose spot it is: force, reference, version.
    """
    began = time.perf_counter()
    async with transaction(conn):
        decided_by = (policy.choices, policy.hash, SOFTWARE)
        run = await runs.start(conn, "verdict", None, decided_by)
        who = await worn_then(conn, spot, nominal_id, policy)
        reporting = await worn.reporting(conn, who.devices)
        tamper_known = bool(who.devices) and reporting.issuperset(who.devices)
        if len(who.worn):
            found = await settled(conn, run, Question(spot, policy, reporting), who)
        else:
            found = columns_of(unworn(spot, nominal_id or ""))
        answered = time.perf_counter()
        await verdicts.store(conn, run, (spot, nominal_id, tamper_known), found)
        stored = time.perf_counter()
        timing = {"answer_s": answered - began, "store_s": stored - answered}
        await runs.finish(conn, run, timing, _counts(found))
        made = await runs.one(conn, run)
    if made is None:
        raise NotFound(f"There is no run {run}.")
    return Answered(
        run,
        made["started_at"],
        crime,
        nominal_id,
        spot,
        tamper_known,
        made["policy"],
        policy.hash,
        SOFTWARE,
        tuple(map(Line, *found.lines)),
    )


def _counts(found: Columns) -> dict[str, int]:
    return dict(Counter(found.lines[Line._fields.index("verdict")]))


async def kept(conn: Connection, run: int) -> Answered:
    """What a run answered, as it was stored; NotFound for another kind of run."""
    answered = await verdicts.one(conn, run)
    if answered is None:
        raise NotFound(f"Run {run} answered no question for verdicts.")
    return answered


async def remade(conn: Connection, answered: Answered) -> tuple[Line, ...]:
    """A run's answers made again from its own evidence and policy, in their order."""
    policy = restored(answered.policy, shipped())
    if [line.device_id for line in answered.lines] == [""]:
        return (unworn(answered.spot, answered.nominal_id or ""),)
    proof, known = await verdict_evidence.of(conn, answered)
    target = target_of(answered.spot)
    pairs = everyone(target, proof.wearers)
    asked = Asked(proof.trails, proof.wearers, target, pairs, policy, known)
    return tuple(lines(asked, judged(asked)))


def spot_of(target: Targets, crime_version: int | None) -> Spot:
    """One target as it is kept."""
    own = target.top_speed_m_s
    return Spot(
        crime_version,
        float(target.x_m[0]),
        float(target.y_m[0]),
        int(target.from_us[0]),
        int(target.to_us[0]),
        float(target.radius_m[0]),
        float(target.r95_m[0]),
        None if own is None else float(own[0]),
    )


async def worn_then(
    conn: Connection, spot: Spot, nominal_id: str | None, policy: Policy
) -> Who:
    """LEICS-16. The wearers in an order that allows matching then, and their devices.

    Nobody where a nominal that we know of was in none; NotFound for one never heard of,
    and where nobody at all was monitored.
    """
    if nominal_id is None:
        times = (from_us(spot.from_us), from_us(spot.to_us))
        who = await wearing.in_time(conn, *times, policy)
    else:
        held = await orders.of_nominals(conn, [nominal_id])
        who, _ = await wearing.of_orders(conn, held, policy)
    then = (who.worn.from_us <= spot.to_us) & (who.worn.to_us > spot.from_us)
    if nominal_id is None and not then.any():
        raise NotFound(f"No order that allows matching was in force {_when(spot)}.")
    if nominal_id and not held and not await worn.known(conn, nominal_id):
        raise NotFound(
            f"No order names the nominal {nominal_id}: look at how the id is spelt."
        )
    return only(who, then)


def unworn(spot: Spot, nominal_id: str) -> Line:
    """The answer of one who was in no order that allows matching then."""
    hole = [{"from": utc(spot.from_us), "to": utc(spot.to_us), "why": "no order"}]
    return Line(
        device_id="",
        nominal_id=nominal_id,
        order_id="",
        verdict=Verdict.NO_DATA.value,
        required_speed_kmh=None,
        margin_m=None,
        coverage=0.0,
        uncovered=json.dumps(hole),
        fixes=0,
        first_us=None,
        last_us=None,
        rules=";".join(RULES),
        because=(
            f"No tag order of {nominal_id} that allows matching was in force "
            f"{_when(spot)}: nothing can be said of that time."
        ),
    )


def _when(spot: Spot) -> str:
    return stretch(from_us(spot.from_us), from_us(spot.to_us))
