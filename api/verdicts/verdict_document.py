"""Verdicts as a script reads them: one document, the same from every door."""

import json
from collections import Counter

from api.verdicts.answers import utc
from sql.verdicts import Answered, Line

Document = dict[str, object]


def document(answered: Answered, offset: int = 0, limit: int | None = None) -> Document:
    """What a run answered, or a page of it; counts are of all."""
    spot, lines = answered.spot, answered.lines
    force, reference, version = answered.crime or (None, None, None)
    chosen = lines[offset:] if limit is None else lines[offset : offset + limit]
    return {
        "run": answered.run,
        "as_at": answered.at.isoformat().replace("+00:00", "Z"),
        "force": force,
        "crime_reference": reference,
        "crime_version": version,
        "nominal_id": answered.nominal_id,
        "easting": spot.x_m,
        "northing": spot.y_m,
        "window_from": utc(spot.from_us),
        "window_to": utc(spot.to_us),
        "radius_m": spot.radius_m,
        "policy_hash": answered.policy_hash,
        "version": answered.version,
        "tamper_known": answered.tamper_known,
        "total": len(lines),
        "counts": dict(Counter(line.verdict for line in lines)),
        "verdicts": [as_json(line) for line in chosen],
    }


def as_json(line: Line) -> Document:
    """One wearer's verdict; required speed null = impossible at any speed."""
    return {
        "nominal_id": line.nominal_id,
        "device_id": line.device_id,
        "order_id": line.order_id,
        "verdict": line.verdict,
        "required_speed_kmh": line.required_speed_kmh,
        "margin_m": line.margin_m,
        "coverage": line.coverage,
        "uncovered": json.loads(line.uncovered),
        "fixes": line.fixes,
        "first_fix": None if line.first_us is None else utc(line.first_us),
        "last_fix": None if line.last_us is None else utc(line.last_us),
        "rules": line.rules.split(";"),
        "because": line.because,
    }
