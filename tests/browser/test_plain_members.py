"""Joining, members, the agreement and a scheme's settings in a browser without scripts: links and forms alone."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.wall import crossing
from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = pytest.mark.browser
PASSWORD = "seven green lanterns swing"
MEMBERS = "/s/wickford/members"


def button(page: Page, words: str):
    return page.locator("main button[type=submit]", has_text=words).first


def invited(plain: Plain, email: str) -> str:
    """Ben invites somebody; the link as he is shown it."""
    ben = plain.open(BEN, MEMBERS)
    ben.click("main a:has-text('Invite people')")
    ben.fill("input[name=email]", email)
    ben.fill("input[name=name]", "Nell Marsh")
    plain.press(button(ben, "Send the invitation"))
    return str(ben.input_value("#link"))


def join(plain: Plain, link: str, **options: object) -> Page:
    page = plain.open(None, urlsplit(link).path, **options)
    assert urlsplit(page.url).path == "/join", "the secret stays in the address"
    page.fill("input[name=password]", PASSWORD)
    page.select_option("select[name=premises]", label="Harper's, High Street")
    page.locator("label:has(input[name=agreed])").click()
    plain.press(button(page, "Join"))
    return page


@sends("POST members.invite", "POST joining.take", "POST members.approve", "POST members.refuse")
def test_an_invited_shop_joins_and_is_let_in_in_under_a_minute(own_plain: Plain) -> None:
    plain = own_plain
    link = invited(plain, "nell@example.org")
    began = time.monotonic()
    nell = join(plain, link, viewport=PHONE)
    expect(nell.locator("h1")).to_contain_text("Where you stand")
    ben = plain.open(BEN, MEMBERS)
    expect(ben.locator("main")).to_contain_text("1 person waits")
    plain.press(button(ben, "Let in"))
    expect(ben.locator("main [role=status]:visible")).to_contain_text("Nell Marsh is in")
    nell.goto("/")
    assert urlsplit(nell.url).path == "/s/wickford/"
    took = time.monotonic() - began
    assert took < 60, f"{took:.0f} s"
    nell.goto("/more")

    other = join(plain, invited(plain, "ola@example.org"))
    ben.goto(MEMBERS)
    plain.press(button(ben, "Do not let in"))
    other.goto("/s/wickford/")
    expect(other.locator("h1")).not_to_contain_text("Feed")
    assert other.locator(".card").count() == 0


@sends("POST members.invite_all", "POST members.revoke", "POST members.take_list")
def test_a_poster_and_a_list(own_plain: Plain) -> None:
    plain = own_plain
    ben = plain.open(BEN, "/s/wickford/invitations")
    plain.press(button(ben, "Make a poster"))
    link = ben.input_value("#link")
    ben.click("main a:has-text('A4 page')")
    expect(ben.locator("main svg:visible").first).to_be_visible()
    plain.open(None, urlsplit(link).path)
    ben.goto(MEMBERS)
    plain.press(button(ben, "Withdraw"))
    late = plain.open(None, urlsplit(link).path)
    expect(late.locator("h1")).to_contain_text("No longer here")

    ben.goto("/s/wickford/invitations/list")
    ben.fill("textarea[name=text]", "name,e-mail,role\nNell,nell@example.org,member\nBad,nobody,member")
    plain.press(button(ben, "Look at it first"))
    expect(ben.locator("main")).to_contain_text("1 person will be invited")
    plain.press(button(ben, "Invite 1 person"))
    expect(ben.locator("main")).to_contain_text("nell@example.org")


@sends(
    "GET members.members", "POST members.save", "POST members.suspend", "POST members.lift",
    "POST members.end_sessions", "POST members.remove", "POST joining.leave",
)  # fmt: skip
def test_a_member_is_changed_suspended_back_and_removed(own_plain: Plain) -> None:
    plain = own_plain
    ivy = plain.open(IVY, "/s/wickford/")
    ben = plain.open(BEN, MEMBERS)
    ben.fill("#members-q", "ivy")
    plain.press(button(ben, "Find"))
    ben.click("main a.item:has-text('Ivy Webb')")
    ben.fill("input[name=call_sign]", "Seven")
    plain.press(button(ben, "Save"))
    expect(ben.locator("input[name=call_sign]")).to_have_value("Seven")
    plain.press(button(ben, "End all sessions"))
    ivy.reload()
    assert urlsplit(ivy.url).path == "/sign-in"
    ben.click("main a:has-text('Suspend')")
    plain.press(button(ben, "Suspend"))
    ivy = plain.open(IVY, "/s/wickford/")
    assert ivy.locator(".card, .feed").count() == 0
    ben.fill("#members-q", "ivy")
    plain.press(button(ben, "Find"))
    ben.click("main a.item:has-text('Ivy Webb')")
    plain.press(button(ben, "Lift the suspension"))
    plain.open(IVY, "/s/wickford/").locator("h1").wait_for(state="attached")
    ben.fill("#members-q", "ivy")
    plain.press(button(ben, "Find"))
    ben.click("main a.item:has-text('Ivy Webb')")
    ben.click("main a:has-text('Remove')")
    plain.press(button(ben, "Remove"))
    expect(ben.locator("main [role=status]:visible")).to_contain_text("no longer a member")

    leo = plain.open(LEO, "/s/wickford/membership")
    leo.click("summary:has-text('Leave')")
    plain.press(button(leo, "Leave the scheme"))
    assert urlsplit(leo.url).path == "/sign-in"


@sends("POST joining.publish", "POST joining.agree")
def test_a_new_agreement_is_read_first(own_plain: Plain) -> None:
    plain = own_plain
    ben = plain.open(BEN, "/s/wickford/agreement")
    ben.click("summary:has-text('Write a new version')")
    ben.fill("textarea[name=text]", "What this is for\nBe fair, and brief.")
    plain.press(button(ben, "Publish it"))
    asha = plain.open(ASHA, "/s/wickford/")
    expect(asha.locator("h1")).to_contain_text("Please read this first")
    expect(asha.locator("main")).to_contain_text("Be fair, and brief.")
    plain.press(button(asha, "I have read it"))
    asha.goto("/s/wickford/")
    assert urlsplit(asha.url).path == "/s/wickford/"


@sends("POST settings.decide", "POST settings.show_kinds", "POST settings.add_kind #added")
def test_a_coordinator_decides_and_members_read_it(own_plain: Plain) -> None:
    plain = own_plain
    ben = plain.open(BEN, "/s/wickford/settings")
    ben.locator("label:has(input[name=reporter_shown][value=business])").click()
    plain.press(button(ben, "Save settings"))
    ben.goto("/s/wickford/settings/kinds")
    ben.locator("label:has(input[name=shown][value=vehicle])").click()
    plain.press(button(ben, "Save"))
    ben.fill("form#added input[name=label]", "Fuel drive-off")
    ben.select_option("form#added select[name=base]", "make_off")
    plain.press(button(ben, "Add it"))
    asha = plain.open(ASHA, "/s/wickford/report")
    expect(asha.locator("main")).to_contain_text("Fuel drive-off")
    assert asha.locator("input[name=category][value=vehicle]").count() == 0
    asha.goto("/s/wickford/about")
    expect(asha.locator("main")).to_contain_text(re.compile("business", re.I))


@sends("POST accounts.ask_for_help", "POST accounts.choose_password")
def test_a_forgotten_password_is_replaced(own_plain: Plain) -> None:
    plain = own_plain
    page = plain.open(None, "/forgot")
    page.fill("input[name=email]", LEO.email)
    plain.press(page.locator("main form button[type=submit]"))
    app = plain.town.world.app
    with app.app_context(), crossing("command") as session:
        letter = session.scalars(sa.select(Mail).where(Mail.kind == "account.reset")).one()
        text = outgoing.unseal(letter.id, letter.sealed)["text"] if letter.sealed else ""
    link = re.search(r"/reset/[\w-]{43}", text or sent_text(plain))
    assert link
    page.goto(link[0])
    assert urlsplit(page.url).path == "/reset"
    page.fill("input[name=password]", PASSWORD)
    plain.press(button(page, "Set the new password"))
    page.goto("/sign-in")
    page.fill("input[name=email]", LEO.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/s/wickford/")


def sent_text(plain: Plain) -> str:
    """Letters that have gone, where no mail server is set: a folder."""
    folder = Path(plain.town.server.settings["DATA_DIR"]) / "mail"
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    return "\n".join(letter.get_content() for letter in letters)
