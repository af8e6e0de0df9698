"""What a verdict needs out of the database, and the verdicts of all who are asked of.

Of many, most are settled by the hours that touch the window; the others are read some
hours farther out, and those of whom that does not tell on until fixes enclose the
window.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from api.matches.wearing import Who, only
from api.verdicts.answers import Answers, Found, found_of
from geocorr.arrays import Bools, Ints, Targets, Trails
from geocorr.policy import Policy
from geocorr.presence import Asked, everyone, judged
from geocorr.proof import around_us, clock_us, gap_us, near_us
from sql import trail_reach, trail_rows, verdict_slices
from sql.db import Connection
from sql.trail_reach import Window
from sql.verdicts import Columns, Spot

# Devices judged at once, in a thread, while the next are read: few enough for what is
# read of them to stay in the cache; farther off, where there is more of each, fewer.
_PORTION, _PORTION_AFAR = 2_000, 1_000
# So few are read an hour out at once: one turn more costs more than those rows.
_FEW = 50
# Portions that are judged while the next is read.
_AT_ONCE = 2
_NOBODY = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Question:
    """Where it is asked, by which policy, and which devices would report tampering."""

    spot: Spot
    policy: Policy
    reporting: Set[str]


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
    answers, reading = Answers(run), await _reading(conn, question, who)
    readers = [_narrow, _around, _enclosing] if _many(who) else [_around, _enclosing]
    for read in readers:
        who = only(who, await _round(reading, who, answers, read))
    return answers.listed()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Out of what a question is answered; by which numbers the database knows devices;
    which of those may have been fast near the window, where it is asked of many; and
    whether the trails stand still, so that what is found there need not be copied."""

    conn: Connection
    question: Question
    numbers: Mapping[str, int]
    fast: Ints = field(default_factory=lambda: _NOBODY)
    stand: bool = False

    def ids(self, devices: Sequence[str]) -> Ints:
        """Their numbers, -1 where there is none."""
        return np.array([self.numbers[device] for device in devices], np.int64)


async def _reading(conn: Connection, question: Question, who: Who) -> _Reading:
    ids = await trail_rows.numbers(conn, who.devices)
    numbers = dict(zip(who.devices, ids.tolist(), strict=True))
    if not _many(who):
        return _Reading(conn, question, numbers)
    stand = await _stand(conn, question)
    return _Reading(conn, question, numbers, await _fast(conn, question), stand)


def _many(who: Who) -> bool:
    return len(who.devices) > _FEW


async def _fast(conn: Connection, question: Question) -> Ints:
    """Who may have been fast in the hours in which a tag's own speed counts, beyond
    those that touch the window."""
    policy = question.policy
    slow_m_s = _top_m_s(question) / policy.alibi.own_speed_factor
    wide, limits = _window(question, near_us(policy)), (slow_m_s, policy.line.max_gap_s)
    return await trail_reach.fast(conn, wide, gap_us(policy), limits)


async def _stand(conn: Connection, question: Question) -> bool:
    window = _window(question, around_us(question.policy))
    return await verdict_slices.stand(conn, *trail_reach.hours(window))


@dataclass(frozen=True, slots=True)
class _Portion:
    """What was read of some wearers; `fast`: who may have been fast beyond that, None =
    as far was read as it could count; `stands`: what they rest on need not be copied;
    `whole`: all is read that counts at all."""

    trails: Callable[[], Trails]
    who: Who
    fast: Bools | None = None
    stands: bool = False
    whole: bool = False


# Of a portion: what is settled, and who is not.
_Judged = tuple[Found, Ints]
_Reader = Callable[[_Reading, Who], Awaitable[_Portion]]


async def _round(reading: _Reading, who: Who, answers: Answers, read: _Reader) -> Ints:
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
    conn: Connection, answers: Answers, at: Ints, task: "asyncio.Task[_Judged]"
) -> Ints:
    """Keep what a portion came to; the positions of those not settled."""
    found, open_ = await task
    await answers.keep(conn, found)
    return at[open_]


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
    fast = np.isin(ids, reading.fast)[who.worn.device]
    return _Portion(rows.trails, who, fast, reading.stand)


async def _around(reading: _Reading, who: Who) -> _Portion:
    """As far as the tag's own speed counts, and an open part of the window reaches."""
    ids = reading.ids(who.devices)
    window = _window(reading.question, around_us(reading.question.policy))
    rows = await trail_reach.near(reading.conn, who.devices, ids, window)
    return _Portion(rows.trails, who, stands=reading.stand)


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
    answered = found_of(asked, found, np.flatnonzero(sure), not portion.stands)
    return answered, np.flatnonzero(~sure)
