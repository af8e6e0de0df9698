"""The still picture of a hit: every fact of the document, in true metres, as text."""

import re
from math import hypot
from xml.etree import ElementTree as Xml

import pytest
from pyproj import Geod

from api import pictures
from tests.browser import map_scene

SVG = "{http://www.w3.org/2000/svg}"
Shape = Xml.Element


def drawn(*people: map_scene.Document) -> Shape:
    return Xml.fromstring(pictures.hit_svg(map_scene.document(people)))


def of(root: Shape, kind: str) -> list[Shape]:
    return [shape for shape in root.iter() if shape.get("class") == kind]


def words(root: Shape) -> list[str]:
    return [shape.text or "" for shape in root.iter(f"{SVG}text")]


def points(shape: Shape) -> list[tuple[float, float]]:
    found = re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape.get("d") or "")
    return [(float(x), float(y)) for x, y in found]


def pixels_of_a_metre(root: Shape) -> float:
    """Read off the scale bar, as a person would."""
    (said,) = (word for word in words(root) if re.fullmatch(r"[\d,]+ m", word))
    (bar,) = (s for s in root.iter(f"{SVG}path") if "h" in s.get("d", "")[:30]
              and "v-6" in s.get("d", ""))  # fmt: skip
    length = re.search(r"h([\d.]+)", bar.get("d", ""))
    assert length
    return float(length[1]) / float(said.removesuffix(" m").replace(",", ""))


def test_gaps_are_dashed_and_told_in_minutes_and_paths_are_solid() -> None:
    root = drawn(map_scene.walker())
    gaps = of(root, "gap")
    assert [gap.get("stroke-dasharray") for gap in gaps] == ["6 6", "6 6"]
    assert {"13 min", "6 min", "A1"} <= set(words(root))
    paths = of(root, "path")
    assert len(paths) == 3
    assert all(path.get("stroke-dasharray") is None for path in paths)


def test_nothing_joins_fixes_that_no_observed_line_joins() -> None:
    fixes = map_scene.walker()["fixes"]
    root = drawn(map_scene.person("T1", "N1", fixes, paths=[]))
    assert not of(root, "path")
    assert not of(root, "gap")
    assert len(of(root, "fix")) == len(fixes) + 1  # and one in the legend


def test_a_fix_that_is_not_trusted_is_hollow() -> None:
    root = drawn(map_scene.walker())
    hollow = [mark for mark in of(root, "fix") if mark.get("fill") == "#ffffff"]
    assert len(hollow) == 1


@pytest.mark.parametrize("with_ring", [True, False])
def test_an_accuracy_circle_has_its_true_metres(with_ring: bool) -> None:
    fix = map_scene.fix(map_scene.BEGIN, 30, 40, r95_m=80.0)
    if with_ring:
        ground = Geod(ellps="WGS84")
        ring = [
            ground.fwd(fix["longitude"], fix["latitude"], turn, 80.0)[:2]
            for turn in range(0, 361, 10)
        ]
        fix["circle"] = [ring]
    root = drawn(map_scene.person("T1", "N1", [fix]))
    (circle,) = of(root, "within")
    per_m = pixels_of_a_metre(root)
    if with_ring:
        top = min(y for _, y in points(circle))
        bottom = max(y for _, y in points(circle))
        radius = (bottom - top) / 2
    else:
        radius = float(circle.get("r", ""))
    assert radius / per_m == pytest.approx(80.0, rel=0.01)


def test_a_fix_stands_as_far_from_the_target_as_it_was() -> None:
    fix = map_scene.fix(map_scene.BEGIN, 60, -80)
    root = drawn(map_scene.person("T1", "N1", [fix]))
    frame = next(root.iter(f"{SVG}svg"))
    marks = [mark for mark in of(frame, "fix") if mark.get("cx")]
    x, y = (float(marks[0].get(name, "")) for name in ("cx", "cy"))
    cross = next(s for s in root.iter(f"{SVG}path") if "h18" in s.get("d", ""))
    (x0, y0), _ = points(cross)[:2]
    distance_m = hypot(x - (x0 + 9), y - y0) / pixels_of_a_metre(root)
    assert distance_m == pytest.approx(100.0, rel=0.01)
    assert x > x0 + 9
    assert y > y0


def test_an_accuracy_that_nobody_stated_has_no_circle() -> None:
    fix = map_scene.fix(map_scene.BEGIN, 0, 0, r95_m=None)
    root = drawn(map_scene.person("T1", "N1", [fix]))
    assert not of(root, "within")
    assert len(of(root, "fix")) == 2


def test_fixes_outside_the_picture_are_counted() -> None:
    root = drawn(map_scene.walker(), map_scene.passer())
    said = [word for word in words(root) if "outside the picture" in word]
    assert len(said) == 1
    assert said[0].startswith("N2002 with T20002; ")


def test_what_people_wrote_stays_text() -> None:
    hostile = '</title><script>alert(1)</script> "quoted" & more'
    fix = map_scene.fix(map_scene.BEGIN, 0, 0)
    text = pictures.hit_svg(
        map_scene.document([map_scene.person("T1", hostile, [fix])])
    )
    assert "<script" not in text
    assert "style=" not in text
    title = Xml.fromstring(text).find(f"{SVG}title")
    assert title is not None
    assert hostile in (title.text or "")


def test_a_crime_without_anybody_is_a_picture_all_the_same() -> None:
    root = drawn()
    title = root.find(f"{SVG}title")
    assert title is not None
    assert "nobody" in (title.text or "")
    assert "2026-03-28 21:00:00+00:00" in (title.text or "")


def test_people_differ_in_colour_and_in_shape() -> None:
    fix = map_scene.fix(map_scene.BEGIN, 0, 0)
    people = [map_scene.person(f"T{n}", f"N{n}", [fix]) for n in range(4)]
    root = drawn(*people)
    marks = of(root, "fix")
    assert len({mark.get("fill") for mark in marks}) == 4
    tags = [mark.tag for mark in marks[:4]]
    assert tags[0] == f"{SVG}circle"
    assert tags[1:] == [f"{SVG}path"] * 3
