"""A client that checks each page it opens, so that every test is a test of quality too."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|hx-on|javascript:", re.I)


class Browser:
    """One person's browser: pages are checked, forms are posted with the page's token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        answer = self.client.get(path, headers={**HEADERS, **options.pop("headers", {})}, **options)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[:600]}"
        return Page(answer, path)

    def post(
        self, path: str, fields: dict[str, Any], *, page: Page | None = None, **options: Any
    ) -> TestResponse:
        """Send a form as the browser does; the token is that of `page`, or one of the session's."""
        token = page.token if page else self.token()
        return self.client.post(
            path,
            data={"csrf_token": token, **fields},
            headers={**HEADERS, **options.pop("headers", {})},
            **options,
        )

    def token(self) -> str:
        """The token of this session's forms, as any page would hold it."""
        with self.client.session_transaction() as cookie:
            kept = cookie.setdefault("csrf_token", secrets.token_hex(20))
        with self.client.application.test_request_context():
            session["csrf_token"] = kept
            return generate_csrf()


class Page:
    """A page that has passed the checks."""

    def __init__(self, answer: TestResponse, path: str) -> None:
        self.answer, self.path, self.text = answer, path, answer.text
        if answer.mimetype == "text/html":
            self.tree = lxml.html.document_fromstring(self.text)
            self.check()

    def all(self, tag: str) -> list[Any]:
        return list(self.tree.iter(tag))

    @property
    def token(self) -> str:
        found = [each.get("value") for each in self.all("input") if each.get("name") == "csrf_token"]
        if found:
            return str(found[0])
        headers = self.tree.find("body").get("hx-headers") or "{}"
        match = re.search(r'"X-CSRFToken":\s*"([^"]+)"', headers)
        assert match, f"{self.path} holds no token"
        return match[1]

    def ids(self) -> set[str]:
        return {each.get("id") for each in self.tree.iter() if isinstance(each.tag, str) and each.get("id")}

    def check(self) -> None:
        """What every page of the house must be."""
        if "<html" not in self.text:
            return
        where = self.path
        elements = [each for each in self.tree.iter() if isinstance(each.tag, str)]
        headings = self.all("h1")
        assert len(headings) == 1, f"{where}: {len(headings)} h1"
        said, title = text_of(headings[0]), text_of(self.all("title")[0])
        assert title.startswith(said), (
            f"{where}: the title {title!r} does not start with its heading {said!r}"
        )
        twice = [
            name for name, times in Counter(e.get("id") for e in elements if e.get("id")).items() if times > 1
        ]
        assert not twice, f"{where}: ids twice: {twice}"
        assert not INLINE.search(self.text), f"{where}: inline {INLINE.search(self.text)}"
        labels = {each.get("for") for each in self.all("label")}
        inside = {id(field) for label in self.all("label") for field in label.iter()}
        for field in (*self.all("input"), *self.all("select"), *self.all("textarea")):
            if field.get("type") in ("hidden", "submit"):
                continue
            named = field.get("id") in labels or id(field) in inside or field.get("aria-label")
            assert named, f"{where}: the field {field.get('name')} has no label"
        for form in self.all("form"):
            assert form.get("action"), f"{where}: a form without an action"
            if (form.get("method") or "get").lower() == "post":
                names = {field.get("name") for field in form.iter("input")}
                assert "csrf_token" in names, f"{where}: the form to {form.get('action')} has no token"
        ids = self.ids()
        for element in elements:
            for name in ("src", "href", "action", "hx-get", "hx-post"):
                value = element.get(name) or ""
                outside = urlsplit(value).netloc and element.tag != "a"
                assert not outside, f"{where}: {element.tag} {name} to another origin: {value}"
            target = element.get("hx-target") or ""
            if target.startswith("#"):
                assert target[1:] in ids, f"{where}: hx-target {target} is not on the page"


def text_of(element: Any) -> str:
    """The text inside an element, spaces folded."""
    return " ".join("".join(element.itertext()).split())
