"""How counts and times read to people, in sentences and in tables.

Files and JSON keep UTC with Z; people read London's clocks with their offset.
"""

from datetime import datetime

from geocorr.dates import LONDON


def counted(n: int, one: str, many: str = "") -> str:
    """`1 fix`, `2,000 fixes`; `many` where it is more than the word and an s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def clock(at: datetime) -> str:
    """`2026-03-29 14:05:09+01:00`: an aware time to the second, by London's clocks."""
    return at.astimezone(LONDON).isoformat(" ", "seconds")


def minute(at: datetime) -> str:
    """`2026-03-29 14:05+01:00`: the same to the minute."""
    return at.astimezone(LONDON).isoformat(" ", "minutes")


def stretch(begin: datetime, end: datetime) -> str:
    """`between A and B`, or `at A` where both are one second."""
    first, last = clock(begin), clock(end)
    return f"at {first}" if first == last else f"between {first} and {last}"
