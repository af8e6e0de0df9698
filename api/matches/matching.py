"""Matching in the database: read, decide, write, in one transaction.

The same `judge` as on files. A run stores its policy, versions, timing and hits; the
fixes that a hit rests on are stored with it, so that it can be made again.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from geocorr import candidates, findings
from geocorr.arrays import (
    HOUR_US,
    US_PER_S,
    Targets,
    Trails,
    Wearers,
)
from geocorr.candidates import Pairs
from geocorr.correlate import judge
from geocorr.errors import NotFound
from geocorr.model import Hit
from geocorr.orders import wearers
from geocorr.policy import Policy, restored
from loaders.policy import shipped
from sql import evidence, hits, jobs, orders, runs, trails
from sql.db import Connection, Record, transaction
from sql.evidence import Packets
from sql.hits import NewHits, Packed

SOFTWARE = version("geocorr")

# Crimes judged at once: as many as keep the machine busy, not the memory full.
_PORTION = 500
# Crimes of one portion lie in one strip of the country, or in neighbouring ones.
_STRIP_M = 20_000


@dataclass(frozen=True, slots=True)
class Why:
    """What a run is for: its kind, its batch if it has one, and a reason to show."""

    kind: str
    reason: str
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class RunDone:
    """What a run came to."""

    run: int
    crimes: int
    hits: int
    superseded: int
    seconds: float


async def match(
    conn: Connection, version_ids: Sequence[int], policy: Policy, why: Why
) -> RunDone:
    """Match these crime versions again, as a new run; earlier runs stay readable.

    Versions that are no longer the latest, and withdrawn crimes, are passed over.
    """
    began = time.perf_counter()
    async with transaction(conn):
        ids, offences = await hits.offences(conn, version_ids)
        run = await runs.start(
            conn, why.kind, why.batch, (policy.choices, policy.hash, SOFTWARE)
        )
        stored = _Stored(conn, run)
        await _find(conn, ids, offences, policy, stored)
        matched = time.perf_counter()
        gone = await hits.supersede(conn, list(ids), run, why.reason)
        await _ask_assessment(conn, stored.versions)
        store_s = stored.seconds + time.perf_counter() - matched
        timing = {"match_s": matched - began - stored.seconds, "store_s": store_s}
        counts = {"crimes": len(ids), "hits": stored.hits, "superseded": gone}
        await runs.finish(conn, run, timing, counts)
    return RunDone(run, len(ids), stored.hits, gone, time.perf_counter() - began)


async def _ask_assessment(conn: Connection, versions: Collection[int]) -> None:
    """How surprising these hits are is a later finding, by a job of its own."""
    if versions:
        await jobs.enqueue(conn, "assess", {"versions": sorted(versions)})


@dataclass(slots=True)
class _Stored:
    """A run's hits going into the database: how many, of which versions, how long."""

    conn: Connection
    run: int
    hits: int = 0
    seconds: float = 0.0
    versions: set[int] = field(default_factory=set)

    async def add(self, found: Packed) -> None:
        """Store some more."""
        began = time.perf_counter()
        if len(found):
            await hits.store(self.conn, found)
        self.hits += len(found)
        self.versions.update(found.crime_version)
        self.seconds += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class _Material:
    """What some crimes are judged by; `ids` are those of their versions."""

    ids: Sequence[int]
    offences: Sequence[findings.Offence]
    targets: Targets
    near: trails.Unread
    worn: Wearers


async def _find(
    conn: Connection,
    ids: Sequence[int],
    offences: Sequence[findings.Offence],
    policy: Policy,
    stored: _Stored,
) -> None:
    """Store hits of these crimes with their evidence.

    Many crimes go by place: those of a portion then have devices and rows in common,
    which are read once. While one portion is judged, in a thread, the one before is
    stored and the next is read.
    """
    if len(ids) <= _PORTION:
        material = await _material(conn, ids, offences, policy)
        if len(material.near.target):
            await stored.add(_judged(material, policy, (stored.run, 0)))
        return
    ids, offences = by_place(ids, offences)
    judging: asyncio.Task[Packed] | None = None
    try:
        for at in range(0, len(ids), _PORTION):
            part = slice(at, at + _PORTION)
            material = await _material(conn, ids[part], offences[part], policy)
            found = await judging if judging else None
            portion = (stored.run, at // _PORTION)
            work = asyncio.to_thread(_judged, material, policy, portion)
            judging = asyncio.create_task(work)
            if found:
                await stored.add(found)
        if judging:
            await stored.add(await judging)
    finally:
        await asyncio.gather(*filter(None, [judging]), return_exceptions=True)


def by_place(
    ids: Sequence[int], offences: Sequence[findings.Offence]
) -> tuple[tuple[int, ...], tuple[findings.Offence, ...]]:
    """The same crimes strip by strip, each from south to north."""
    places = [(o.x_m // _STRIP_M, o.y_m) for o in offences]
    order = sorted(range(len(places)), key=places.__getitem__)
    return tuple(ids[i] for i in order), tuple(offences[i] for i in order)


async def _material(
    conn: Connection,
    ids: Sequence[int],
    offences: Sequence[findings.Offence],
    policy: Policy,
) -> _Material:
    targets = findings.targets(offences, policy)
    near = await trails.unread(conn, targets, policy, around_s(policy))
    worn = await worn_by(conn, near.devices, policy)
    return _Material(ids, offences, targets, near, worn)


def _judged(material: _Material, policy: Policy, portion: tuple[int, int]) -> Packed:
    """The hits of a `portion` (of which run, the how manieth), ready to be stored."""
    near, worn, targets = material.near.read(), material.worn, material.targets
    pairs = candidates.of_devices(near.target, near.device, worn, targets)
    listed = judge(near.trails, worn, targets, pairs, policy)
    found = (listed, material.offences, worn, near.trails, policy, SOFTWARE)
    new = NewHits(
        [material.ids[g] for g in listed.pairs.target.tolist()],
        [worn.order_id[w] for w in listed.pairs.wearer.tolist()],
        _evidence(near.trails, worn, targets, listed.pairs, policy),
        findings.columns(*found),
    )
    return hits.pack(*portion, new)


def around_s(policy: Policy) -> float:
    """How much trail either side of a window: the clock test's hour and one gap."""
    return HOUR_US / US_PER_S + policy.line.max_gap_s


async def worn_by(
    conn: Connection, devices: tuple[str, ...], policy: Policy
) -> Wearers:
    """HANTS-GPS-1, LEICS-16. The wearers of these devices that may be matched."""
    held, born = await orders.with_births(conn, devices)
    return wearers(held, devices, policy, born=born)


def _evidence(
    trails_: Trails, worn: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> Packets:
    """Each wearer's fixes of the window and so much either side, as they are."""
    around_us = round(around_s(policy) * US_PER_S)
    low = targets.from_us[pairs.target] - around_us
    high = targets.to_us[pairs.target] + around_us
    spans = evidence.spans(trails_.fixes, worn.device[pairs.wearer], (low, high + 1))
    orders_us = (worn.from_us[pairs.wearer], worn.to_us[pairs.wearer])
    return evidence.packets(trails_, spans, orders_us)


async def remade(conn: Connection, hit_id: int) -> tuple[Hit, Hit]:
    """A stored hit, and the same made again from its own evidence and policy.

    Choices younger than its run are the shipped ones; the hash told is the run's own.
    """
    row = await hits.one(conn, hit_id)
    if row is None:
        raise NotFound(f"There is no hit {hit_id}.")
    stored = next(
        s.hit for s in await hits.listed(conn, run=row["run"]) if s.id == hit_id
    )
    policy = restored(row["policy"], shipped())
    kept = evidence.unpack(row["evidence"], row["device_id"], _wearer(row))
    offence = findings.Offence(
        stored.force,
        stored.batch_id,
        stored.crime_reference,
        stored.crime_type,
        stored.window_from,
        stored.window_to,
        row["x_m"],
        row["y_m"],
        stored.crime_version,
    )
    targets = findings.targets([offence], policy)
    pairs = candidates.pairs(kept.trails, kept.wearers, targets, policy)
    again = judge(kept.trails, kept.wearers, targets, pairs, policy)
    rows = findings.rows(
        again, [offence], kept.wearers, kept.trails, policy, stored.version
    )
    if not rows:
        raise NotFound(f"Hit {hit_id} does not come out of its evidence again.")
    return stored, replace(rows[0], policy_hash=stored.policy_hash)


def _wearer(row: Record) -> tuple[str, str, str]:
    return row["nominal_id"], row["order_id"], ";".join(row["rules"])
