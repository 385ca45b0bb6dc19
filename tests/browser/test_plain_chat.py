"""What becomes of a message, in a browser without scripts: changed, removed, reported, hidden and shown again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, IVY

pytestmark = pytest.mark.browser


@sends("POST lines.edit", "POST lines.remove")
def test_its_author_changes_a_message_and_removes_it(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(IVY)
    line = world.say(ASHA, incident, "At half past two.")
    page = plain.open(ASHA, f"/incidents/{incident}")
    page.click(f"[id='comment-{line}'] a[href$='/comments/{line}']")
    page.fill("textarea[name=text]", "At half past three.")
    plain.press(page.locator("section[aria-labelledby=edit-title] button[type=submit]"))
    page.goto(f"/incidents/{incident}")
    expect(page.locator(f"[id='comment-{line}']")).to_contain_text("At half past three.")
    expect(page.locator(f"[id='comment-{line}']")).to_contain_text("edited")
    page.goto(f"/incidents/{incident}/comments/{line}")
    plain.press(page.locator("form[action$='/removal'] button"))
    page = plain.open(IVY, f"/incidents/{incident}")
    expect(page.locator(f"[id='comment-{line}']")).not_to_contain_text("half past three")


@sends("POST lines.report", "POST lines.handle", "POST lines.hide", "POST lines.restore")
def test_a_coordinator_is_told_of_a_message_hides_it_and_shows_it_again(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(ASHA)
    line = world.say(ASHA, incident, "It was the Quillfeathers.")
    here = f"/incidents/{incident}/comments/{line}"
    page = plain.open(IVY, here)
    page.fill("section[aria-labelledby=report-title] [name=why]", "It names a family.")
    plain.press(page.locator("form[action$='/abuse'] button"))
    page = plain.open(BEN, "/s/wickford/abuse")
    expect(page.locator("#main")).to_contain_text("It names a family.")
    plain.press(page.locator("form[action$='/handling'] button"))
    expect(page.locator("#main")).to_contain_text("Handled by")
    page.goto(here)
    page.fill("section[aria-labelledby=hide-title] [name=why]", "It names a family.")
    plain.press(page.locator("form[action$='/hiding'] button"))
    read = plain.open(IVY, f"/incidents/{incident}")
    expect(read.locator(f"[id='comment-{line}']")).not_to_contain_text("Quillfeathers")
    page.goto(here)
    plain.press(page.locator("form[action$='/restoration'] button"))
    read.reload()
    expect(read.locator(f"[id='comment-{line}']")).to_contain_text("Quillfeathers")
