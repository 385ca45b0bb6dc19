"""Browsers without scripts and without a worker, and which forms were sent with them.

Each test says by `@sends` which forms it sends, and fails when it does not send exactly those. `test_nothing_left_out`
opens every page of the house and knows by that which forms nobody has tried.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page
from werkzeug.exceptions import HTTPException

from tests.people import Person
from tests.world import picture

if TYPE_CHECKING:
    from tests.browser.conftest import Town

SENT: set[str] = set()


def sends(*forms: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The forms that a test sends."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        SENT.update(forms)
        test.sends = set(forms)  # type: ignore[attr-defined]
        return test

    return mark


def name_of(app: Flask, action: str, method: str, form_id: str = "") -> str:
    """A form by what it does: its method, where it goes, and its id where it has one."""
    path = urlsplit(action).path
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method=method.upper())
    except HTTPException:
        endpoint = f"nowhere ({path})"
    return " ".join(filter(None, (method.upper(), str(endpoint), f"#{form_id}" if form_id else "")))


class Plain:
    """Browsers without scripts and without a worker, and the forms that were sent with them."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.sent: set[str] = set()

    def open(self, person: Person | None, path: str, **options: object) -> Page:
        context: BrowserContext = self.town.browser_of(
            person, java_script_enabled=False, service_workers="block", **options
        )
        page = context.new_page()
        page.goto(path)
        return page

    def press(self, button: Locator) -> None:
        """Press a button that sends its form, and wait for the answer."""
        action, method, form_id = button.evaluate(
            "button => [button.hasAttribute('formaction') ? button.formAction : button.form.action,"
            " button.form.method, button.form.id]"
        )
        with button.page.expect_event("framenavigated", timeout=15000):
            button.click()
        button.page.wait_for_load_state()
        self.sent.add(name_of(self.town.world.app, action, method, form_id))

    def photo(self, name: str = "still.jpg", colour: str = "darkgreen") -> str:
        file = self.folder / name
        file.write_bytes(picture(colour, (900, 700)).read())
        return str(file)
