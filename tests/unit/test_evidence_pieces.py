"""Pieces of evidence: read by their lengths they are the same bytes again."""

import struct

import numpy as np
import pytest

from sql import evidence_pieces
from sql.trail_copy import HEADER, TRAILER


@pytest.mark.parametrize("n", [0, 1, 9, 10, 11, 20, 137])
def test_pieces_end_to_end_are_what_was_cut(n: int) -> None:
    """Also where all of it is shorter than one piece."""
    data = np.arange(n, dtype=np.uint8)
    copy, pieces = evidence_pieces.rows(7, 5, data, 10)
    whole = copy.tobytes()
    assert whole.startswith(HEADER)
    at, found = len(HEADER), []
    for k in range(pieces):
        head = struct.unpack_from(">hiqiii", whole, at)
        at += struct.calcsize(">hiqiii")
        assert head[:5] == (3, 8, 7, 4, 5 + k)
        found.append(whole[at : at + head[5]])
        at += head[5]
    assert whole[at:] == TRAILER
    assert b"".join(found) == data.tobytes()
    assert all(len(piece) == 10 for piece in found[:-1])
