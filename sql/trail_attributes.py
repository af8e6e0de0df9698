"""What a chunk's fixes carry beside place and time, packed into one byte string.

Two bytes of modes, two bits a column, then the columns in the order below, values
little-endian: nothing where every fix has the column's default, one value where all
agree, else one a fix. R95 mostly equals the stated accuracy and is then not repeated.
Values come back to the bit.
"""

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bytes, Floats32, Ints, Trails, compiled

Bits = npt.NDArray[np.uint32]

ACCURACY, R95, SPEED, DIRECTION, MECHANISM, MARKS = range(6)
COLUMNS = 6
WIDTHS = (4, 4, 4, 4, 1, 1)
_NAN = int(np.array(np.nan, np.float32).view(np.uint32))
DEFAULTS = (_NAN, _NAN, _NAN, _NAN, 0, 0)
# Modes of a column in a chunk.
NONE, ONE, EACH, AS_ACCURACY = range(4)
HEAD = 2


def columns(trails: Trails) -> Bits:
    """The attributes of every fix as bits [COLUMNS, n]."""
    fixes = trails.fixes
    bits = np.empty((COLUMNS, len(fixes)), np.uint32)
    bits[ACCURACY] = _float_bits(fixes.accuracy_m)
    bits[R95] = _float_bits(trails.r95_m)
    bits[SPEED] = _float_bits(fixes.speed_kmh)
    bits[DIRECTION] = _float_bits(fixes.direction_deg)
    bits[MECHANISM] = fixes.mechanism
    bits[MARKS] = trails.marks
    return bits


def floats(bits: Bits, column: int) -> Floats32:
    """One column of bits as the float32 values that it holds."""
    values: Floats32 = bits[column].view(np.float32)
    return values


def codes(bits: Bits, column: int) -> Bytes:
    """One column of bits as the small codes that it holds."""
    values: Bytes = bits[column].astype(np.uint8)
    return values


def _float_bits(values: Floats32 | None) -> Bits | int:
    """Bits of float32 values, every NaN the same NaN."""
    if values is None:
        return _NAN
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return np.where(np.isnan(values), np.uint32(_NAN), bits)


@compiled
def modes(bits: Bits, first: Ints, last: Ints) -> Bytes:
    """How each column of each chunk is to be packed [chunks, COLUMNS]."""
    found = np.empty((len(first), COLUMNS), np.uint8)
    for k in range(len(first)):
        for c in range(COLUMNS):
            found[k, c] = _mode(bits, c, first[k], last[k])
    return found


@compiled
def _mode(bits: Bits, column: int, first: int, last: int) -> int:
    same, as_accuracy = True, column == R95
    for i in range(first, last):
        same = same and bits[column, i] == bits[column, first]
        as_accuracy = as_accuracy and bits[column, i] == bits[ACCURACY, i]
    if same and bits[column, first] == DEFAULTS[column]:
        return NONE
    if as_accuracy:
        return AS_ACCURACY
    return ONE if same else EACH


@compiled
def sizes(found: Bytes, n_own: Ints) -> Ints:
    """Bytes that the attributes of each chunk take, head and all."""
    total = np.full(len(n_own), HEAD, np.int64)
    for k in range(len(n_own)):
        for c in range(COLUMNS):
            if found[k, c] == ONE:
                total[k] += WIDTHS[c]
            elif found[k, c] == EACH:
                total[k] += WIDTHS[c] * n_own[k]
    return total


@compiled
def encode(out: Bytes, at: int, bits: Bits, found: Bytes, first: int, last: int) -> int:
    """Write one chunk's attributes at `at`; return where they end."""
    head = 0
    for c in range(COLUMNS):
        head |= int(found[c]) << (2 * c)
    out[at] = head & 255
    out[at + 1] = head >> 8
    at += HEAD
    for c in range(COLUMNS):
        if found[c] == ONE or found[c] == EACH:
            end = last if found[c] == EACH else first + 1
            for i in range(first, end):
                for b in range(WIDTHS[c]):
                    out[at] = (bits[c, i] >> np.uint32(8 * b)) & np.uint32(255)
                    at += 1
    return at


@compiled
def decode(data: Bytes, at: int, bits: Bits, first: int, last: int) -> None:
    """Read one chunk's attributes at `at` into columns [first, last) of `bits`."""
    head = int(data[at]) | int(data[at + 1]) << 8
    at += HEAD
    for c in range(COLUMNS):
        mode = head >> (2 * c) & 3
        if mode == AS_ACCURACY:
            bits[c, first:last] = bits[ACCURACY, first:last]
        elif mode == NONE:
            bits[c, first:last] = DEFAULTS[c]
        elif mode == ONE:
            bits[c, first:last] = _value(data, at, WIDTHS[c])
            at += WIDTHS[c]
        else:
            for i in range(first, last):
                bits[c, i] = _value(data, at, WIDTHS[c])
                at += WIDTHS[c]


@compiled
def _value(data: Bytes, at: int, width: int) -> int:
    value = 0
    for b in range(width):
        value |= int(data[at + b]) << (8 * b)
    return value
