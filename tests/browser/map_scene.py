"""Documents for the map, made by hand: what the server sends for a hit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import cos, hypot, pi, radians, sin

Document = dict[str, object]

PLACE = (-3.1791, 51.4816)
RADIUS_M = 100.0
BEGIN = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
WINDOW = (BEGIN + timedelta(minutes=60), BEGIN + timedelta(minutes=75))
METRE_NORTH = 1 / 111_200
METRE_EAST = METRE_NORTH / cos(radians(PLACE[1]))


def text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def fix(at: datetime, east_m: float, north_m: float, **more: object) -> Document:
    """A fix so many metres from the target."""
    distance = hypot(east_m, north_m)
    return {
        "t": text(at),
        "longitude": PLACE[0] + east_m * METRE_EAST,
        "latitude": PLACE[1] + north_m * METRE_NORTH,
        "r95_m": 12.0,
        "mechanism": "GPS",
        "trusted": True,
        "marks": [],
        "distance_m": distance,
        "inside": distance <= RADIUS_M,
    } | more


def ring(radius_m: float, corners: int = 64) -> list[list[float]]:
    turns = [2 * pi * k / corners for k in range(corners)]
    found = [
        [
            PLACE[0] + radius_m * sin(turn) * METRE_EAST,
            PLACE[1] + radius_m * cos(turn) * METRE_NORTH,
        ]
        for turn in turns
    ]
    return [*found, found[0]]


def person(
    device: str, label: str, fixes: Sequence[Document], **more: object
) -> Document:
    """Everything observed but where `gaps` say otherwise."""
    gaps: Sequence[Mapping[str, int]] = more.get("gaps", [])  # type: ignore[assignment]
    silent = {gap["from"] for gap in gaps}
    joined = [i for i in range(len(fixes) - 1) if i not in silent]
    return {
        "device_id": device,
        "nominal_id": device.replace("T", "N"),
        "label": label,
        "fixes": list(fixes),
        "paths": [{"from": i, "to": i + 1} for i in joined],
        "gaps": [],
        "visits": [],
    } | more


def document(people: Sequence[Document]) -> Document:
    return {
        "target": {
            "reference": "DM26-41221",
            "longitude": PLACE[0],
            "latitude": PLACE[1],
            "radius_m": RADIUS_M,
            "area": {"type": "Polygon", "coordinates": [ring(RADIUS_M)]},
            "window_from": text(WINDOW[0]),
            "window_to": text(WINDOW[1]),
        },
        "people": list(people),
        "slice": {"from": text(BEGIN), "to": text(BEGIN + timedelta(minutes=135))},
    }


def walker() -> Document:
    """Past the target with a stay, two silences, a fix that is not trusted, an LBS."""
    fixes = []
    for minute in [*range(30, 48), *range(60, 90), *range(95, 110)]:
        at = BEGIN + timedelta(minutes=minute)
        east = (minute - 68) * 14.0
        north = 30 * sin(minute / 4) + (minute - 68) * 4
        fixes.append(fix(at, east, north, r95_m=8.0 + minute % 7))
    fixes[8] |= {"trusted": False, "marks": ["jump"]}
    fixes[40] |= {"mechanism": "LBS", "r95_m": 240.0}
    fixes[50] |= {"r95_m": None}
    first, last = 20, 30
    return person(
        "T10070",
        "N0011 with T10070",
        fixes,
        gaps=[
            {"from": 17, "to": 18, "minutes": 13},
            {"from": 47, "to": 48, "minutes": 6},
        ],
        visits=[{"label": "A1", "from": fixes[first]["t"], "to": fixes[last]["t"]}],
    )


def passer(nth: int = 2) -> Document:
    """Somebody who crosses the vicinity the other way, far off before and after."""
    fixes = [
        fix(BEGIN + timedelta(minutes=40 + k), 20.0 + k * 2, (k - 20) * 60.0 + nth * 9)
        for k in range(45)
    ]
    return person(f"T2000{nth}", f"N200{nth} with T2000{nth}", fixes)


def absent() -> Document:
    """Somebody 20 km away all the while."""
    fixes = [
        fix(BEGIN + timedelta(minutes=55 + k), 20_000.0 + k, 900.0) for k in range(25)
    ]
    return person("T40001", "N4001 with T40001", fixes)


def crowd(fixes: int, people: int = 10) -> Document:
    """So many fixes, of so many people, over the slice."""
    each = fixes // people
    step = timedelta(minutes=135) / each
    return document(
        [
            person(
                f"T3{n:04}",
                f"N3{n:04}",
                [
                    fix(
                        BEGIN + k * step,
                        900 * sin(k / 90 + n) + 30 * sin(k * 1.7),
                        900 * cos(k / 70 + 2 * n) + 30 * cos(k * 2.3),
                    )
                    for k in range(each)
                ],
            )
            for n in range(people)
        ]
    )
