"""What is done on the screens of help before they are looked at. Whoever calls or asks here also ends it."""

from __future__ import annotations

import re

from playwright.sync_api import Page


def press_for_help(page: Page, _: object) -> None:
    page.click(".help-button")
    page.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}$"))


def say_all_clear(page: Page, _: object) -> None:
    page.locator(".help-line").first.click()
    page.click("form[action$='/all-clear'] button")
    page.wait_for_selector(".help-state--over")


def ask_who_is_safe(page: Page, _: object) -> None:
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/rolls/[0-9a-f-]{36}/answers$"))


def open_what_is_asked(page: Page, _: object) -> None:
    page.locator(".help-line--ask").first.click()
    page.wait_for_selector(".help-button--ok")


def end_the_roll_call(page: Page, _: object) -> None:
    page.locator("a:has-text('Still asked')").first.click()
    page.click("form[action$='/end'] button")
    page.wait_for_selector("form[action$='/end']", state="detached")
