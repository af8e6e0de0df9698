"""Every page that a role can reach: accessible, well formed, fit for small screens, and
as a person has seen it."""

from pathlib import Path

import html5lib
from playwright.sync_api import Page

import api
from api.login.who import UserRole
from api.pages.access import OPEN, PAGES
from tests.browser import seen
from tests.browser.conftest import Visitor
from tests.browser.crawl import crawl

AXE = Path(api.__file__).parent / "assets/node_modules/axe-core/axe.min.js"
DESK = {"width": 1280, "height": 900}
SMALL = {"width": 320, "height": 640}
# Pages that nothing links to: where people are sent, and what maps ask for.
NOT_LINKED = {"/password", "/basemap/place", "/basemap/{name}"}


def test_every_page_can_be_used_by_everyone(visitor: Visitor, address: str) -> None:
    reached: set[str] = set()
    wrong: dict[str, list[str]] = {}
    for role in UserRole:
        page = visitor(role, viewport=DESK)
        for route, path, status in crawl(page, address):
            if status != 200:
                wrong[f"{path} as {role}"] = [f"a link to it ends with {status}"]
                continue
            faults = [*look(page), *picture(page, route, role, reached)]
            reached.add(route)
            if faults:
                wrong[f"{path} as {role}"] = faults
        page.context.close()
    assert not wrong, "\n".join(f"{page}: {'; '.join(w)}" for page, w in wrong.items())
    pages = {path for method, path in PAGES if method == "GET" and "." not in path}
    opened = {path for _, path in OPEN}
    unlinked = pages - reached - opened - NOT_LINKED
    assert unlinked == set(), "nothing links to these"


def test_verdicts_on_everyone_can_be_used_by_everyone(visitor: Visitor) -> None:
    """The crawl opens one run of verdicts, which is of one tag."""
    page = visitor(UserRole.INVESTIGATOR, viewport=DESK)
    page.goto("/verdicts")
    page.get_by_role("row", name="everyone").get_by_role("link").first.click()
    counts = [*look(page), *likeness(page, "verdicts everyone")]
    ask = page.get_by_role("button", name="Show names")
    ask.click()
    unsaid = shown(page)
    page.get_by_label("Why you need the names").fill("a shed was broken into")
    ask.click()
    page.get_by_role("heading", name="Who", exact=True).wait_for()
    names = [*look(page), *likeness(page, "verdicts everyone by name")]
    assert {"counts": counts, "unsaid": unsaid, "names": names} == {
        "counts": [],
        "unsaid": [],
        "names": [],
    }


def picture(page: Page, route: str, role: UserRole, reached: set[str]) -> list[str]:
    """Compared once a page, and the first page once a role."""
    if route in reached and route != "/":
        return []
    return likeness(page, f"home {role}" if route == "/" else route)


def likeness(page: Page, name: str) -> list[str]:
    """Whether the page is as it was seen under this name."""
    far = seen.difference(page, name)
    return [far] if far else []


def look(page: Page) -> list[str]:
    """What is wrong with the page that stands open; it is left as it was."""
    answer = page.request.get(page.url, headers={"Accept": "text/html"})
    html5lib.HTMLParser(strict=True).parse(answer.text())
    return shown(page)


def shown(page: Page) -> list[str]:
    """The same of what is on the screen alone."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    faults = [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
    ]
    page.set_viewport_size(SMALL)
    if (px := sideways(page)) > 0:
        faults.append(f"{px} px too wide for 320")
    page.set_viewport_size(DESK)
    enlarge(page, "200%")
    if (px := sideways(page)) > 0:
        faults.append(f"{px} px too wide at twice the size of text")
    enlarge(page, "")
    return faults


def enlarge(page: Page, size: str) -> None:
    """Set the size of text; empty: as it was."""
    page.evaluate("size => { document.documentElement.style.fontSize = size }", size)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    measured = page.evaluate(
        "() => { const page = document.documentElement;"
        " return page.scrollWidth - page.clientWidth }"
    )
    return int(measured)
