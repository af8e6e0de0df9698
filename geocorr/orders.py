"""Who wore which device, when, and what the trail may be used for.

A fix belongs to a nominal only through a tag order's dates. HANTS-GPS-1 ends a licence
order at the earlier of licence end and 12 months after fitting, and begins it at the
wearer's eighteenth birthday; LEICS-16 says which legal basis allows which purpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from geocorr.arrays import BEGINNING_US, END_US, Wearers
from geocorr.dates import years_later
from geocorr.model import Basis, TagOrder, to_us
from geocorr.policy import Policy

LONDON = ZoneInfo("Europe/London")


def in_force(
    order: TagOrder, policy: Policy, born: date | None = None
) -> tuple[int, int]:
    """HANTS-GPS-1. The order's half-open time [from_us, to_us); empty if to <= from."""
    begins = to_us(order.from_at)
    ends = END_US if order.to_at is None else to_us(order.to_at)
    if order.basis is Basis.LICENCE:
        fitted = order.fitted_at or order.from_at
        longest = months_later(fitted, policy.orders.licence_max_months)
        ends = min(ends, to_us(longest))
        if order.licence_ends is not None:
            ends = min(ends, to_us(order.licence_ends))
        if born is not None:
            begins = max(begins, to_us(birthday(born, policy.orders.adult_years)))
    return begins, ends


def wearers(
    orders: Iterable[TagOrder],
    devices: Sequence[str],
    policy: Policy,
    *,
    born: Mapping[str, date] | None = None,
    purpose: str = "match",
) -> Wearers:
    """LEICS-16. The wearers among these devices whose trail may be used for `purpose`.

    `devices` are the ids that fixes index (arrays.Fixes.devices); `born` gives dates
    of birth by nominal where known.
    """
    code = {device: i for i, device in enumerate(devices)}
    ages = born or {}
    allowed = {basis for basis in Basis if policy.allows(basis, purpose)}
    rows = []
    for order in orders:
        if order.device_id not in code or order.basis not in allowed:
            continue
        from_us, to_us_ = in_force(order, policy, ages.get(order.nominal_id))
        if from_us < to_us_:
            place = code[order.device_id]
            who = (order.nominal_id, order.order_id, _rules(order.basis))
            rows.append((place, from_us, to_us_, *who))
    return _table(sorted(rows))


def _rules(basis: Basis) -> str:
    """The ids of the rules that make an order's wearer one."""
    return "HANTS-GPS-1;LEICS-16" if basis is Basis.LICENCE else "LEICS-16"


def every_device(devices: Sequence[str]) -> Wearers:
    """On files without orders each device is a wearer, always in force."""
    rows = [(i, BEGINNING_US, END_US, "", "", "") for i in range(len(devices))]
    return _table(rows)


def birthday(born: date, years: int) -> datetime:
    """London midnight of a birthday; 29 February is reached on 1 March."""
    day = years_later(born, years)
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def months_later(at: datetime, months: int) -> datetime:
    """The same London wall-clock time so many months on (31 May + 1 = 30 June)."""
    local = at.astimezone(LONDON)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    for day in range(local.day, local.day - 4, -1):
        try:
            return local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"no such day {months} months after {at}")


def _table(rows: Sequence[tuple[int, int, int, str, str, str]]) -> Wearers:
    return Wearers(
        np.array([r[0] for r in rows], dtype=np.int32),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=np.int64),
        tuple(r[3] for r in rows),
        tuple(r[4] for r in rows),
        tuple(r[5] for r in rows),
    )
