"""Who wore tags: from orders to wearers and their devices, for every question asked.

of_orders(conn, held, policy)    of orders that were read already
in_time(conn, from, to, policy)  of everyone in an order then
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from geocorr.arrays import Bools, Ints, Wearers, rows
from geocorr.model import TagOrder
from geocorr.orders import wearers, worn
from geocorr.policy import Policy
from sql import orders
from sql import worn as stored
from sql.db import Connection


@dataclass(frozen=True, slots=True)
class Who:
    """Wearers of whom something is asked; they index `devices`, which are sorted."""

    worn: Wearers
    devices: tuple[str, ...]


async def of_orders(
    conn: Connection,
    held: Sequence[TagOrder],
    policy: Policy,
    purpose: str = "match",
) -> tuple[Who, Mapping[str, date]]:
    """LEICS-16. The wearers that these orders make, and when nominals were born."""
    devices = tuple(sorted({order.device_id for order in held}))
    born = await orders.born(conn, {order.nominal_id for order in held})
    found = wearers(held, devices, policy, born=born, purpose=purpose)
    return Who(found, devices), born


async def in_time(
    conn: Connection, from_at: datetime, to_at: datetime, policy: Policy
) -> Who:
    """LEICS-16. The wearers in an order at some instant of a closed stretch of time."""
    return Who(*worn(await stored.in_time(conn, from_at, to_at), policy))


def only(who: Who, which: Bools | Ints) -> Who:
    """Some of the wearers, and no device but theirs."""
    kept = rows(who.worn, which)
    chosen = np.arange(len(who.worn))[which].tolist()
    used, device = np.unique(kept.device, return_inverse=True)
    kept = replace(
        kept,
        device=device.astype(np.int32),
        nominal_id=tuple([who.worn.nominal_id[i] for i in chosen]),
        order_id=tuple([who.worn.order_id[i] for i in chosen]),
        rules=tuple([who.worn.rules[i] for i in chosen]),
    )
    return Who(kept, tuple([who.devices[i] for i in used.tolist()]))
