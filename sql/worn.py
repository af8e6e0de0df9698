"""Who wore tags at a time, as columns; and who would report tampering with them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from geocorr.arrays import END_US
from geocorr.orders import Held
from sql import queries
from sql.db import Connection

Q = queries.read("worn")


async def in_time(conn: Connection, from_at: datetime, to_at: datetime) -> Held:
    """Every order that holds a device at some instant from one time to another."""
    row = await conn.fetchrow(Q["worn_in_time"], from_at, to_at, END_US)
    return Held(
        row["order_id"],
        row["device_id"],
        row["nominal_id"],
        row["basis"],
        np.array(row["from_us"], np.int64),
        np.array(row["to_us"], np.int64),
        np.array(row["licence_us"], np.int64),
        np.array(row["fitted_us"], np.int64),
        row["born"],
    )


async def known(conn: Connection, nominal_id: str) -> bool:
    """Whether a nominal was ever heard of, as one or in any order."""
    found: bool = await conn.fetchval(Q["known_nominal"], nominal_id)
    return found


async def reporting(conn: Connection, devices: Sequence[str]) -> frozenset[str]:
    """Those of these devices that would report a strap or a battery: they did before,
    or others of their force did."""
    found = await conn.fetch(Q["reporting_devices"], devices)
    return frozenset(row[0] for row in found)
