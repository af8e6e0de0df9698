"""The fixes that a hit rests on, one by one, as a person or a script reads them."""

import math
from datetime import datetime

from pydantic import BaseModel

from geocorr import arrays
from geocorr.geo import WorkingCrs
from geocorr.model import Mechanism, from_us
from sql import evidence
from sql.db import Record

MARKS = {
    arrays.ASSUMED: "accuracy assumed",
    arrays.MECHANISM: "no position",
    arrays.COARSE: "too coarse",
    arrays.SPEED: "impossible speed",
    arrays.SPIKE: "spike",
    arrays.TWIN: "same time, other place",
    arrays.DEVICE: "device off or removed",
    arrays.FUTURE: "in the future",
}


class EvidenceFix(BaseModel):
    """A fix: metres of the working CRS and degrees; R95 in metres; why not trusted."""

    t: datetime
    x: float
    y: float
    longitude: float | None
    latitude: float | None
    r95_m: float | None
    mechanism: str
    trusted: bool
    marks: list[str]


def fixes_of(hit: Record, crs: WorkingCrs) -> list[EvidenceFix]:
    """A stored hit's evidence, in time order."""
    if hit["evidence"] is None:
        return []
    wearer = (hit["nominal_id"], hit["order_id"], ";".join(hit["rules"]))
    trails = evidence.unpack(hit["evidence"], hit["device_id"], wearer).trails
    fixes = trails.fixes
    latitude, longitude = crs.to_wgs84(fixes.x_m, fixes.y_m)
    columns = zip(
        fixes.t_us.tolist(),
        fixes.x_m.tolist(),
        fixes.y_m.tolist(),
        longitude.tolist(),
        latitude.tolist(),
        trails.r95_m.tolist(),
        fixes.mechanism.tolist(),
        trails.marks.tolist(),
        strict=True,
    )
    return [_fix(*row) for row in columns]


def _fix(t_us: int, *facts: float) -> EvidenceFix:
    x_m, y_m, longitude, latitude, r95_m, mechanism, marks = facts
    bits = int(marks)
    return EvidenceFix(
        t=from_us(t_us),
        x=x_m,
        y=y_m,
        longitude=_finite(longitude),
        latitude=_finite(latitude),
        r95_m=_finite(r95_m),
        mechanism=Mechanism(int(mechanism)).name,
        trusted=bits & arrays.UNTRUSTED == 0,
        marks=[name for bit, name in MARKS.items() if bits & bit],
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
