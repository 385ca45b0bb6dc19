"""The operator's room in a browser without scripts: a force, its districts, schemes and people."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plain import Plain, sends
from tests.people import DEV, GUS

pytestmark = pytest.mark.browser


def button(page: Page, words: str):
    return page.locator("main button[type=submit]", has_text=words).first


@sends(
    "POST operating.name_force", "POST operating.add_districts", "POST operating.rename_district",
    "POST operating.merge_district", "POST operating.add_scheme", "POST operating.rename_scheme",
    "POST operating.add_coordinator",
)  # fmt: skip
def test_a_force_its_districts_and_a_scheme(own_plain: Plain) -> None:
    plain = own_plain
    gus = plain.open(GUS, "/operating/force")
    gus.fill("input[name=name]", "Essex Police")
    plain.press(button(gus, "Save"))
    gus.goto("/operating/districts/new")
    gus.locator("label:has(input[name=offered][value=Harlow])").click()
    gus.locator("label:has(input[name=offered][value=Tendring])").click()
    plain.press(button(gus, "Add districts"))
    gus.goto("/operating/districts/tendring")
    gus.fill("input[name=name]", "Tendring and Colne")
    plain.press(button(gus, "Save the name"))
    gus.goto("/operating/districts/tendring")
    gus.select_option("select[name=into]", "harlow")
    plain.press(button(gus, "Merge"))
    gus.goto("/operating/districts")
    expect(gus.locator("main")).not_to_contain_text("Tendring")

    gus.goto("/operating/schemes/new")
    gus.fill("input[name=name]", "Edinburgh Way")
    gus.fill("input[name=code]", "WIC")
    gus.select_option("select[name=district]", "harlow")
    plain.press(button(gus, "Add the scheme"))
    expect(gus.locator("[data-error-summary]")).to_be_visible()  # another scheme has that code
    gus.fill("input[name=code]", "EDI")
    plain.press(button(gus, "Add the scheme"))
    assert urlsplit(gus.url).path == "/operating/schemes/edinburgh-way"
    gus.fill("input[name=name] >> nth=0", "Nell Marsh")
    gus.fill("input[name=email]", "nell@example.org")
    plain.press(button(gus, "Add the coordinator"))
    gus.goto("/operating/schemes/edinburgh-way")
    gus.fill("#scheme-name", "Edinburgh Way, Harlow")
    plain.press(button(gus, "Save the name"))
    expect(gus.locator("main")).to_contain_text("Edinburgh Way, Harlow")


@sends(
    "POST operating.add_officer", "POST operating.place_officer", "POST operating.end_sessions",
    "POST operating.suspend", "POST operating.restore", "POST operating.add_operator", "GET operating.all_people",
    "POST operating.let_tell_force",
)  # fmt: skip
def test_officers_and_operators(own_plain: Plain) -> None:
    plain = own_plain
    dev = plain.open(DEV, "/desk")
    gus = plain.open(GUS, "/operating/officers/new")
    gus.fill("input[name=name]", "Mo Hart")
    gus.fill("input[name=rank]", "PC 12")
    gus.fill("input[name=email]", "mo@example.org")
    gus.locator("main form select").first.select_option("officer")
    plain.press(button(gus, "Add the officer"))
    gus.goto("/operating/operators/new")
    gus.fill("input[name=name]", "Una Fox")
    gus.fill("input[name=email]", "una@example.org")
    plain.press(button(gus, "Add the operator"))

    gus.goto("/operating/people")
    gus.fill("#people-q", "mercer")
    plain.press(button(gus, "Find"))
    gus.click("main a.item:has-text('Mercer')")
    person = urlsplit(gus.url).path
    plain.press(button(gus, "Save the districts"))
    gus.goto(person)
    plain.press(button(gus, "Let them write to the whole force"))
    expect(gus.locator("main")).to_contain_text(
        "May write bulletins and warnings to every scheme of the force."
    )
    gus.goto(person)
    plain.press(button(gus, "Sign them out everywhere"))
    dev.reload()
    assert urlsplit(dev.url).path == "/sign-in"
    gus.goto(person)
    plain.press(button(gus, "Suspend"))
    gus.goto(person)
    plain.press(button(gus, "End the suspension"))
    gus.goto(person)
    expect(button(gus, "Suspend")).to_be_visible()
