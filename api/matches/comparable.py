"""Everyone's comparable weeks out of the database: who wore a tag, covered, and seen.

The windows of all controls are matched like those of crimes; what trails cover is read
without their fixes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from api.matches import wearing
from geocorr import candidates, findings
from geocorr.arrays import HOUR_US, US_PER_S, Bools, Ints, Targets
from geocorr.controls import Controls, Counts, Sightings, controls, count, sighted
from geocorr.cover import Covered, Population, covered, population
from geocorr.findings import Offence
from geocorr.model import TagOrder, Verdict, from_us, to_us
from geocorr.orders import wearers
from geocorr.policy import Policy
from geocorr.surprise import Rates, in_force, rated
from loaders.forces import forces
from sql import assessments, trail_cover, trail_rows, trails
from sql.assessments import HitToAssess
from sql.db import Connection

# LEICS-16: what an order's basis must allow.
_PURPOSE = "base_rate"


@dataclass(frozen=True, slots=True)
class Ground:
    """What all portions stand on: the crimes, everyone worn, and what is covered."""

    ids: tuple[int, ...]
    offences: tuple[Offence, ...]
    targets: Targets
    controls: Controls
    orders: tuple[TagOrder, ...]
    born: Mapping[str, date]
    worn: Population
    covered: Covered
    hits: tuple[HitToAssess, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A portion of the crimes, its controls, and the trails that came near those."""

    ids: tuple[int, ...]
    offences: tuple[Offence, ...]
    targets: Targets
    controls: Controls
    near: trails.Candidates


async def read_ground(
    conn: Connection,
    crimes: tuple[tuple[int, ...], tuple[Offence, ...]],
    policy: Policy,
    as_at: datetime,
) -> Ground:
    """The ground of these crimes (numbers of versions, contents), in their order."""
    ids, offences = crimes
    targets = findings.targets(offences, policy)
    asked = controls(targets, to_us(as_at), policy.surprise)
    gap_us = round(policy.line.max_gap_s * US_PER_S)
    spans = _spans((asked.windows,), (HOUR_US + gap_us, gap_us))
    held = await assessments.orders_during(
        conn, _times(_spans((asked.windows, targets), (0, 1)))
    )
    who, born = await wearing.of_orders(conn, held, policy, _PURPOSE)
    numbers = await trail_rows.numbers(conn, who.devices)
    found = await trail_cover.covered(
        conn, _times(spans), numbers, policy.line.max_gap_s
    )
    hits = await assessments.live_hits(conn, ids)
    worn = population(who.worn, who.devices)
    under = covered(found, worn)
    return Ground(ids, offences, targets, asked, held, born, worn, under, hits)


def _spans(windows: Sequence[Targets], wider_us: tuple[int, int]) -> Ints:
    """The half-open times [n, 2] of these windows, made wider, apart and sorted."""
    low = np.concatenate([w.from_us for w in windows]) - wider_us[0]
    high = np.concatenate([w.to_us for w in windows]) + wider_us[1]
    order = np.argsort(low, kind="stable")
    low, high = low[order], np.maximum.accumulate(high[order])
    new = np.ones(len(low), np.bool_)
    new[1:] = low[1:] > high[:-1]
    starts = np.flatnonzero(new)
    lasts = np.append(starts[1:], len(low))[: len(starts)] - 1
    return np.stack([low[starts], high[lasts]], axis=1)


def _times(spans: Ints) -> list[tuple[datetime, datetime]]:
    return [(from_us(low), from_us(high)) for low, high in spans.tolist()]


async def read_part(
    conn: Connection, ground: Ground, part: slice, policy: Policy
) -> Part:
    """The portion's controls, with the trails that may have come near them."""
    own = ground.controls.of(part)
    near = await trails.candidates(conn, own.windows, policy)
    crimes = (ground.ids[part], ground.offences[part], ground.targets.take(part))
    return Part(*crimes, own, near)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the controls of a portion show: who was seen at which, and the counts.

    [people, crimes]: whether an order was in force then, whether it is the force's.
    """

    seen: Sightings
    counts: Counts
    monitored: Bools
    member: Bools


def counted(ground: Ground, part: Part, policy: Policy) -> Counted:
    devices = part.near.trails.fixes.devices
    held = wearers(ground.orders, devices, policy, born=ground.born, purpose=_PURPOSE)
    worn = population(held, devices, ground.worn.people)
    windows = part.controls.windows
    pairs = candidates.of_devices(part.near.target, part.near.device, held, windows)
    seen = sighted(part.near.trails, worn, windows, pairs, policy)
    n_targets, choice = len(part.targets), policy.surprise
    counts = count(
        ground.covered, len(ground.worn.people), part.controls, seen, n_targets, choice
    )
    monitored = in_force(ground.worn, part.targets)
    of_crimes = [offence.force for offence in part.offences]
    member = members(ground.orders, ground.worn.people, of_crimes)
    return Counted(seen, counts, monitored, member)


def rates_of(
    ground: Ground,
    part: Part,
    counted: Counted,
    policy: Policy,
    verdict: str = Verdict.HIT,
) -> Rates:
    """By the rule of a hit; for a passing, how often a hit or a passing is listed."""
    counts = counted.counts
    k = counts.k if verdict == Verdict.HIT else counts.k_listed
    hit = _hits(ground, part, {Verdict.HIT, verdict})
    who = (counted.monitored, counted.member)
    return rated(ground.worn.people, (counts.n, k), *who, hit, policy.surprise)


def members(
    held: Sequence[TagOrder], people: Sequence[str], of_crimes: Sequence[str]
) -> Bools:
    """Who is monitored in each crime's force, as the orders say [people, crimes]; an
    order that names no force may be of any."""
    place = {name: i for i, name in enumerate(people)}
    member = np.zeros((len(place), len(of_crimes)), np.bool_)
    of_crime = np.array(of_crimes, dtype=object)
    for force, named in _people_of(held, place).items():
        chosen = of_crime == force if force else np.ones(len(of_crime), np.bool_)
        member[np.array(sorted(named))[:, None], np.flatnonzero(chosen)] = True
    return member


def _people_of(
    held: Sequence[TagOrder], place: Mapping[str, int]
) -> dict[str | None, set[int]]:
    """The positions of the people whose orders name each force."""
    found: dict[str | None, set[int]] = {}
    for order in held:
        if order.nominal_id in place:
            known = forces().find(order.force) if order.force else None
            force = known.identifier if known else order.force
            found.setdefault(force, set()).add(place[order.nominal_id])
    return found


def _hits(ground: Ground, part: Part, words: set[str]) -> Bools:
    """Whom the stored live hits name [people, crimes]."""
    person = {name: i for i, name in enumerate(ground.worn.people)}
    column = {version: i for i, version in enumerate(part.ids)}
    hit = np.zeros((len(person), len(column)), np.bool_)
    for found in ground.hits:
        at = person.get(found.nominal_id), column.get(found.crime_version)
        if found.verdict in words and None not in at:
            hit[at] = True
    return hit
