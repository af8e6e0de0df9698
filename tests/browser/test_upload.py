"""Sending files: how far it has come, where it leads, and every way it may go wrong."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from api.login.who import UserRole
from fixtures import scenes
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import shown
from tests.browser.test_journeys import tab_to

_A_MB = 1024 * 1024
# Every word of the live region, for a page that stays.
_LISTEN = """() => {
    const told = document.querySelector(".app-upload [role=status]");
    window.heard = [];
    new MutationObserver(() => window.heard.push(told.textContent))
        .observe(told, { childList: true });
}"""
SUMMARY = ".govuk-error-summary"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Ten crimes, as much said of each as may be, in letters of four bytes."""
    head, *rows = csv.reader(io.StringIO(scenes.ten_valid_crimes()))
    path = tmp_path / "large.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        told = [[*cells, "\N{BICYCLE}" * 10_000] for *cells, _ in rows]
        csv.writer(file).writerows([head, *told])
    return path


def chosen(page: Page, path: Path) -> None:
    """The form, filled in to try this file: the scene stays what it is."""
    page.goto("/upload")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("radio", name="UTC").check()
    page.get_by_role("checkbox", name="Only try").check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()


def tried(page: Page) -> None:
    """The answer has come in the end."""
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("What would become of the files")
    expect(title).to_be_focused()


def slow(page: Page, bytes_a_s: int) -> None:
    """From now on the network takes no more than this from the browser."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_a_s,
        },
    )


def test_it_says_how_far_it_has_come_and_leads_to_the_report(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM)
    chosen(page, large)
    page.get_by_role("checkbox", name="Only try").uncheck()
    slow(page, _A_MB // 8)
    tab_to(page, page.get_by_role("button", name="Send", exact=True))
    page.keyboard.press("Enter")
    bar = page.get_by_role("progressbar", name="Sending 1 file")
    expect(bar).to_be_visible()
    told = page.locator(".app-upload").get_by_role("status")
    expect(told).to_have_text(re.compile(r"^\d\.\d of 0\.4 MB sent$"), timeout=10_000)
    page.wait_for_function("() => document.querySelector('progress').position > 0.3")
    assert shown(page) == []
    page.wait_for_url(re.compile(r"/upload\?batch=\d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What became of the files"
    )
    expect(page.locator("main")).to_contain_text("10 of 10 rows were taken")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send crime files")
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_what_it_says_is_spoken_and_what_was_tried_can_be_sent(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM)
    chosen(page, large)
    slow(page, _A_MB // 8)
    page.evaluate(_LISTEN)
    send(page)
    tried(page)
    heard = page.evaluate("window.heard")
    assert heard[0] == "Beginning ..."
    assert any(re.fullmatch(r"\d\.\d of 0\.4 MB sent", words) for words in heard)
    assert heard[-1] == "All sent. Reading and checking ..."
    assert shown(page) == []
    # The file need not be found again.
    kept = page.locator("input[type=file]").evaluate("field => field.files[0].name")
    assert kept == "large.csv"
    expect(page.get_by_role("radio", name="UTC")).to_be_checked()


def test_a_fault_of_the_form_is_at_its_field_and_the_files_stay(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM)
    page.goto("/upload")
    page.locator("input[type=file]").set_input_files(large)
    send(page)
    expect(page.locator(SUMMARY)).to_be_focused()
    page.get_by_role("link", name="Say in which zone").click()
    expect(page.get_by_role("radio", name="London")).to_be_focused()
    kept = page.locator("input[type=file]").evaluate("field => field.files[0].name")
    assert kept == "large.csv"
    assert shown(page) == []


def answered(status: int, body: str, kind: str) -> Callable[[Route], None]:
    """Answers the form so, and lets everything else through."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body=body, content_type=kind)
        else:
            route.continue_()

    return answer


@pytest.mark.parametrize(
    ("status", "kind", "body", "words"),
    [
        (
            413,
            "application/problem+json",
            '{"detail": "A file may have 200 MB: split it and send its parts."}',
            "split it and send its parts. Nothing was stored",
        ),
        (
            503,
            "text/html",
            "<main><h1>Not available just now</h1><p>The database rests</p></main>",
            "Not available just now. The database rests. Some may be stored",
        ),
        (
            502,
            "text/html",
            "<h1>Bad gateway</h1>",
            "geocorr cannot be reached. (It answered 502.) Some may be stored",
        ),
    ],
)
def test_what_the_server_refuses_is_said_above_the_form(
    visitor: Visitor, large: Path, status: int, kind: str, body: str, words: str
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM, expected=f"status of {status}")
    chosen(page, large)
    page.route("**/upload", answered(status, body, kind))
    send(page)
    expect(page.locator(SUMMARY)).to_contain_text(words)
    expect(page.locator(SUMMARY)).to_be_focused()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    assert shown(page) == []
    page.unroute("**/upload")
    send(page)
    tried(page)


def test_a_lost_connection_is_said_and_sending_again_goes_on(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM, expected="net::ERR")
    chosen(page, large)

    def lost(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/upload", lost)
    send(page)
    expect(page.locator(SUMMARY)).to_contain_text("the connection was lost")
    page.unroute("**/upload")
    page.context.set_offline(True)
    send(page)
    expect(page.locator(SUMMARY)).to_contain_text("geocorr cannot be reached. Nothing")
    page.context.set_offline(False)
    send(page)
    tried(page)


def test_one_who_was_signed_out_signs_in_and_sends_what_was_chosen(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM)
    chosen(page, large)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    send(page)
    expect(page.locator(SUMMARY)).to_contain_text("Your session has ended")
    assert shown(page) == []
    page.context.add_cookies(cookies)
    send(page)
    tried(page)


def test_it_can_be_stopped_and_more_than_may_be_sent_is_said_first(
    visitor: Visitor, large: Path
) -> None:
    page = visitor(UserRole.CENTRAL_TEAM)
    chosen(page, large)
    slow(page, _A_MB // 20)
    send(page)
    page.wait_for_function("() => document.querySelector('progress').position > 0")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(SUMMARY)).to_contain_text("You stopped it. Nothing was stored")
    page.evaluate("() => { document.forms[1].dataset.mostMb = '0.2' }")
    send(page)
    expect(page.locator(SUMMARY)).to_contain_text(
        "The files have 0.4 MB together, and 0.2 MB may be sent in one go"
    )
    page.get_by_role("link", name="Choose other files").click()
    expect(page.locator("input[type=file]")).to_be_focused()
