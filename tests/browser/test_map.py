"""The map in a browser: what is drawn, how time moves, and what stays without it."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page

import api
from loaders import basemap
from tests.browser import map_scene
from tests.browser.serving import application, served

BLUE, VERMILLION, INK = (0, 114, 178), (213, 94, 0), (11, 12, 12)
AXE = Path(api.__file__).parent / "assets/node_modules/axe-core/axe.min.js"
PICTURE = '<p>The <a class="govuk-link" href="#fixes">table</a> has every fix.</p>'
FORM = "".join(
    f'<div class="govuk-form-group"><label for="{name}">{name}</label>'
    f'<input class="govuk-input" id="{name}" value="{value}"></div>'
    for name, value in (("easting", ""), ("northing", ""), ("radius", "150"))
)
MAP = '<div id="map" {}><div data-map-fallback>{}</div></div>'
PAGES = {
    "/hit": MAP.format('data-source="/hit.json"', PICTURE),
    "/two": MAP.format('data-source="/two.json"', PICTURE),
    "/far": MAP.format('data-source="/far.json"', PICTURE),
    "/crowd": MAP.format('data-source="/crowd.json"', PICTURE),
    "/hostile": MAP.format('data-source="/hostile.json"', PICTURE),
    "/streets": MAP.format(
        'data-source="/hit.json" data-basemap="/basemap/streets.pmtiles"', PICTURE
    ),
    "/tiles": MAP.format(
        'data-source="/hit.json" data-tiles="ORIGIN/tile/{z}/{x}/{y}.png"', PICTURE
    ),
    "/no-streets": MAP.format(
        'data-source="/hit.json" data-basemap="/nowhere.pmtiles"', PICTURE
    ),
    "/lost": MAP.format('data-source="/nowhere.json"', PICTURE),
    "/points": MAP.format('data-points="/points.json"', PICTURE),
    "/pick": FORM
    + MAP.format(
        'data-pick data-easting="easting" data-northing="northing" '
        'data-radius="radius" data-convert="/convert"',
        "",
    ),
}
HOSTILE = '<img src="//elsewhere.example/x.png" onerror="alert(1)">‮x'


def feature(geometry: Mapping[str, object], **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


POINTS = {
    "type": "FeatureCollection",
    "features": [
        feature(
            {"type": "Point", "coordinates": [-3.18, 51.48]},
            label="N1",
            detail="proposed: DEM-03",
            href="/nominals/N1",
            group="Proposed",
            radius_m=200,
        ),
        feature(
            {"type": "Point", "coordinates": [-3.17, 51.485]},
            label=HOSTILE,
            href="javascript:alert(1)",
            group="Named",
        ),
        feature(
            {"type": "Polygon", "coordinates": [map_scene.ring(900)]},
            label="DEM-03",
            group="Proposed",
        ),
    ],
}
CONVERTED = {
    "easting": 318012.4,
    "northing": 176001.6,
    "longitude": -3.18,
    "latitude": 51.48,
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("ground")
    fix = map_scene.fix(map_scene.BEGIN, 10, 10, marks=[HOSTILE])
    data: dict[str, object] = {
        "/hit.json": map_scene.document([map_scene.walker()]),
        "/two.json": map_scene.document([map_scene.walker(), map_scene.passer()]),
        "/far.json": map_scene.document([map_scene.absent()]),
        "/crowd.json": map_scene.crowd(10_000),
        "/hostile.json": map_scene.document([map_scene.person("T1", HOSTILE, [fix])]),
        "/points.json": POINTS,
        "/convert": CONVERTED,
        "/basemap/streets.pmtiles": streets(folder),
        "/tile/": green(folder / "tile.png"),
    }
    with served(application(PAGES, data)) as address:
        yield address


def streets(folder: Path) -> Path:
    """A base map of one street through the target."""
    x, y = map_scene.PLACE
    street = {
        "type": "LineString",
        "coordinates": [[x - 0.1, y - 0.01], [x + 0.1, y + 0.01]],
    }
    source = folder / "streets.geojson"
    found = [feature(street, name="High Street")]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    made = folder / "streets.pmtiles"
    basemap.make(source, made)
    return made


def green(path: Path) -> Path:
    Image.new("RGB", (256, 256), (0, 200, 0)).save(path)
    return path


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, host: str) -> Iterator[Opened]:
    """Opens a page and waits for its map; afterwards nothing may have gone wrong."""
    faults: list[str] = []
    pages = []

    def open_(path: str, width: int = 1280, expected: str = "") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(90_000)
        pages.append(page)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: hear(said, faults, expected))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((host, "data:", "blob:"))
                or faults.append(asked.url)
            ),
        )
        page.goto(host + path)
        page.wait_for_function("() => window.__ready === true")
        return page

    yield open_
    for page in pages:
        page.close()
    assert not faults


def hear(said: ConsoleMessage, faults: list[str], expected: str) -> None:
    if said.type in {"error", "warning"} and not (expected and expected in said.text):
        faults.append(said.text)


def pixels(page: Page, colour: tuple[int, int, int], off: int = 24) -> int:
    """How many pixels of the map have a colour, or nearly."""
    shot = page.locator(".app-map__canvas").screenshot()
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    return int((np.abs(image - colour).max(axis=2) <= off).sum())


def until(page: Page, so: Callable[[], bool], tries: int = 60) -> None:
    """The map draws in its own time."""
    for _ in range(tries):
        if so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("The map did not come to it.")


def slider(page: Page) -> int:
    return int(page.get_by_role("slider").input_value())


def told(page: Page) -> str:
    return page.locator(".app-map__told").inner_text()


def marked(page: Page) -> list[str]:
    """Which fixes the map marks as the present ones, as `person:fix`."""
    marks = page.locator(".app-map__mark").all()
    return [mark.get_attribute("data-fix") or "" for mark in marks]


def cursor_s(page: Page) -> float:
    """The moment at which the chart's cursor stands, in seconds into the slice."""
    script = """() => {
        const box = (name) => document.querySelector(name).getBoundingClientRect();
        const chart = box(".app-map__chart"), cursor = box(".app-map__cursor");
        const x = cursor.left + cursor.width / 2 - chart.left;
        return (x - 64) / (chart.width - 64 - 14);
    }"""
    return float(page.evaluate(script)) * 135 * 60


BEGIN_S = int(map_scene.BEGIN.timestamp())


def at_s(document: map_scene.Document, index: int) -> int:
    said = str(document["fixes"][index]["t"])  # type: ignore[index]
    return int(datetime.fromisoformat(said).timestamp())


def test_a_hit_is_drawn_with_its_gaps_and_visits(opened: Opened) -> None:
    page = opened("/hit")
    assert pixels(page, BLUE) > 2_000
    assert pixels(page, INK) > 1_000
    labels = page.locator(".app-map__gap")
    assert sorted(labels.all_inner_texts()) == ["13 min", "6 min"]
    assert page.locator(".app-map__visit").all_inner_texts() == ["A1"]
    assert page.get_by_label("No fix of N0011 with T10070 for 13 minutes").is_visible()
    assert not page.locator("[data-map-fallback]").is_visible()
    assert "↑ North" in page.locator(".app-map__north").inner_text()
    assert page.locator(".maplibregl-ctrl-scale").inner_text().endswith("m")
    assert page.get_by_role("button", name="Enter fullscreen").is_visible()


def test_of_a_tag_far_away_map_and_chart_show_how_far(opened: Opened) -> None:
    page = opened("/far")
    # The signs are small at so small a scale, and the vicinity smaller.
    assert pixels(page, BLUE) > 20
    assert page.get_by_label("Show far distances too").is_checked()
    assert not page.locator(".app-map__beyond").first.get_attribute("d")
    page.get_by_role("button", name="Show vicinity").click()
    until(page, lambda: pixels(page, BLUE) == 0)


def test_accuracy_circles_are_there_until_they_are_not_wanted(opened: Opened) -> None:
    page = opened("/hit")
    rim = (124, 178, 214)  # half of BLUE on the ground's colour
    before = pixels(page, rim, off=14)
    page.get_by_label("Accuracy circles").uncheck()
    # What remains of that colour are the edges of the fixes' signs.
    until(page, lambda: pixels(page, rim, off=14) < before / 3)


def test_it_opens_at_the_crime_window(opened: Opened) -> None:
    page = opened("/hit")
    assert slider(page) == int(map_scene.WINDOW[0].timestamp())
    text = page.get_by_role("slider").get_attribute("aria-valuetext")
    assert text == "21:00:00 +00:00, 28 March 2026"
    assert page.locator(".app-map__window-word").text_content() == "Crime window"


def test_keys_step_from_fix_to_fix_and_all_follows(opened: Opened) -> None:
    page = opened("/hit")
    walker = map_scene.walker()
    page.get_by_role("slider").focus()
    for index in (19, 20, 21):
        page.keyboard.press("ArrowRight")
        assert slider(page) == at_s(walker, index)
        assert told(page).startswith(f"N0011 with T10070, fix {index + 1} of 63: 21:0")
        assert marked(page) == [f"0:{index}"]
        assert cursor_s(page) == pytest.approx(slider(page) - BEGIN_S, abs=15)
    assert page.locator(".app-map__told").get_attribute("aria-live") == "polite"
    page.keyboard.press("ArrowLeft")
    assert slider(page) == at_s(walker, 20)
    assert "within the crime window" in told(page)
    assert "drawn inside the vicinity" in told(page)


def test_buttons_step_too_and_doubtful_fixes_are_told_so(opened: Opened) -> None:
    page = opened("/hit")
    back = page.get_by_role("button", name="Previous fix")
    while "fix 9 of" not in told(page):
        back.click()
    assert "not trusted, jump" in told(page)
    mark = page.locator(".app-map__mark")
    assert mark.get_attribute("fill") == "#fff"
    assert "drawn outside the vicinity" in told(page)
    back.press("Enter")
    page.get_by_role("button", name="Next fix").press("Enter")
    assert "fix 9 of" in told(page)


def test_a_gap_is_told_and_nobody_is_drawn_in_it(opened: Opened) -> None:
    page = opened("/hit")
    page.get_by_role("slider").focus()
    page.keyboard.press("PageDown")
    assert told(page) == (
        "N0011 with T10070: last fix 20:47:00, 312 m away; then none for 13 min."
    )
    assert marked(page) == ["0:17"]


def test_a_click_on_the_chart_chooses_the_moment(opened: Opened) -> None:
    page = opened("/hit")
    chart = page.locator(".app-map__chart")
    box = chart.bounding_box()
    assert box
    chart.click(position={"x": 64 + (box["width"] - 78) / 2, "y": 50})
    assert slider(page) - BEGIN_S == pytest.approx(135 * 30, abs=20)
    assert cursor_s(page) == pytest.approx(135 * 30, abs=20)


def test_the_chart_says_what_it_shows(opened: Opened) -> None:
    page = opened("/two")
    said = page.locator(".app-map__chart").get_attribute("aria-label") or ""
    assert "N0011 with T10070 nearest at 29 m, 21:08:00 +00:00" in said
    assert "crime window from 21:00:00" in said
    # Both are joined by lines where observed, and by dashes over the two gaps.
    dashes = page.locator(".app-map__line--gap").first.get_attribute("d") or ""
    assert dashes.count("M") == 2
    assert page.locator(".app-map__fix--hollow").first.get_attribute("d")


def test_the_legend_shows_and_hides_people(opened: Opened) -> None:
    page = opened("/two")
    assert pixels(page, VERMILLION) > 500
    assert len(marked(page)) == 2
    page.get_by_role("checkbox", name="N2002 with T20002").uncheck()
    until(page, lambda: pixels(page, VERMILLION) == 0)
    assert marked(page) == ["0:18"]
    lines = page.locator(".app-map__line:not(.app-map__line--gap)")
    assert lines.count() == 1
    page.get_by_role("checkbox", name="N2002 with T20002").check()
    assert lines.count() == 2


def test_two_fixes_of_one_time_are_both_stepped_to(opened: Opened) -> None:
    page = opened("/two")
    page.get_by_role("button", name="Next fix").click()
    first, moment = told(page), slider(page)
    page.get_by_role("button", name="Next fix").click()
    assert slider(page) == moment
    assert {first[:5], told(page)[:5]} == {"N0011", "N2002"}


def test_playing_moves_time_and_is_not_read_out(opened: Opened) -> None:
    page = opened("/hit")
    page.get_by_label("Speed").select_option("300")
    before = slider(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        f"() => Number(document.querySelector('[type=range]').value) > {before + 120}"
    )
    assert page.locator(".app-map__told").get_attribute("aria-live") == "off"
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play").is_visible()
    assert page.locator(".app-map__told").get_attribute("aria-live") == "polite"
    stopped = slider(page)
    page.wait_for_timeout(300)
    assert slider(page) == stopped
    assert cursor_s(page) == pytest.approx(stopped - BEGIN_S, abs=20)


def test_it_stops_at_the_end_and_begins_anew(opened: Opened) -> None:
    page = opened("/hit")
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    end = BEGIN_S + int(timedelta(minutes=135).total_seconds())
    assert slider(page) == end
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        f"() => Number(document.querySelector('[type=range]').value) < {end}"
    )


def test_ten_thousand_fixes_are_drawn_and_stepped_through(opened: Opened) -> None:
    page = opened("/crowd")
    assert pixels(page, BLUE) > 2_000
    page.get_by_role("slider").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    # Ten people, each with a fix at every moment.
    assert "fix 446 of 1000" in told(page)
    assert len(marked(page)) == 10


@pytest.mark.parametrize("path", ["/hit", "/two", "/points", "/pick"])
def test_nothing_is_cut_off_at_320_px(opened: Opened, path: str) -> None:
    page = opened(path, width=320)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 320
    box = page.locator(".app-map__canvas").bounding_box()
    assert box
    assert box["height"] >= 250


@pytest.mark.parametrize("path", ["/two", "/points", "/pick"])
def test_axe_finds_nothing(opened: Opened, path: str) -> None:
    page = opened(path)
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_what_people_wrote_stays_text(opened: Opened) -> None:
    page = opened("/hostile")
    page.get_by_role("button", name="Previous fix").click()
    assert HOSTILE in told(page)
    assert page.locator(".app-map__legend").inner_text().count("<img") == 1
    assert page.locator("img").count() == 0


def test_streets_lie_under_the_data_and_no_font_is_asked_for(opened: Opened) -> None:
    page = opened("/streets")
    street = (172, 175, 178)  # seven tenths of the street's grey on the ground
    found = pixels(page, street, off=6)
    assert pixels(page, BLUE) > 2_000
    assert found > 300 + pixels(opened("/hit"), street, off=6)


def test_tiles_lie_under_the_data(opened: Opened) -> None:
    page = opened("/tiles")
    shot = page.locator(".app-map__canvas").screenshot()
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    greenish = (image[..., 1] - image[..., 0] > 20) & (image[..., 1] > image[..., 2])
    assert greenish.mean() > 0.5
    assert pixels(page, BLUE) > 1_500


def test_the_data_stand_where_the_base_map_does_not_come(opened: Opened) -> None:
    page = opened("/no-streets", expected="404")
    assert pixels(page, BLUE) > 2_000
    assert not page.locator("[data-map-fallback]").is_visible()


def test_without_data_the_picture_stays(opened: Opened) -> None:
    page = opened("/lost", expected="404")
    assert page.locator("[data-map-fallback]").is_visible()
    assert "did not come (404)" in page.get_by_role("status").first.inner_text()
    assert page.locator(".app-map").count() == 0


def test_without_webgl_the_picture_stays(browser: Browser, host: str) -> None:
    bare = browser.browser_type.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-3d-apis"]
    )
    page = bare.new_page()
    page.goto(host + "/hit")
    page.wait_for_function("() => window.__ready === true")
    assert page.locator("[data-map-fallback]").is_visible()
    assert "WebGL is missing" in page.get_by_role("status").first.inner_text()
    assert page.locator("canvas").count() == 0
    bare.close()


def test_without_script_the_picture_stays(browser: Browser, host: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(host + "/hit")
    assert page.get_by_role("link", name="table").is_visible()
    page.close()


def test_places_have_labels_groups_and_circles(opened: Opened) -> None:
    page = opened("/points")
    assert pixels(page, BLUE) > 500
    assert pixels(page, VERMILLION) > 20
    link = page.get_by_role("link", name="N1")
    assert link.get_attribute("href") == "/nominals/N1"
    assert page.locator(".app-map__place").count() == 2
    assert page.locator('.app-map__place:has-text("onerror")').count() == 1
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.locator(".app-map__groups").inner_text().split() == [
        "Proposed",
        "Named",
    ]


def test_a_place_is_picked_by_a_click_or_by_key(opened: Opened) -> None:
    page = opened("/pick")
    page.locator(".app-map__canvas canvas").click(position={"x": 300, "y": 200})
    page.get_by_text("Placed at easting 318012, northing 176002.").wait_for()
    assert page.locator("#easting").input_value() == "318012"
    assert page.locator("#northing").input_value() == "176002"
    page.locator("#easting").fill("")
    page.get_by_role("button", name="Use the middle of the map").press("Enter")
    page.wait_for_function("() => document.querySelector('#easting').value !== ''")
    assert page.locator(".maplibregl-marker").count() == 1
