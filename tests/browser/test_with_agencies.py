"""What a team records of its work with other agencies, on pages with rows and faults.

Each page is as accessible when it is full, and when something is wrong, as when it is
empty. After the tests that compare pictures: these fill the database of them all.
"""

import re

from playwright.sync_api import Page, expect

from api.login.who import UserRole
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import look

LONG = "probation of the north and the west of Demoshire with its approved premises"


def send(page: Page, button: str) -> None:
    """Press a button, and find nothing wrong with the page that comes."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    assert look(page) == []


def test_what_is_told_stands_on_an_agreement(visitor: Visitor) -> None:
    page = visitor(UserRole.LPU_TEAM)
    page.goto("/agreements")
    page.get_by_label("Agencies").fill(f"housing\n{LONG}")
    send(page, "Record")
    expect(page.get_by_role("alert")).to_contain_text("Give the name")
    page.get_by_label("Name").fill("Demoshire ISA")
    page.get_by_label("Signed on").fill("2026-01-05")
    send(page, "Record")
    page.goto("/people")
    page.locator("main table th a").first.click()
    page.get_by_role("link", name="Disclosures").click()
    page.get_by_label("What you tell").fill("the day of release")
    page.get_by_label("What for").fill("a room")
    send(page, "Record")
    expect(page.get_by_role("alert")).to_contain_text("Choose the agency")
    page.get_by_label("Agency").select_option("housing")
    page.get_by_label("Agreement").select_option("Demoshire ISA")
    send(page, "Record")
    expect(page.get_by_role("table")).to_contain_text("the day of release")


def test_a_meeting_is_recorded_from_the_score(visitor: Visitor) -> None:
    page = visitor(UserRole.LPU_TEAM)
    page.goto("/people")
    page.locator("main table th a").first.click()
    page.get_by_role("link", name="Score", exact=True).click()
    page.get_by_role("link", name=re.compile("Meetings on this nominal")).click()
    page.get_by_label("Agencies").fill(f"police\n{LONG}")
    page.get_by_label("What came of it").fill("visits each week")
    send(page, "Record")
    expect(page.get_by_role("alert")).to_contain_text("Choose the kind")
    page.get_by_role("radio", name="One Day One Conversation").check()
    page.get_by_label("Held on").fill("2026-01-06")
    send(page, "Record")
    expect(page.get_by_role("table")).to_contain_text("visits each week")


def test_notices_are_seen_one_by_one_or_together(visitor: Visitor) -> None:
    page = visitor(UserRole.LPU_TEAM)
    page.goto("/notices?seen=false")
    boxes = page.locator("table input[type=checkbox]")
    before = boxes.count()
    send(page, "I have seen those that are ticked")
    expect(page.get_by_role("alert")).to_contain_text("Tick what")
    boxes.first.check()
    send(page, "I have seen those that are ticked")
    expect(boxes).to_have_count(before - 1)
    send(page, "I have seen all on this page")
    expect(page.locator("main")).to_contain_text("No notice like that")
    page.goto("/notices")
    assert look(page) == []


def test_a_place_is_said_of_an_address(visitor: Visitor) -> None:
    page = visitor(UserRole.INTELLIGENCE)
    page.goto("/people/N0053/ownership")
    page.get_by_label("Place", exact=True).fill("nowhere")
    page.get_by_label("How you know").fill("seen at the door")
    send(page, "Keep the place")
    expect(page.locator("#place-error")).to_contain_text("no place that is known")
    page.get_by_label("Place", exact=True).fill("530500, 180500")
    send(page, "Keep the place")
    expect(page.get_by_role("alert")).to_contain_text("decides anew")
