"""Verdicts that were asked for, as they were answered, with what they rest on.

One row a run, the answers in arrays: a crime against 20,000 wearers is one insert.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geocorr.model import from_us, to_us
from sql import queries
from sql.db import Connection, Record

Q = queries.read("verdicts")

# Of each answer: where in the run's evidence its own begins and ends, the order's time
# in force, and whether tampering would be known.
PROOF = np.dtype(
    [
        ("start", "<i8"),
        ("end", "<i8"),
        ("order_from_us", "<i8"),
        ("order_to_us", "<i8"),
        ("tamper_known", "?"),
    ]
)
# Where evidence begins and ends that was not copied: `verdict_slices` has it.
IN_TRAILS = -1

# The arrays of a list, as `Line` has them.
_ARRAYS = (
    "device_ids", "nominal_ids", "order_ids", "verdicts", "required_speed_kmh",
    "margin_m", "coverage", "uncovered", "fixes", "first_us", "last_us", "rules",
    "because",
)  # fmt: skip

# Those of short words, and what may stand between them: text can hold any but zero.
_WORDS = ("device_ids", "nominal_ids", "order_ids", "verdicts", "uncovered", "rules")
_SEPARATORS = tuple(map(chr, (31, *range(1, 31), *range(0xE000, 0xF000))))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its window, as one target; `crime_version` None = no crime's."""

    crime_version: int | None
    x_m: float
    y_m: float
    from_us: int
    to_us: int
    radius_m: float
    location_r95_m: float
    top_speed_m_s: float | None


class Line(NamedTuple):
    """The answer for one wearer; `uncovered` is JSON, times are microseconds."""

    device_id: str
    nominal_id: str
    order_id: str
    verdict: str
    required_speed_kmh: float | None
    margin_m: float | None
    coverage: float
    uncovered: str
    fixes: int
    first_us: int | None
    last_us: int | None
    rules: str
    because: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run answered: to what, by what, and each wearer's line in its order."""

    run: int
    at: datetime
    crime: tuple[str, str, int] | None
    nominal_id: str | None
    spot: Spot
    tamper_known: bool
    policy: Mapping[str, object]
    policy_hash: str
    version: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AnsweredRun:
    """A run that answered, without its lines; `counts` by verdict."""

    run: int
    at: datetime
    force: str | None
    reference: str | None
    crime_version: int | None
    nominal_id: str | None
    window_from: datetime
    window_to: datetime
    radius_m: float
    policy_hash: str
    version: str
    counts: Mapping[str, int]


class Columns(NamedTuple):
    """Answers of a run as columns, one value a wearer: those of `Line`, and `PROOF`."""

    lines: tuple[Sequence[Any], ...]
    proofs: npt.NDArray[np.void]


async def store(
    conn: Connection, run: int, asked: tuple[Spot, str | None, bool], found: Columns
) -> None:
    """Keep a run's answers; `asked` = where, which nominal (None = all), and whether
    tampering is known of all."""
    spot, nominal_id, tamper_known = asked
    lines, separator = _joined(found.lines)
    await _pack_quickly(conn)
    await conn.execute(
        Q["store_verdicts"],
        run,
        spot.crime_version,
        nominal_id,
        spot.x_m,
        spot.y_m,
        from_us(spot.from_us),
        from_us(spot.to_us),
        spot.radius_m,
        spot.location_r95_m,
        spot.top_speed_m_s,
        tamper_known,
        *lines,
        found.proofs.tobytes(),
        *_resting(found),
        separator,
    )


def _resting(found: Columns) -> tuple[datetime, datetime] | tuple[None, None]:
    """From when to when the answers rest on what stands in the trails."""
    first, last = (found.lines[_ARRAYS.index(name)] for name in ("first_us", "last_us"))
    times = [
        (a, b)
        for a, b, start in zip(first, last, found.proofs["start"].tolist(), strict=True)
        if start == IN_TRAILS and a is not None
    ]
    if not times:
        return None, None
    return from_us(min(a for a, _ in times)), from_us(max(b for _, b in times))


def _joined(lines: Sequence[Sequence[object]]) -> tuple[list[object], str]:
    """The columns of a list, those of `_WORDS` as one text each: every word behind a
    separator that none of them holds, sent in a tenth of the time of an array."""
    sent = list[object](lines)
    words = {i: list(map(str, lines[i])) for i in map(_ARRAYS.index, _WORDS)}
    texts = ["".join(column) for column in words.values()]
    separator = next(c for c in _SEPARATORS if not any(c in text for text in texts))
    for i, column in words.items():
        sent[i] = separator + separator.join(column)
    return sent, separator


async def _pack_quickly(conn: Connection) -> None:
    """Until the transaction ends."""
    await conn.execute(Q["pack_quickly"])


async def one(conn: Connection, run: int) -> Answered | None:
    """What a run answered; None where it was no run of verdicts."""
    row = await conn.fetchrow(Q["read_verdicts"], run)
    return _answered(row) if row else None


def _answered(row: Record) -> Answered:
    spot = Spot(
        row["crime_version"],
        row["x_m"],
        row["y_m"],
        to_us(row["window_from"]),
        to_us(row["window_to"]),
        row["radius_m"],
        row["location_r95_m"],
        row["top_speed_m_s"],
    )
    columns = (row[name] for name in _ARRAYS)
    crime = None
    if row["crime_version"] is not None:
        crime = (row["force"], row["reference"], row["version"])
    return Answered(
        row["run"],
        row["started_at"],
        crime,
        row["nominal_id"],
        spot,
        row["tamper_known"],
        row["policy"],
        row["policy_hash"],
        row["software_version"],
        tuple(Line(*values) for values in zip(*columns, strict=True)),
    )


async def find(
    conn: Connection,
    crime: tuple[str | None, str | None],
    nominal_id: str | None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[int, list[AnsweredRun]]:
    """How many runs answered for a crime or a nominal, and a page of them, newest
    first."""
    rows = await conn.fetch(Q["list_verdict_runs"], *crime, nominal_id, limit, offset)
    names = [f.name for f in fields(AnsweredRun)]
    return rows[0]["total"], [
        AnsweredRun(**{name: row[name] for name in names})
        for row in rows
        if row["run"] is not None
    ]
