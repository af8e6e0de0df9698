"""Five crimes on five days, two kilometres apart, and the weeks before them.

T1    at four of them and nowhere near in other weeks; no fix at the fifth
T2    passes the first three places every week at that hour: a habit
T3    as T1, and 100 km from the fifth at its time
T4..  at home, far from all of it
"""

from tests.db.deliveries import EAST, NORTH, crime, order, written

WEEK_MIN, DAYS_MIN = 7 * 24 * 60, 2 * 24 * 60
REFERENCES = ("S1", "S2", "S3", "S4", "S5")
OTHERS = 9
DEVICES = tuple(f"T{i + 1}" for i in range(3 + OTHERS))
HOME_X, FAR_X, APART_X = -20_000, -100_000, 2_000

CRIMES = tuple(
    crime(name, x=APART_X * i, minute=-DAYS_MIN * i)
    for i, name in enumerate(REFERENCES)
)
ORDERS = tuple(
    order(f"O{i + 1}", device, first="2025-12-01") for i, device in enumerate(DEVICES)
)


def rows(weeks: int = 8) -> list[str]:
    """A fix every five minutes round each crime's hour, and in the weeks before."""
    return [
        f"{device},{written(-WEEK_MIN * week - DAYS_MIN * i + m)},{EAST + x},{NORTH},8"
        for device in DEVICES
        for week in range(weeks + 1)
        for i in range(len(REFERENCES))
        if (x := _where(device, week, i)) is not None
        for m in range(-10, 75, 5)
    ]


def _where(device: str, week: int, i: int) -> int | None:
    """Metres east of the first place; None where there is no fix."""
    there = APART_X * i
    if device == "T2" and i < 3:
        return there
    if device in ("T1", "T3") and week == 0:
        return there if i < 4 else {"T1": None, "T3": FAR_X}[device]
    return HOME_X
