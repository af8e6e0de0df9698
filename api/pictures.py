"""The map as a still picture, for those without one: the same document, the same facts.

hit_svg(document)    an SVG of what `api/assets/README.md` calls the map's document

Metres are true: places are laid flat round the target, and nothing is drawn that the
document does not hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians, sin, sqrt
from typing import Any
from xml.etree import ElementTree as Xml

from geocorr.wording import clock, counted

# The same colours and shapes as the map's (`api/assets/map/looks.mjs`).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_CORNERS = (
    (),
    ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    ((0, -1.1), (1, 0.8), (-1, 0.8)),
    ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    ((0, 1.1), (1, -0.8), (-1, -0.8)),
)
_INK = "#0b0c0c"
_WIDTH, _HEIGHT, _MARGIN, _ROW = 720, 460, 30, 24
# Fixes within so many radii of the target are in the picture: the map's first view.
_NEAR_RADII = 6
_SCALES_M = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000)
_EQUATOR_M, _ECCENTRICITY_2 = 6_378_137.0, 0.00669437999014

Document = Mapping[str, Any]
Point = tuple[float, float]


def hit_svg(document: Document) -> str:
    """An SVG element as text: people's words in it are text, never markup."""
    people: Sequence[Document] = document["people"]
    plan = _plan(document)
    height = _HEIGHT + _ROW * (len(people) + 2) + _ROW // 2
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "class": "app-picture",
            "role": "img",
            "font-family": "arial, sans-serif",
            "font-size": "14",
        },
    )
    Xml.SubElement(root, "title").text = _title(document)
    frame = Xml.SubElement(root, "svg", {"width": str(_WIDTH), "height": str(_HEIGHT)})
    _rectangle(frame)
    _target(frame, document["target"], plan)
    for nth, person in enumerate(people):
        _person(frame, person, nth, plan)
    for person in people:
        _labels(frame, person, plan)
    _scale(frame, plan)
    _text(frame, (16, 26), "↑ North", weight="bold")
    _legend(root, document, plan)
    return Xml.tostring(root, encoding="unicode")


@dataclass(frozen=True, slots=True)
class _Plan:
    """From degrees to the picture, and how many pixels a metre has."""

    origin: Point
    degree_m: Point
    middle_m: Point
    per_m: float

    def at(self, longitude: float, latitude: float) -> Point:
        east, north = _metres((longitude, latitude), self.origin, self.degree_m)
        x = _WIDTH / 2 + (east - self.middle_m[0]) * self.per_m
        return x, _HEIGHT / 2 - (north - self.middle_m[1]) * self.per_m

    def shows(self, fix: Document) -> bool:
        x, y = self.at(fix["longitude"], fix["latitude"])
        return 0 <= x <= _WIDTH and 0 <= y <= _HEIGHT


def _plan(document: Document) -> _Plan:
    target = document["target"]
    origin = (target["longitude"], target["latitude"])
    degree_m = _degree_m(origin[1])
    near_m = target["radius_m"] * _NEAR_RADII
    places = [place for ring in _rings(target["area"]) for place in ring]
    places += [
        (fix["longitude"], fix["latitude"])
        for fix in _fixes(document)
        if fix["distance_m"] <= near_m
    ]
    metres = [_metres((place[0], place[1]), origin, degree_m) for place in places]
    (west, east), (south, north) = (
        (min(side), max(side)) for side in zip(*metres, strict=True)
    )
    per_m = min(
        (_WIDTH - 2 * _MARGIN) / max(east - west, 1.0),
        (_HEIGHT - 2 * _MARGIN) / max(north - south, 1.0),
    )
    return _Plan(origin, degree_m, ((west + east) / 2, (south + north) / 2), per_m)


def _degree_m(latitude: float) -> Point:
    """Metres that a degree of longitude and one of latitude have there (WGS84)."""
    flat = sqrt(1 - _ECCENTRICITY_2 * sin(radians(latitude)) ** 2)
    parallel_m = _EQUATOR_M / flat * cos(radians(latitude))
    meridian_m = _EQUATOR_M * (1 - _ECCENTRICITY_2) / flat**3
    return radians(1) * parallel_m, radians(1) * meridian_m


def _metres(place: Point, origin: Point, degree_m: Point) -> Point:
    east = (place[0] - origin[0]) * degree_m[0]
    return east, (place[1] - origin[1]) * degree_m[1]


def _fixes(document: Document) -> list[Document]:
    return [fix for person in document["people"] for fix in person["fixes"]]


def _rings(area: Document) -> list[Sequence[Sequence[float]]]:
    """Every ring of a Polygon or a MultiPolygon."""
    parts = area["coordinates"]
    if area["type"] == "Polygon":
        return list(parts)
    return [ring for polygon in parts for ring in polygon]


def _target(frame: Xml.Element, target: Document, plan: _Plan) -> None:
    outline = " ".join(_closed(ring, plan) for ring in _rings(target["area"]))
    shade = {"fill": _INK, "fill-opacity": "0.07", "stroke": _INK, "stroke-width": "2"}
    Xml.SubElement(frame, "path", {"d": outline, **shade})
    x, y = plan.at(target["longitude"], target["latitude"])
    cross = f"M{x - 9:.1f},{y:.1f}h18M{x:.1f},{y - 9:.1f}v18"
    Xml.SubElement(frame, "path", {"d": cross, "stroke": _INK, "stroke-width": "2"})


def _person(frame: Xml.Element, person: Document, nth: int, plan: _Plan) -> None:
    colour, fixes = COLOURS[nth % len(COLOURS)], person["fixes"]
    thin = {"fill": colour, "fill-opacity": "0.06", "stroke": colour}
    for fix in fixes:
        _circle(frame, fix, plan, thin)
    line = {"fill": "none", "stroke": colour, "stroke-width": "3"}
    _lines(frame, _runs(person["paths"]), fixes, plan, {**line, "class": "path"})
    dashed = {**line, "stroke-dasharray": "6 6", "class": "gap"}
    silent = [[gap["from"], gap["to"]] for gap in person["gaps"]]
    _lines(frame, silent, fixes, plan, dashed)
    for fix in fixes:
        x, y = plan.at(fix["longitude"], fix["latitude"])
        _mark(frame, (x, y), nth, hollow=not fix["trusted"])


def _circle(
    frame: Xml.Element, fix: Document, plan: _Plan, looks: Mapping[str, str]
) -> None:
    """The accuracy: as the document has it, or of its true metres."""
    if fix.get("circle"):
        outline = " ".join(_closed(ring, plan) for ring in fix["circle"])
        Xml.SubElement(frame, "path", {"d": outline, "class": "within", **looks})
    elif fix["r95_m"]:
        x, y = plan.at(fix["longitude"], fix["latitude"])
        round_it = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "class": "within"}
        radius = {"r": f"{fix['r95_m'] * plan.per_m:.1f}"}
        Xml.SubElement(frame, "circle", {**round_it, **radius, **looks})


def _runs(pairs: Iterable[Document]) -> list[list[int]]:
    """Pairs of fixes that follow one another, joined."""
    found: list[list[int]] = []
    for pair in pairs:
        if found and found[-1][-1] == pair["from"]:
            found[-1].append(pair["to"])
        else:
            found.append([pair["from"], pair["to"]])
    return found


def _lines(
    frame: Xml.Element,
    runs: Iterable[Sequence[int]],
    fixes: Sequence[Document],
    plan: _Plan,
    looks: Mapping[str, str],
) -> None:
    for run in runs:
        places = [(fixes[i]["longitude"], fixes[i]["latitude"]) for i in run]
        Xml.SubElement(frame, "path", {"d": _joined(places, plan), **looks})


def _mark(frame: Xml.Element, at: Point, nth: int, hollow: bool = False) -> None:
    colour, corners = COLOURS[nth % len(COLOURS)], _CORNERS[nth % len(_CORNERS)]
    looks = {
        "fill": "#ffffff" if hollow else colour,
        "stroke": colour if hollow else "#ffffff",
        "stroke-width": "2" if hollow else "1",
        "class": "fix",
    }
    x, y = at
    if corners:
        drawn = "L".join(f"{x + 5 * dx:.1f},{y + 5 * dy:.1f}" for dx, dy in corners)
        Xml.SubElement(frame, "path", {"d": f"M{drawn}z", **looks})
    else:
        place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "5"}
        Xml.SubElement(frame, "circle", {**place, **looks})


def _labels(frame: Xml.Element, person: Document, plan: _Plan) -> None:
    fixes = person["fixes"]
    for gap in person["gaps"]:
        ends = [fixes[gap[end]] for end in ("from", "to")]
        (x1, y1), (x2, y2) = (plan.at(e["longitude"], e["latitude"]) for e in ends)
        middle = ((x1 + x2) / 2, (y1 + y2) / 2 + 18)
        _text(frame, middle, f"{gap['minutes']} min", anchor="middle")
    for visit in person["visits"]:
        if first := _first_of(visit, fixes):
            x, y = plan.at(first["longitude"], first["latitude"])
            _text(frame, (x, y - 12), visit["label"], anchor="middle", weight="bold")


def _first_of(visit: Document, fixes: Sequence[Document]) -> Document | None:
    begin, end = _time(visit["from"]), _time(visit["to"])
    within = (f for f in fixes if f["inside"] and begin <= _time(f["t"]) <= end)
    return next(within, None)


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _scale(frame: Xml.Element, plan: _Plan) -> None:
    longest = (_WIDTH / 4) / plan.per_m
    metres = max((m for m in _SCALES_M if m <= longest), default=_SCALES_M[0])
    y, length = _HEIGHT - 16, metres * plan.per_m
    bar = f"M16,{y - 6}v6h{length:.1f}v-6"
    Xml.SubElement(
        frame, "path", {"d": bar, "fill": "none", "stroke": _INK, "stroke-width": "2"}
    )
    _text(frame, (22, y - 6), f"{metres:,} m")


def _legend(root: Xml.Element, document: Document, plan: _Plan) -> None:
    y = _HEIGHT + _ROW
    for nth, person in enumerate(document["people"]):
        _mark(root, (16, y - 5), nth)
        hidden = sum(not plan.shows(fix) for fix in person["fixes"])
        beyond = f"; {counted(hidden, 'fix', 'fixes')} outside the picture"
        _text(root, (30, y), _name(person) + (beyond if hidden else ""))
        y += _ROW
    radius_m = document["target"]["radius_m"]
    said = (
        f"Black circle: the vicinity, {radius_m:,.0f} m. Solid: observed path. "
        "Dashed: gap, with its minutes.",
        "Pale circle: the true place is within it 95 times in 100. "
        "Hollow: fix that is not trusted.",
    )
    for line in said:
        _text(root, (16, y), line)
        y += _ROW


def _title(document: Document) -> str:
    target = document["target"]
    names = ", ".join(_name(person) for person in document["people"]) or "nobody"
    window = [clock(_time(target[end])) for end in ("window_from", "window_to")]
    return (
        f"Map of {target['reference']}: fixes of {names}. "
        f"Crime window {window[0]} to {window[1]}. The table has every fix."
    )


def _name(person: Document) -> str:
    return str(person["label"] or person["nominal_id"] or person["device_id"])


def _rectangle(frame: Xml.Element) -> None:
    size = {"width": str(_WIDTH), "height": str(_HEIGHT)}
    looks = {"fill": "#f7f7f5", "stroke": "#484d50"}
    Xml.SubElement(frame, "rect", {**size, **looks})


def _text(
    root: Xml.Element, at: Point, said: str, anchor: str = "start", weight: str = ""
) -> None:
    place = {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}", "text-anchor": anchor}
    looks = {"fill": _INK, **({"font-weight": weight} if weight else {})}
    halo = {"stroke": "#ffffff", "stroke-width": "3", "paint-order": "stroke"}
    Xml.SubElement(root, "text", {**place, **looks, **halo}).text = said


def _joined(places: Iterable[Sequence[float]], plan: _Plan) -> str:
    points = (plan.at(place[0], place[1]) for place in places)
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _closed(ring: Iterable[Sequence[float]], plan: _Plan) -> str:
    return _joined(ring, plan) + "z"
