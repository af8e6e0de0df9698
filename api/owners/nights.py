"""WMP-6.3-ALLOCATE, LEICS-16. The last nights of tags, out of the stored trails.

Only orders whose basis allows trails for ownership are looked at, and only the nights
themselves are read.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from geocorr.arrays import Codes, Ints
from geocorr.orders import wearers
from geocorr.ownership.allocation import Allocation
from geocorr.ownership.nights import Night, Place, Rest, last_nights, rests, spells
from geocorr.policy import Policy
from sql import orders, trails
from sql.db import Connection
from sql.trail_stretches import stretches


async def nights(
    conn: Connection,
    day: date,
    whose: Mapping[str, Sequence[Place]],
    choices: Allocation,
    policy: Policy,
) -> dict[str, list[Rest]]:
    """The last nights of these nominals; `whose` holds their approved premises.

    Needs a transaction (`sql.trails.slices`). Nominals without a tag have none.
    """
    worn = await orders.of_nominals(conn, list(whose))
    asked = last_nights(day, choices)
    devices = tuple(sorted({order.device_id for order in worn}))
    if not devices:
        return {}
    born = await orders.born(conn, list(whose))
    of = wearers(worn, devices, policy, born=born, purpose="ownership")
    read = await trails.slices(conn, stretches(devices, *_times(of.device, asked)))
    known = read.fixes.devices
    here = wearers(worn, known, policy, born=born, purpose="ownership")
    events = await orders.events(conn, devices)
    away = (spells(events, asked[-1].to_us), dict(whose))
    found: dict[str, list[Rest]] = {}
    for rest in rests(read, here, asked, away, choices):
        found.setdefault(rest.nominal_id, []).append(rest)
    return found


def _times(device: Codes, nights: Sequence[Night]) -> tuple[Codes, Ints, Ints]:
    """Every night of every device that may be looked at."""
    ids = np.unique(device)
    from_us = np.array([n.from_us for n in nights], dtype=np.int64)
    to_us = np.array([n.to_us for n in nights], dtype=np.int64)
    columns = (np.tile(from_us, len(ids)), np.tile(to_us, len(ids)))
    return (np.repeat(ids, len(nights)), *columns)
