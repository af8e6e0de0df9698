"""What a verdict needs out of the database, and the verdicts of all who are asked of.

Of many, most are settled by the hours that touch the window; the others are read some
hours farther out, and those of whom that does not tell on until fixes enclose the
window.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from api.matches.wearing import Who, only
from geocorr.arrays import Bools, Ints, Targets, Trails
from geocorr.coverage import Uncovered
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.presence import Asked, Judged, columns, everyone, judged
from geocorr.proof import around_us, clock_us, gap_us, near_us
from sql import evidence, trail_reach, trail_rows, verdicts
from sql.db import Connection
from sql.evidence import Packets
from sql.trail_reach import Window
from sql.verdicts import Columns, Line, Spot

# Devices judged at once, in a thread, while the next are read: few enough for what is
# read of them to stay in the cache; farther off, where there is more of each, fewer.
_PORTION, _PORTION_AFAR = 2_000, 1_000
# So few are read an hour out at once: one turn more costs more than those rows.
_FEW = 50
# Portions that are judged while the next is read.
_AT_ONCE = 2
_NOBODY = np.empty(0, np.int64)
_RANK = {word.value: i for i, word in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Question:
    """Where it is asked, by which policy, and which devices would report tampering."""

    spot: Spot
    policy: Policy
    reporting: Set[str]


@dataclass(slots=True)
class _Answers:
    """Answers as they come, in columns, and how much evidence is kept already."""

    run: int
    columns: list[list[object]] = field(
        default_factory=lambda: [[] for _ in Line._fields]
    )
    speeds_m_s: list[float] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    columns: tuple[Sequence[object], ...]
    packets: Packets
    speeds_m_s: list[float]
    known: list[bool]


def target_of(spot: Spot) -> Targets:
    """A spot as a target of one row."""
    own = spot.top_speed_m_s
    return Targets(
        np.array([spot.x_m]),
        np.array([spot.y_m]),
        np.array([spot.from_us]),
        np.array([spot.to_us]),
        np.array([spot.radius_m]),
        np.array([spot.location_r95_m]),
        None if own is None else np.array([own]),
    )


async def settled(conn: Connection, run: int, question: Question, who: Who) -> Columns:
    """Everyone's answer; what it rests on is kept with the run meanwhile.

    While some are judged, in a thread, the next are read and the last ones' kept.
    """
    answers, reading = _Answers(run), await _reading(conn, question, who)
    readers = [_narrow, _around, _enclosing] if _many(who) else [_around, _enclosing]
    for read in readers:
        who = only(who, await _round(reading, who, answers, read))
    return _listed(answers)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Out of what a question is answered; by which numbers the database knows devices;
    and which of those may have been fast near the window, where it is asked of many."""

    conn: Connection
    question: Question
    numbers: Mapping[str, int]
    fast: Ints

    def ids(self, devices: Sequence[str]) -> Ints:
        """Their numbers, -1 where there is none."""
        return np.array([self.numbers[device] for device in devices], np.int64)


async def _reading(conn: Connection, question: Question, who: Who) -> _Reading:
    ids = await trail_rows.numbers(conn, who.devices)
    numbers = dict(zip(who.devices, ids.tolist(), strict=True))
    fast = await _fast(conn, question) if _many(who) else _NOBODY
    return _Reading(conn, question, numbers, fast)


def _many(who: Who) -> bool:
    return len(who.devices) > _FEW


async def _fast(conn: Connection, question: Question) -> Ints:
    """Who may have been fast in the hours in which a tag's own speed counts, beyond
    those that touch the window."""
    policy = question.policy
    slow_m_s = _top_m_s(question) / policy.alibi.own_speed_factor
    wide, limits = _window(question, near_us(policy)), (slow_m_s, policy.line.max_gap_s)
    return await trail_reach.fast(conn, wide, gap_us(policy), limits)


@dataclass(frozen=True, slots=True)
class _Portion:
    """What was read of some wearers; `fast`: who may have been fast beyond that, None =
    as far was read as it could count; `whole`: all is read that counts at all."""

    trails: Callable[[], Trails]
    who: Who
    fast: Bools | None = None
    whole: bool = False


# Of a portion: what is settled, and who is not.
_Judged = tuple[_Found, Ints]
_Reader = Callable[[_Reading, Who], Awaitable[_Portion]]


async def _round(reading: _Reading, who: Who, answers: _Answers, read: _Reader) -> Ints:
    """Settle whom one reading settles; the positions of the others."""
    conn, question = reading.conn, reading.question
    tasks: list[tuple[Ints, asyncio.Task[_Judged]]] = []
    left: list[Ints] = [_NOBODY]
    try:
        size = _PORTION if read is _narrow else _PORTION_AFAR
        for at, some in _portions(who, size):
            portion = await read(reading, some)
            judge = asyncio.to_thread(_sure, question, portion)
            tasks.append((at, asyncio.create_task(judge)))
            while len(tasks) > _AT_ONCE:
                left.append(await _kept(conn, answers, *tasks.pop(0)))
        while tasks:
            left.append(await _kept(conn, answers, *tasks.pop(0)))
    finally:
        await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)
    return np.concatenate(left)


async def _kept(
    conn: Connection, answers: _Answers, at: Ints, task: "asyncio.Task[_Judged]"
) -> Ints:
    """Keep what a portion came to; the positions of those not settled."""
    found, open_ = await task
    await _keep(conn, answers, found)
    return at[open_]


async def _keep(conn: Connection, answers: _Answers, found: _Found) -> None:
    for kept, column in zip(answers.columns, found.columns, strict=True):
        kept.extend(column)
    answers.speeds_m_s += found.speeds_m_s
    answers.known += found.known
    before = answers.ends[-1] if answers.ends else 0
    answers.ends += (before + found.packets.ends).tolist()
    answers.pieces += await verdicts.keep_evidence(
        conn, answers.run, answers.pieces, found.packets.data
    )


def _portions(who: Who, size: int) -> Iterator[tuple[Ints, Who]]:
    """So many devices at once: who wore them, by position and on their own."""
    for at in range(0, len(who.devices), size):
        these = (who.worn.device >= at) & (who.worn.device < at + size)
        yield np.flatnonzero(these), only(who, these)


def _window(question: Question, around: int) -> Window:
    """The window as fixes have to enclose it: by the feed's own clock."""
    clock, spot = clock_us(question.policy), question.spot
    return Window(spot.from_us - clock, spot.to_us + clock, around)


async def _narrow(reading: _Reading, who: Who) -> _Portion:
    """The hours that touch the window, which suffice where no tag was fast."""
    ids, near = reading.ids(who.devices), gap_us(reading.question.policy)
    window = _window(reading.question, near)
    rows = await trail_reach.near(reading.conn, who.devices, ids, window)
    return _Portion(rows.trails, who, np.isin(ids, reading.fast)[who.worn.device])


async def _around(reading: _Reading, who: Who) -> _Portion:
    """As far as the tag's own speed counts, and an open part of the window reaches."""
    ids = reading.ids(who.devices)
    window = _window(reading.question, around_us(reading.question.policy))
    rows = await trail_reach.near(reading.conn, who.devices, ids, window)
    return _Portion(rows.trails, who)


async def _enclosing(reading: _Reading, who: Who) -> _Portion:
    """The same, and on until fixes enclose the window."""
    window = _window(reading.question, around_us(reading.question.policy))
    trails = await trail_reach.enclosing(reading.conn, who.devices, who.worn, window)
    return _Portion(lambda: trails, who, whole=True)


def _top_m_s(question: Question) -> float:
    """The top speed that is asked for, whatever a tag itself drove."""
    own = question.spot.top_speed_m_s
    return question.policy.alibi.top_speed_m_s if own is None else own


def _asked(question: Question, who: Who, trails: Trails) -> Asked:
    target = target_of(question.spot)
    known = np.array([device in question.reporting for device in who.devices], np.bool_)
    return Asked(
        trails,
        who.worn,
        target,
        everyone(target, who.worn),
        question.policy,
        known[who.worn.device],
    )


def _sure(question: Question, portion: _Portion) -> _Judged:
    """Those whom more of the trail would not change.

    Where the hours round the window were not read, a tag's own speed may not count.
    """
    asked = _asked(question, portion.who, portion.trails())
    found = judged(asked)
    sure = found.certain | portion.whole
    if portion.fast is not None:
        sure &= ~(portion.fast | (found.alibis.top_speed_m_s > _top_m_s(question)))
    return _found(asked, found, np.flatnonzero(sure)), np.flatnonzero(~sure)


def _found(asked: Asked, found: Judged, which: Ints) -> _Found:
    proofs, wearer = found.proofs, asked.pairs.wearer[which]
    spans = (proofs.first[which], proofs.last[which])
    in_force = (asked.wearers.from_us[wearer], asked.wearers.to_us[wearer])
    packets = evidence.packets(asked.trails, spans, in_force)
    speeds = found.required_m_s[which].tolist()
    known = np.ones(len(which), np.bool_)
    if asked.tamper_known is not None:
        known = asked.tamper_known[wearer]
    return _Found(_columns(asked, found, which), packets, speeds, known.tolist())


def _listed(answers: _Answers) -> Columns:
    """Hit, passed, possible by required speed, no data, ruled out."""
    device, nominal, order, verdict = answers.columns[:4]
    rank = [_RANK[str(word)] for word in verdict]
    speeds = [
        speed if word == Verdict.POSSIBLE else inf
        for word, speed in zip(verdict, answers.speeds_m_s, strict=True)
    ]
    keys = list(zip(rank, speeds, device, nominal, order, strict=True))
    at = sorted(range(len(keys)), key=keys.__getitem__)
    starts = [0, *answers.ends[:-1]]
    columns: tuple[Sequence[Any], ...]
    columns = (*answers.columns, starts, answers.ends, answers.known)
    ranked = [[column[i] for i in at] for column in columns]
    return Columns(tuple(ranked[:-3]), *ranked[-3:])


def columns_of(line: Line) -> Columns:
    """One answer that rests on nothing."""
    return Columns(tuple([value] for value in line), [0], [0], [False])


def lines(asked: Asked, found: Judged, which: Ints | None = None) -> list[Line]:
    """The verdicts at these positions (all: in their order) as they are kept."""
    return list(map(Line, *_columns(asked, found, which)))


def _columns(
    asked: Asked, found: Judged, which: Ints | None = None
) -> tuple[Sequence[Any], ...]:
    """The same as columns, in the order of `Line`."""
    (_, wearer, words, kmh, margin, coverage, uncovered, rules, because, *fixes) = (
        columns(asked, found, which)
    )
    worn, names = asked.wearers, asked.trails.fixes.devices
    device = worn.device.tolist()
    joined = {one: ";".join(one) for one in set(rules)}
    return (
        [names[device[w]] for w in wearer],
        [worn.nominal_id[w] for w in wearer],
        [worn.order_id[w] for w in wearer],
        [word.value for word in words],
        kmh,
        margin,
        coverage,
        [_uncovered(holes) for holes in uncovered],
        *fixes,
        [joined[one] for one in rules],
        because,
    )


def _uncovered(holes: Sequence[Uncovered]) -> str:
    if not holes:
        return "[]"
    return json.dumps(
        [
            {"from": utc(hole.from_us), "to": utc(hole.to_us), "why": hole.why}
            for hole in holes
        ]
    )


def utc(t_us: int) -> str:
    """A time as JSON has it."""
    return from_us(t_us).isoformat().replace("+00:00", "Z")
