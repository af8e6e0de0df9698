"""What the verdicts of a run rest on: kept with it, and read again wherever it is."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bools, Bytes, Fixes, Stops, Trails, Wearers
from sql import evidence, evidence_pieces, queries, trail_rows, verdict_slices
from sql.db import Connection, Record
from sql.evidence import Evidence
from sql.verdict_slices import Slices
from sql.verdicts import IN_TRAILS, PROOF, Answered, Line

Q = queries.read("verdict_evidence")

_PIECE_COLUMNS = ("run", "piece", "bytes")
# One piece fills a page of the database, as a row that is left whole.
_PIECE_BYTES = 8_000


async def keep(conn: Connection, run: int, first: int, data: Bytes) -> int:
    """Keep more of what a run rests on, in pieces from number `first`; how many."""
    rows, n = evidence_pieces.rows(run, first, data, _PIECE_BYTES)
    await trail_rows.copied_in(conn, "verdict_evidence", _PIECE_COLUMNS, rows)
    return n


async def of(conn: Connection, answered: Answered) -> tuple[Evidence, Bools]:
    """All that a run's answers rest on, and of whom tampering would be known: a wearer
    a line, in their order.

    Each has a device of its own here, even where two wore one. ValueError where fixes
    are missing.
    """
    proofs, found = await _read(conn, answered)
    kept = [_unpacked(*pair) for pair in zip(answered.lines, found, strict=True)]
    return joined(kept, answered.tamper_known), proofs["tamper_known"]


async def packets(conn: Connection, answered: Answered) -> list[bytes]:
    """What each line rests on, packed."""
    return (await _read(conn, answered))[1]


async def _read(
    conn: Connection, answered: Answered
) -> tuple[npt.NDArray[np.void], list[bytes]]:
    row = await conn.fetchrow(Q["read_evidence"], answered.run)
    proofs = _proofs(row, answered)
    return proofs, await _packets(conn, answered, row["evidence"], proofs)


def _proofs(row: Record, answered: Answered) -> npt.NDArray[np.void]:
    """Packed, or of older runs what there is of it in arrays."""
    if row["proofs"] is not None:
        return np.frombuffer(row["proofs"], PROOF)
    ends = row["evidence_ends"]
    proofs = np.zeros(len(ends), PROOF)
    proofs["start"], proofs["end"] = row["evidence_starts"] or [0, *ends[:-1]], ends
    proofs["tamper_known"] = row["tamper_known_of"] or answered.tamper_known
    return proofs


async def _packets(
    conn: Connection, answered: Answered, whole: bytes, proofs: npt.NDArray[np.void]
) -> list[bytes]:
    """Copied with the run, put aside, or in the trails."""
    spans = zip(proofs["start"].tolist(), proofs["end"].tolist(), strict=True)
    found = [whole[a:b] for a, b in spans]
    places = np.flatnonzero(proofs["start"] == IN_TRAILS).tolist()
    if places:
        # In this order: what is put aside meanwhile is met twice rather than never.
        slices = _slices(answered, proofs[places], places)
        standing = await verdict_slices.packets(conn, slices)
        aside = await verdict_slices.aside(conn, answered.run)
        for i, packet in (*zip(places, standing, strict=True), *aside.items()):
            found[i] = bytes(packet)
    return found


def _slices(
    answered: Answered, proofs: npt.NDArray[np.void], places: Sequence[int]
) -> Slices:
    """Where in the trails these lines' fixes stand; no time at all where there are
    none."""
    lines, begin = [answered.lines[i] for i in places], answered.spot.from_us
    first = [begin if line.first_us is None else line.first_us for line in lines]
    last = [begin - 1 if line.last_us is None else line.last_us for line in lines]
    return Slices(
        [line.device_id for line in lines],
        np.array(first, np.int64),
        np.array(last, np.int64),
        (proofs["order_from_us"], proofs["order_to_us"]),
    )


def _unpacked(line: Line, packet: bytes) -> Evidence:
    wearer = (line.nominal_id, line.order_id, line.rules)
    kept = evidence.unpack(packet, line.device_id, wearer)
    if len(kept.trails.fixes) != line.fixes:
        raise ValueError(f"Fixes of {line.device_id} that a verdict rests on are gone.")
    return kept


def joined(kept: Sequence[Evidence], tamper_known: bool) -> Evidence:
    """Many wearers' evidence as one."""
    trails = [one.trails for one in kept]
    sizes = [len(t.fixes) for t in trails]
    before = np.cumsum([0, *(len(t.stops) for t in trails)])[:-1]
    fixes = Fixes(
        tuple(t.fixes.devices[0] for t in trails),
        np.repeat(np.arange(len(trails), dtype=np.int32), sizes),
        *(
            np.concatenate([getattr(t.fixes, name) for t in trails])
            for name in ("t_us", "x_m", "y_m", "accuracy_m", "mechanism")
        ),
    )
    stop = np.concatenate([t.stop for t in trails])
    stop = np.where(stop >= 0, stop + np.repeat(before, sizes), -1).astype(np.int32)
    stops = Stops(
        *(
            np.concatenate([getattr(t.stops, name) for t in trails])
            for name in ("x_m", "y_m", "accuracy_m", "from_us", "to_us")
        )
    )
    r95_m, marks = (
        np.concatenate([getattr(t, name) for t in trails])
        for name in ("r95_m", "marks")
    )
    worn = [one.wearers for one in kept]
    wearers = Wearers(
        np.arange(len(worn), dtype=np.int32),
        np.concatenate([w.from_us for w in worn]),
        np.concatenate([w.to_us for w in worn]),
        *(
            tuple(getattr(w, name)[0] for w in worn)
            for name in ("nominal_id", "order_id", "rules")
        ),
    )
    return Evidence(Trails(fixes, r95_m, marks, stop, stops, tamper_known), wearers)
