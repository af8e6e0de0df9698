"""All that is known of one hit, and the note that somebody looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.matches import deciding
from api.trails.shown import Shown, Target, Worn
from api.trails.slices import Spell
from geocorr.arrays import BEGINNING_US, END_US, Fixes, Stops, Trails
from geocorr.errors import NotFound
from geocorr.findings import offence, targets
from geocorr.performance.review import DECISIONS, Stage
from geocorr.policy import Policy, restored
from loaders.policy import shipped
from sql import (
    assessments,
    audit,
    coverage,
    crimes,
    evidence,
    hit_decisions,
    hits,
)
from sql.assessments import StoredAssessment
from sql.coverage import Statement
from sql.crimes import CrimeVersion
from sql.db import Connection, Record, transaction
from sql.hit_decisions import Said, Staged
from sql.hits import StoredHit

LOOKED = "read hit"
_SENT = (Stage.SENT, *(Stage(word.value) for word in DECISIONS))
# What is left where retention removed what a hit rested on.
_NO_FIXES = Fixes(
    (),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0),
    np.empty(0),
    np.empty(0, np.float32),
    np.empty(0, np.uint8),
)
_NO_STOPS = Stops(
    np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64)
)
_NOTHING = Trails(
    _NO_FIXES,
    np.empty(0, np.float32),
    np.empty(0, np.uint8),
    np.empty(0, np.int32),
    _NO_STOPS,
)


@dataclass(frozen=True, slots=True)
class HitRead:
    """A hit with its crime, its evidence, and what was found and said of it.

    `worn` are the fixes that it rests on, as they were; `spell` the order's time;
    `policy` the one that found it; `others` the other hits that stand at its crime
    and were sent.
    """

    stored: StoredHit
    staged: Staged
    said: tuple[Said, ...]
    assessment: StoredAssessment | None
    crime: CrimeVersion
    latest_version: int
    statement: Statement | None
    others: tuple[StoredHit, ...]
    target: Target
    worn: Worn
    spell: Spell
    policy: Policy


async def read(conn: Connection, hit: int) -> HitRead:
    """Everything of a hit; NotFound where there is none, or it is not visible."""
    record = await hits.one(conn, hit)
    listed = await hits.listed(conn, ids=[hit])
    if record is None or not listed:
        raise NotFound(f"There is no hit {hit}.")
    staged, said = await deciding.history(conn, hit)
    _, told = await assessments.of_hit(conn, hit, limit=1)
    named = (record["force"], record["reference"])
    versions = await crimes.versions(conn, *named)
    crime = _version(versions, record["crime_version_number"])
    stated = await coverage.of_crime(conn, *named)
    at_crime = await hits.listed(conn, force=named[0], reference=named[1])
    policy = restored(record["policy"], shipped())
    worn, spell = held(record)
    return HitRead(
        listed[0],
        staged,
        tuple(said),
        told[0] if told else None,
        crime,
        versions[-1].version,
        stated[0] if stated else None,
        await _sent(conn, [other for other in at_crime if other.id != hit]),
        _target(crime, policy),
        worn,
        spell,
        policy,
    )


async def _sent(conn: Connection, listed: Sequence[StoredHit]) -> tuple[StoredHit, ...]:
    staged = await hit_decisions.stages(conn, [one.id for one in listed])
    return tuple(one for one in listed if staged[one.id].stage in _SENT)


async def look(
    conn: Connection, found: HitRead, people: Sequence[Shown], who: str
) -> None:
    """Note that somebody looked at a hit, and at whom it showed."""
    nominals = {found.stored.hit.nominal_id, *(one.nominal_id for one in people)}
    async with transaction(conn):
        detail = {"nominals": sorted(nominals)}
        await audit.note(conn, who, LOOKED, f"hit {found.stored.id}", detail)


async def worn_at(conn: Connection, hit: int) -> Worn:
    """What another hit at the same crime rests on; NotFound where there is none."""
    record = await hits.one(conn, hit)
    if record is None:
        raise NotFound(f"There is no hit {hit}.")
    return held(record)[0]


def held(record: Record) -> tuple[Worn, Spell]:
    """A stored hit's evidence, and the time of its order."""
    device, nominal = record["device_id"], record["nominal_id"]
    if record["evidence"] is None:
        return Worn(device, nominal, _NOTHING), Spell(device, BEGINNING_US, END_US)
    wearer = (nominal, record["order_id"], ";".join(record["rules"]))
    kept = evidence.unpack(record["evidence"], device, wearer)
    edges = int(kept.wearers.from_us[0]), int(kept.wearers.to_us[0])
    return Worn(device, nominal, kept.trails), Spell(device, *edges)


def _version(versions: list[CrimeVersion], number: int) -> CrimeVersion:
    return next(version for version in versions if version.version == number)


def _target(version: CrimeVersion, policy: Policy) -> Target:
    """As it was matched: by the hit's policy, the window widened where that says so."""
    one = targets([offence(version.crime)], policy)
    return Target(
        version.crime.crime_reference,
        float(one.x_m[0]),
        float(one.y_m[0]),
        float(one.radius_m[0]),
        int(one.from_us[0]),
        int(one.to_us[0]),
    )
