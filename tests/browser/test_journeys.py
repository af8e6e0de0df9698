"""What three teams do in a morning, from the first page on, as they do it.

The database is one for all these tests, in the order in which they stand.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from api.login.who import UserRole
from fixtures import scenes
from tests.browser.conftest import Visitor

READY = "() => window.__ready === true"


def tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    """Move the keyboard's focus on until it is where it should be."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_file_with_faults_is_told_row_by_row(
    visitor: Visitor, tmp_path: Path, scripted: bool
) -> None:
    path = tmp_path / "crimes.csv"
    path.write_text(scenes.some_valid_some_not())
    page = visitor(UserRole.CENTRAL_TEAM, java_script_enabled=scripted)
    page.goto("/")
    page.get_by_role("link", name="Send files").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("radio", name="UTC").check()
    page.get_by_role("checkbox", name="Only try").check()
    page.get_by_role("button", name="Send", exact=True).click()
    main = page.locator("main")
    expect(main).to_contain_text("invalid crime type")
    expect(main).to_contain_text("invalid number")
    expect(main).to_contain_text("SHOP")


def test_many_hits_are_qualified_and_sent_without_scripts(visitor: Visitor) -> None:
    page = visitor(UserRole.CENTRAL_TEAM, java_script_enabled=False)
    page.goto("/hits?stage=unreviewed")
    boxes = page.locator("table input[type=checkbox]")
    before = boxes.count()
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("radio", name="Qualify and send").check()
    page.get_by_label("Reason").fill("fixes on the spot")
    page.get_by_role("button", name="Record for all that are ticked").click()
    expect(page.locator("main")).to_contain_text("on the work lists")
    page.goto("/hits?stage=unreviewed")
    assert page.locator("table input[type=checkbox]").count() == before - 2


def test_an_officer_decides_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor(UserRole.INVESTIGATOR)
    page.goto("/worklist")
    first = page.get_by_role("table").get_by_role("link").first
    tab_to(page, first)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/hits/"))
    page.wait_for_function(READY)
    looked_at = page.url
    tab_to(page, page.get_by_role("button", name="Next fix"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("m from the target")).first).to_be_visible()
    tab_to(page, page.get_by_role("radio", name="Ruled in"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Why", exact=True))
    page.keyboard.type("seen on CCTV")
    tab_to(page, page.get_by_role("button", name="Record and go to the next hit"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("ruled in").first).to_be_visible()
    assert page.url != looked_at
    page.goto(looked_at)
    expect(page.locator("main")).to_contain_text("seen on CCTV")


def test_without_scripts_a_picture_and_the_fixes_stand_for_the_map(
    visitor: Visitor,
) -> None:
    page = visitor(UserRole.INVESTIGATOR, java_script_enabled=False)
    page.goto("/worklist")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("img", name=re.compile("^Map of "))).to_be_visible()
    fixes = page.get_by_role("table", name=re.compile("^Fixes shown"))
    assert fixes.get_by_role("row").count() > 50
    page.get_by_role("radio", name="Needs more").check()
    page.get_by_role("button", name="Record and go to the next hit").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    assert page.get_by_role("radio", name="Needs more").is_checked()


def test_map_chart_and_table_are_in_step(visitor: Visitor) -> None:
    page = visitor(UserRole.INVESTIGATOR)
    page.goto("/worklist")
    page.get_by_role("table").get_by_role("link").first.click()
    page.wait_for_function(READY)
    slider = page.locator("input[type=range]").first
    slider.focus()
    before = slider.input_value()
    page.get_by_role("button", name="Next fix").click()
    assert slider.input_value() > before
    expect(page.locator("canvas").first).to_be_visible()


def test_a_trail_is_longer_only_for_a_reason_that_is_recorded(
    visitor: Visitor,
) -> None:
    page = visitor(UserRole.INVESTIGATOR, java_script_enabled=False)
    page.goto("/worklist")
    page.get_by_role("table").get_by_role("link").first.click()
    fixes = page.get_by_role("table", name=re.compile("^Fixes shown")).get_by_role(
        "row"
    )
    short = fixes.count()
    page.get_by_text("See more of the trail").click()
    form = page.locator("form[action$='/slice']")
    form.get_by_label("Hours either side").fill("3")
    form.get_by_label("Why you need it").fill("the car was seen two hours before")
    form.get_by_role("button").click()
    assert fixes.count() > short
    auditor = visitor(UserRole.AUDITOR)
    auditor.goto("/audit")
    expect(auditor.locator("main")).to_contain_text("the car was seen two hours before")


def test_an_lpu_accepts_whom_it_was_given(visitor: Visitor) -> None:
    page = visitor(UserRole.LPU_TEAM)
    page.goto("/")
    page.get_by_role("link", name="Inbox").first.click()
    name = page.get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("checkbox", name=re.compile("^Accept")).first.check()
    page.get_by_label("Reason").fill("lives here")
    page.get_by_role("button", name="Accept those that are ticked").click()
    expect(page.get_by_text("Success")).to_be_visible()
    page.goto("/inbox")
    expect(page.locator("main")).not_to_contain_text(name)


def test_an_officer_of_one_force_sees_nothing_of_the_central_team(
    visitor: Visitor,
) -> None:
    page = visitor(UserRole.INVESTIGATOR)
    for path in ("/upload", "/hits", "/audit", "/users", "/inbox"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403, path
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "You may not open this page"
        )
