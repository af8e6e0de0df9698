"""Who wore which device, when, and what the trail may be used for.

A fix belongs to a nominal only through a tag order's dates. HANTS-GPS-1 ends a licence
order at the earlier of licence end and 12 months after fitting, and begins it at the
wearer's eighteenth birthday; LEICS-16 says which legal basis allows which purpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from geocorr.arrays import BEGINNING_US, END_US, Ints, Wearers
from geocorr.dates import LONDON, years_later
from geocorr.model import Basis, TagOrder, from_us, to_us
from geocorr.policy import Policy


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


class Held(NamedTuple):
    """Orders as columns; open ends are END_US, `born` is None or an ISO date.

    `fitted_us` is the order's beginning where no fitting was stated.
    """

    order_id: Sequence[str]
    device_id: Sequence[str]
    nominal_id: Sequence[str]
    basis: Sequence[str]
    from_us: Ints
    to_us: Ints
    licence_us: Ints
    fitted_us: Ints
    born: Sequence[str | None]


def worn(
    held: Held, policy: Policy, purpose: str = "match"
) -> tuple[Wearers, tuple[str, ...]]:
    """LEICS-16. What `wearers` makes of these orders, and their devices, sorted.

    For tens of thousands at once.
    """
    devices = tuple(sorted(set(held.device_id)))
    code = {device: i for i, device in enumerate(devices)}
    place = np.array([code[device] for device in held.device_id], np.int32)
    begins, ends = _in_force(held, policy)
    allowed = {b.value: policy.allows(b, purpose) for b in Basis}
    kept = np.array([allowed[b] for b in held.basis], np.bool_) & (begins < ends)
    order = np.lexsort((ends, begins, place))
    chosen = order[kept[order]]
    rules = {basis.value: _rules(basis) for basis in Basis}
    rows = chosen.tolist()
    return Wearers(
        place[chosen],
        begins[chosen],
        ends[chosen],
        tuple([held.nominal_id[i] for i in rows]),
        tuple([held.order_id[i] for i in rows]),
        tuple([rules[held.basis[i]] for i in rows]),
    ), devices


def _in_force(held: Held, policy: Policy) -> tuple[Ints, Ints]:
    """HANTS-GPS-1. `in_force` of each, half-open."""
    choice = policy.orders
    licence = np.array([b == Basis.LICENCE for b in held.basis], np.bool_)
    fitted, of = np.unique(held.fitted_us, return_inverse=True)
    longest = [_longest_us(at, choice.licence_max_months) for at in fitted.tolist()]
    most = np.minimum(np.array(longest, np.int64)[of], held.licence_us)
    begins = held.from_us.copy()
    for i in np.flatnonzero(licence).tolist():
        born = held.born[i]
        if born is not None:
            begins[i] = max(begins[i], _adult_us(born, choice.adult_years))
    return begins, np.where(licence, np.minimum(held.to_us, most), held.to_us)


@lru_cache(maxsize=1 << 17)
def _longest_us(fitted_us: int, months: int) -> int:
    return to_us(months_later(from_us(fitted_us), months))


@lru_cache(maxsize=1 << 17)
def _adult_us(born: str, years: int) -> int:
    return to_us(birthday(date.fromisoformat(born), years))


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
