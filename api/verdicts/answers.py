"""The answers to one question as they come, portion by portion, and as they are kept.

Columns all the way: of 20,000 wearers no object each is made.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from geocorr.arrays import Ints
from geocorr.coverage import Uncovered
from geocorr.model import Verdict, from_us
from geocorr.presence import Asked, Judged, columns
from sql import evidence, verdict_evidence
from sql.db import Connection
from sql.evidence import Packets
from sql.verdicts import IN_TRAILS, Columns, Line

_RANK = {word.value: i for i, word in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a portion came to; `packets` None: what it rests on stays in the trails."""

    columns: tuple[Sequence[Any], ...]
    packets: Packets | None
    orders_us: tuple[Ints, Ints]
    speeds_m_s: list[float]
    known: list[bool]


@dataclass(slots=True)
class Answers:
    """What a run answered so far, and how much evidence of it is kept already."""

    run: int
    columns: list[list[Any]] = field(default_factory=lambda: [[] for _ in Line._fields])
    speeds_m_s: list[float] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    orders_us: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    bytes: int = 0
    pieces: int = 0

    async def keep(self, conn: Connection, found: Found) -> None:
        """Take in a portion, and keep what it rests on unless that stays."""
        for kept, column in zip(self.columns, found.columns, strict=True):
            kept.extend(column)
        for times, more in zip(self.orders_us, found.orders_us, strict=True):
            times.extend(more.tolist())
        self.speeds_m_s += found.speeds_m_s
        self.known += found.known
        if found.packets is None:
            stay = [IN_TRAILS] * len(found.known)
            self.starts += stay
            self.ends += stay
        else:
            await self._copy(conn, found.packets)

    async def _copy(self, conn: Connection, packets: Packets) -> None:
        edges = [self.bytes, *(self.bytes + packets.ends).tolist()]
        self.starts += edges[:-1]
        self.ends += edges[1:]
        self.bytes = edges[-1]
        self.pieces += await verdict_evidence.keep(
            conn, self.run, self.pieces, packets.data
        )

    def listed(self) -> Columns:
        """Hit, passed, possible by required speed, no data, ruled out."""
        device, nominal, order, verdict = self.columns[:4]
        rank = [_RANK[word] for word in verdict]
        speeds = [
            speed if word == Verdict.POSSIBLE else inf
            for word, speed in zip(verdict, self.speeds_m_s, strict=True)
        ]
        keys = list(zip(rank, speeds, device, nominal, order, strict=True))
        at = sorted(range(len(keys)), key=keys.__getitem__)

        def ranked(column: list[Any]) -> list[Any]:
            return [column[i] for i in at]

        lines = tuple(ranked(column) for column in self.columns)
        begun, over = (ranked(times) for times in self.orders_us)
        edges = ranked(self.starts), ranked(self.ends)
        return Columns(lines, *edges, ranked(self.known), (begun, over))


def found_of(asked: Asked, found: Judged, which: Ints, copied: bool) -> Found:
    """The answers at these positions; `copied`: with what they rest on."""
    proofs, wearer = found.proofs, asked.pairs.wearer[which]
    in_force = (asked.wearers.from_us[wearer], asked.wearers.to_us[wearer])
    packets = None
    if copied:
        spans = (proofs.first[which], proofs.last[which])
        packets = evidence.packets(asked.trails, spans, in_force)
    known = np.ones(len(which), np.bool_)
    if asked.tamper_known is not None:
        known = asked.tamper_known[wearer]
    return Found(
        _columns(asked, found, which),
        packets,
        in_force,
        found.required_m_s[which].tolist(),
        known.tolist(),
    )


def columns_of(line: Line) -> Columns:
    """One answer that rests on nothing."""
    return Columns(tuple([value] for value in line), [0], [0], [False], ([0], [0]))


def lines(asked: Asked, found: Judged) -> list[Line]:
    """The verdicts in their order as they are kept."""
    return list(map(Line, *_columns(asked, found)))


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
