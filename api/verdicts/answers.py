"""The answers to one question as they come, portion by portion, and as they are kept.

Columns all the way: of 20,000 wearers no object each is made.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Ints
from geocorr.coverage import Uncovered
from geocorr.model import Verdict, from_us
from geocorr.presence import Asked, Judged, columns
from sql import evidence, verdict_evidence
from sql.db import Connection
from sql.evidence import Packets
from sql.verdicts import IN_TRAILS, PROOF, Columns, Line

_RANK = {word.value: i for i, word in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a portion came to; `packets` None: what it rests on stays in the trails."""

    columns: tuple[Sequence[Any], ...]
    proofs: npt.NDArray[np.void]
    packets: Packets | None
    speeds_m_s: list[float]


@dataclass(slots=True)
class Answers:
    """What a run answered so far, and how much evidence of it is kept already."""

    run: int
    columns: list[list[Any]] = field(default_factory=lambda: [[] for _ in Line._fields])
    speeds_m_s: list[float] = field(default_factory=list)
    proofs: list[npt.NDArray[np.void]] = field(default_factory=list)
    bytes: int = 0
    pieces: int = 0

    async def keep(self, conn: Connection, found: Found) -> None:
        """Take in a portion, and keep what it rests on unless that stays."""
        for kept, column in zip(self.columns, found.columns, strict=True):
            kept.extend(column)
        self.speeds_m_s += found.speeds_m_s
        self.proofs.append(found.proofs)
        if found.packets is not None:
            edges = np.append(self.bytes, self.bytes + found.packets.ends)
            found.proofs["start"], found.proofs["end"] = edges[:-1], edges[1:]
            data, self.bytes = found.packets.data, int(edges[-1])
            of_run = (self.run, self.pieces)
            self.pieces += await verdict_evidence.keep(conn, *of_run, data)

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

        lines = tuple([column[i] for i in at] for column in self.columns)
        return Columns(lines, np.concatenate(self.proofs)[at])


def found_of(asked: Asked, found: Judged, which: Ints, copied: bool) -> Found:
    """The answers at these positions; `copied`: with what they rest on."""
    wearer = asked.pairs.wearer[which]
    in_force = (asked.wearers.from_us[wearer], asked.wearers.to_us[wearer])
    packets = None
    if copied:
        spans = (found.proofs.first[which], found.proofs.last[which])
        packets = evidence.packets(asked.trails, spans, in_force)
    proofs = np.empty(len(which), PROOF)
    proofs["start"] = proofs["end"] = IN_TRAILS
    proofs["order_from_us"], proofs["order_to_us"] = in_force
    known = asked.tamper_known
    proofs["tamper_known"] = True if known is None else known[wearer]
    speeds = found.required_m_s[which].tolist()
    return Found(_columns(asked, found, which), proofs, packets, speeds)


def columns_of(line: Line) -> Columns:
    """One answer that rests on nothing."""
    return Columns(tuple([value] for value in line), np.zeros(1, PROOF))


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
