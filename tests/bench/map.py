"""The map's frames while it plays and while it is dragged: 100 fixes against 10,000.

    python -m tests.bench.map

Chromium without a graphics card, so the ratio counts and not the milliseconds. The two
alternate, so that whatever else the machine does meets both.
"""

import shutil
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import map_scene
from tests.browser.conftest import _SOFTWARE_GPU
from tests.browser.serving import application, served

FEW, MANY = 100, 10_000
ROUNDS = 2
FRAMES = 40
_MAP = '<div data-source="/{}.json"></div>'
# The times between so many frames, in milliseconds.
_COUNT = """frames => new Promise(done => {
    const times = [];
    const frame = now => {
        times.push(now);
        if (times.length > frames) done(times.slice(1).map((t, i) => t - times[i]));
        else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})"""
# A drag as a hand makes it, a step a frame, round and round.
_DRAG = """frames => {
    const canvas = document.querySelector(".app-map__canvas canvas");
    const box = canvas.getBoundingClientRect();
    const at = (x, y) => ({ clientX: x, clientY: y, bubbles: true, button: 0 });
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    canvas.dispatchEvent(new MouseEvent("mousedown", { ...at(...middle), buttons: 1 }));
    let n = 0;
    const step = () => {
        const x = middle[0] + 80 * Math.sin(n / 5);
        const y = middle[1] + 40 * Math.cos(n / 5);
        const moved = new MouseEvent("mousemove", { ...at(x, y), buttons: 1 });
        document.dispatchEvent(moved);
        n += 1;
        if (n <= frames) requestAnimationFrame(step);
        else document.dispatchEvent(new MouseEvent("mouseup", at(x, y)));
    };
    requestAnimationFrame(step);
}"""


def main() -> None:
    """Print the median time of a frame for each, and their ratio."""
    sizes = (FEW, MANY)
    pages = {f"/{n}": _MAP.format(n) for n in sizes}
    data = {f"/{n}.json": map_scene.crowd(n) for n in sizes}
    found: dict[tuple[str, int], list[float]] = {}
    with served(application(pages, data)) as host, sync_playwright() as started:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = started.chromium.launch(
            executable_path=path, args=list(_SOFTWARE_GPU)
        )
        for _ in range(ROUNDS):
            for n in sizes:
                for what, times in measured(browser, f"{host}/{n}").items():
                    found.setdefault((what, n), []).extend(times)
        browser.close()
    for what in ("play", "pan"):
        few, many = (median(found[what, n]) for n in sizes)
        worst = max(found[what, MANY])
        print(
            f"{what}: {few:.1f} ms a frame of {FEW:,} fixes, {many:.1f} ms of {MANY:,}"
            f" (slowest {worst:.0f} ms): {many / few:.2f} times"
        )


def measured(browser: Browser, address: str) -> dict[str, list[float]]:
    """The times between frames while the map plays, and while it is dragged."""
    page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(90_000)
    page.goto(address)
    page.wait_for_function("() => window.__ready === true")
    page.get_by_role("button", name="Play").click()
    played = page.evaluate(_COUNT, FRAMES)
    page.get_by_role("button", name="Pause").click()
    canvas = page.locator(".app-map__canvas canvas")
    before = canvas.screenshot()
    page.evaluate(_DRAG, FRAMES)
    panned = page.evaluate(_COUNT, FRAMES)
    assert canvas.screenshot() != before, "the map was not dragged"
    page.close()
    return {"play": played, "pan": panned}


if __name__ == "__main__":
    main()
