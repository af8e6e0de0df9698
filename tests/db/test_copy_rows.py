"""Rows packed as arrays arrive as the driver's own would."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql import copy_rows
from sql.db import Connection
from sql.trail_rows import copied_in

KINDS = {
    "number": (copy_rows.int8, "bigint"),
    "small": (copy_rows.int4, "integer"),
    "share": (copy_rows.float8, "double precision"),
    "at": (copy_rows.timestamps, "timestamptz"),
    "words": (copy_rows.texts, "text"),
    "ids": (copy_rows.lists, "text[]"),
    "data": (copy_rows.octets, "bytea"),
}
LATE = datetime(2031, 7, 4, 23, 59, 59, 999_999, UTC)
ROWS = [
    (0, 0, 0.0, datetime(2000, 1, 1, tzinfo=UTC), "", "HANTS-GPS-2", b""),
    (-(2**63), -(2**31), -1e-300, LATE, "Zoë’s tag", "A-1;B-2;C-3", b"\0\xff" * 900),
    (
        2**63 - 1,
        2**31 - 1,
        float("inf"),
        datetime(1970, 1, 1, tzinfo=UTC),
        "x",
        "",
        b"y",
    ),
    (None, None, None, None, None, "A-1;B-2;C-3", None),
    (7, 7, 0.1, LATE - timedelta(days=400), "y" * 9_000, "Ü", memoryview(b"abc")),
]


def packed(rows: list[tuple[object, ...]]) -> np.ndarray:
    values = zip(*rows, strict=True)
    kinds = ((name, send) for name, (send, _) in KINDS.items())
    named = zip(kinds, values, strict=True)
    return copy_rows.rows(
        {name: (send, list(column)) for (name, send), column in named}
    )


async def test_every_kind_arrives_as_it_was(db: Connection) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (_, kind) in KINDS.items())
    await db.execute(f"create temporary table sent (no serial, {columns})")
    await copied_in(db, "sent", tuple(KINDS), packed(ROWS))
    found = await db.fetch(f"select {', '.join(KINDS)} from sent order by no")
    assert [tuple(row) for row in found] == [
        (*row[:5], str(row[5]).split(";"), None if row[6] is None else bytes(row[6]))
        for row in ROWS
    ]


async def test_no_rows_are_none(db: Connection) -> None:
    await db.execute("create temporary table sent (number bigint)")
    nothing = copy_rows.rows({"number": (copy_rows.int8, [])})
    await copied_in(db, "sent", ("number",), nothing)
    assert await db.fetchval("select count(*) from sent") == 0


def test_columns_of_differing_lengths_are_refused() -> None:
    with pytest.raises(ValueError):
        copy_rows.rows(
            {"a": (copy_rows.int4, [1]), "b": (copy_rows.int4, [1, 2])},
        )


@given(st.lists(st.tuples(st.binary(max_size=9), st.none() | st.binary(max_size=9))))
def test_nothing_is_lost_between_columns(
    rows: list[tuple[bytes, bytes | None]],
) -> None:
    """Read back by its own description: a count, then a length and so many bytes."""
    first, second = ([row[i] for row in rows] for i in range(2))
    data = copy_rows.rows(
        {"a": (copy_rows.octets, first), "b": (copy_rows.octets, second)}
    ).tobytes()
    at, found = 19, []
    while data[at : at + 2] != b"\xff\xff":
        assert int.from_bytes(data[at : at + 2], "big") == 2
        at, row = at + 2, []
        for _ in range(2):
            length = int.from_bytes(data[at : at + 4], "big", signed=True)
            at += 4
            row.append(data[at : at + length] if length >= 0 else None)
            at += max(length, 0)
        found.append(tuple(row))
    assert found == rows
    assert data[at:] == b"\xff\xff"
