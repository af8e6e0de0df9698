"""A real browser on the real service, and what is wrong on every page alike."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from api.login.who import UserRole
from tests.browser import house

_SOFTWARE_GPU = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Pages are painted by the processor, quicker than by software that plays a card.
    "--disable-gpu-rasterization",
)
Visitor = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, drawing maps without a graphics card.

    Of a module alone: while it is there, its loop runs in the thread of the tests.
    """
    with sync_playwright() as started:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        assert path, "Chromium is missing: ./do test installs it."
        made = started.chromium.launch(executable_path=path, args=list(_SOFTWARE_GPU))
        yield made
        made.close()


@pytest.fixture(scope="session")
def address(grid: Path) -> Iterator[str]:
    """Where the service with the demo scene answers."""
    home = Path(tempfile.mkdtemp(prefix="geocorr-"))
    home.chmod(0o755)
    with house.opened(home, grid) as where:
        yield where
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def cookies(address: str) -> dict[UserRole, dict[str, str]]:
    """A session of each role's account."""
    return {role: _logged_in(address, role) for role in UserRole}


def _logged_in(address: str, role: UserRole) -> dict[str, str]:
    form = {"name": house.name_of(role), "password": house.PASSWORD}
    answer = httpx2.post(f"{address}/login", data=form, headers={"Origin": address})
    assert answer.status_code == 303, answer.text
    ((name, value),) = answer.cookies.items()
    return {"name": name, "value": value, "url": address}


@pytest.fixture
def visitor(
    browser: Browser,
    address: str,
    cookies: dict[UserRole, dict[str, str]],
) -> Iterator[Visitor]:
    """Opens a page as an account of a role; at the end nothing may have gone wrong.

    No script failed, no content policy was broken, and nothing was fetched from
    elsewhere. What the browser complains of may hold the words `expected`.
    """
    faults: list[str] = []
    opened = []

    def visit(role: UserRole, expected: str = "", **choices: object) -> Page:
        context = browser.new_context(base_url=address, **choices)
        context.set_default_timeout(20_000)
        context.add_cookies([cookies[role]])
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _hear(page, said, expected, faults))
        page.on("request", lambda asked: _watch(asked.url, address, faults))
        return page

    yield visit
    for context in opened:
        context.close()
    assert not faults


def _hear(page: Page, said: ConsoleMessage, expected: str, faults: list[str]) -> None:
    # What a server refuses on purpose is in the tests that ask for it.
    fine = ("status of 4", *([expected] if expected else []))
    if said.type == "error" and not any(words in said.text for words in fine):
        faults.append(f"{page.url}: {said.text}")


def _watch(url: str, address: str, faults: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        faults.append(f"asked {url}")
