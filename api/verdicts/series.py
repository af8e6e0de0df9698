"""A series of crimes: who was near more of them than chance allows, who is excluded.

of_files   all crimes of a file, or those that are named
of_crimes  crimes out of the database
"""

import asyncio
from collections.abc import Sequence

import numpy as np

from api.matches import assessing, wearing
from api.matches.comparable import members
from api.matches.match_files import Gathered
from api.verdicts.series_answer import Case, SeriesAnswer, check, weighed
from geocorr import findings, surprise
from geocorr.arrays import Bools, Trails
from geocorr.candidates import Pairs
from geocorr.correlate import correlate
from geocorr.cover import Population, population
from geocorr.errors import NotFound, UsageError
from geocorr.findings import Offence
from geocorr.model import Verdict
from geocorr.policy import Policy
from geocorr.presence import Asked, Presence, judged, told
from geocorr.proof import around_us
from sql import crimes as stored
from sql import hits, orders, trail_reach
from sql import worn as stored_worn
from sql.db import Connection, transaction
from sql.trail_reach import Window


def of_files(files: Gathered, crimes: Sequence[str], policy: Policy) -> SeriesAnswer:
    """The series of these crimes (FORCE/REF; none named: all of the file).

    The trails themselves must hold the other weeks; their last fix is the time as at
    which is asked. Errors as `check`; NotFound for a crime that is not in the file.
    """
    offences = _chosen(files.offences, crimes)
    targets = findings.targets(offences, policy)
    t_us = files.trails.fixes.t_us
    as_at_us = int(t_us.max(initial=0))
    rates = surprise.rates_of(
        files.trails,
        files.rated,
        targets,
        as_at_us,
        policy,
        member=_members(files, offences),
    )
    case = Case(offences, targets, rates)
    judged = files.wearers.of({"", *rates.people})
    worn = population(judged, files.trails.fixes.devices, rates.people)
    found = verdicts(case, files.trails, worn, policy)
    return weighed(case, found, policy, _barred_of_files(files, case, policy))


def _members(files: Gathered, offences: Sequence[Offence]) -> Bools | None:
    """Who counts for each crime's place, as of what is stored; None = everyone."""
    if files.orders is None:
        return None
    people = population(files.rated, files.trails.fixes.devices).people
    return members(files.orders, people, [offence.force for offence in offences])


def _barred_of_files(files: Gathered, case: Case, policy: Policy) -> int:
    """LEICS-16. How many are hit whose trail may not be used for base rates."""
    hits = correlate(files.trails, files.wearers, case.targets, policy)
    listed = zip(hits.pairs.wearer.tolist(), hits.verdict, strict=True)
    hit = {files.wearers.nominal_id[w] for w, word in listed if word == Verdict.HIT}
    return len(hit - {"", *case.rates.people})


def _chosen(offences: Sequence[Offence], crimes: Sequence[str]) -> list[Offence]:
    known = {f"{o.force}/{o.reference}": o for o in offences}
    names = list(crimes) or list(known)
    missing = [name for name in names if name not in known]
    if missing:
        raise NotFound(f"Crime {missing[0]} is not in the crime file.")
    check(names)
    return [known[name] for name in sorted(names)]


async def of_crimes(
    conn: Connection, crimes: Sequence[tuple[str, str]], policy: Policy
) -> SeriesAnswer:
    """The series of these crimes (force and reference) out of the database.

    Hits are the live ones. Errors as `check`; NotFound for a crime that is not stored,
    UsageError for one that its force withdrew.
    """
    check([f"{force}/{reference}" for force, reference in crimes])
    async with transaction(conn):
        ids = [(await stored.versions(conn, *crime))[-1].id for crime in crimes]
        held = await assessing.rates(conn, ids, policy)
        case = Case(held.offences, findings.targets(held.offences, policy), held.rates)
        _none_withdrawn(case, crimes)
        found = await _judged(conn, case, policy)
        barred = await _barred(conn, case)
    return weighed(case, found, policy, barred)


def _none_withdrawn(case: Case, crimes: Sequence[tuple[str, str]]) -> None:
    gone = {f"{force}/{reference}" for force, reference in crimes} - set(case.names)
    if gone:
        raise UsageError(f"{min(gone)} was withdrawn by its force: leave it out.")


async def _judged(
    conn: Connection, case: Case, policy: Policy
) -> dict[tuple[int, int], Presence]:
    """LEICS-16. Verdicts of the listed, each window read out to what encloses it."""
    names = [case.rates.people[i] for i in case.listed.tolist()]
    held = await orders.of_nominals(conn, names)
    who, _ = await wearing.of_orders(conn, held, policy)
    devices = who.devices
    worn = population(who.worn, devices, case.rates.people)
    reporting = await stored_worn.reporting(conn, devices)
    known = np.array([device in reporting for device in devices], np.bool_)
    known = known[worn.wearers.device]
    found: dict[tuple[int, int], Presence] = {}
    windows = zip(
        case.targets.from_us.tolist(), case.targets.to_us.tolist(), strict=True
    )
    for crime, (low, high) in enumerate(windows):
        window = Window(low, high, around_us(policy))
        trails = await trail_reach.enclosing(conn, devices, worn.wearers, window)
        found |= await asyncio.to_thread(
            verdicts, case, trails, worn, policy, ([crime], known)
        )
    return found


async def _barred(conn: Connection, case: Case) -> int:
    """LEICS-16. How many are hit whose trail may not be used for base rates."""
    live = [
        stored_hit.hit
        for offence in case.offences
        for stored_hit in await hits.listed(
            conn, force=offence.force, reference=offence.reference
        )
    ]
    hit = {one.nominal_id for one in live if one.verdict == Verdict.HIT}
    return len(hit - set(case.rates.people))


def verdicts(
    case: Case,
    trails: Trails,
    worn: Population,
    policy: Policy,
    of: tuple[Sequence[int], Bools] | None = None,
) -> dict[tuple[int, int], Presence]:
    """HANTS-GPS-4. The verdict of every listed person at crimes.

    `of` = at which (None: all), and of which rows of people worn tampering would be
    known (None: as the trails say).

    Of the orders in force in a window the strongest holds, so that a tag excludes only
    where none of the person's tags leaves it open.
    """
    crimes, known = of or (range(len(case.offences)), None)
    pairs = _pairs(case, worn, crimes)
    held: dict[tuple[int, int], Presence] = {}
    rank = list(Verdict)
    asked = Asked(trails, worn.wearers, case.targets, pairs, policy, known)
    for one in told(asked, judged(asked)):
        key = int(worn.person[one.wearer]), one.target
        other = held.get(key)
        if other is None or rank.index(one.verdict) < rank.index(other.verdict):
            held[key] = one
    return held


def _pairs(case: Case, worn: Population, crimes: Sequence[int]) -> Pairs:
    """These crimes with the rows of listed people in force in their windows."""
    rows = np.flatnonzero(np.isin(worn.person, case.listed))
    begin, end = worn.wearers.from_us[rows], worn.wearers.to_us[rows]
    windows = case.targets
    held = (begin <= windows.to_us[:, None]) & (end > windows.from_us[:, None])
    target, row = np.nonzero(held & np.isin(np.arange(len(windows)), crimes)[:, None])
    return Pairs(target.astype(np.int64), rows[row].astype(np.int64))
