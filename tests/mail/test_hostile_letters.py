"""Every kind of letter with names that want to be more: one subject, no header of theirs, and words alone."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from jinja2 import nodes

from shopalert.db import now, writing
from shopalert.mail import carrier, outgoing
from shopalert.wall import crossing

LETTERS = sorted(path.stem for path in (Path(__file__).parents[2] / "templates" / "mail").glob("*.txt"))
HOSTILE = (
    "Asha\r\nBcc: all@example.org\r\n\r\n<script>pwned=1</script><img src=https://evil.example/p> שלום"
    "\u2028=cmd|'/c calc'!A0"
)
ONE_LINE = " ".join(
    HOSTILE.split()
)  # of a row, which its form has put in one line: tests/house/test_typed_text.py
THING = SimpleNamespace(
    name=ONE_LINE,
    slug="wickford",
    reports=2,
    before=1,
    urgent=1,
    answered=1,
    kinds=[(ONE_LINE, 2)],
    told=[ONE_LINE],
)
# What is no text in them.
FACTS: dict[str, Any] = {
    "at": now(), "by": now(), "until": now(), "new": [ONE_LINE], "ended": [ONE_LINE], "many": 2, "practice": False,
    "incident": None, "slug": "wickford", "link": "https://town.example/join/x", "figures": THING, "week": THING,
}  # fmt: skip


def names_of(app: Flask, letter: str) -> set[str]:
    """What the letter is written with."""
    source = app.jinja_env.loader.get_source(app.jinja_env, f"mail/{letter}.txt")[0]  # type: ignore[union-attr]
    found = app.jinja_env.parse(source).find_all(nodes.Name)
    return {each.name for each in found} - set(app.jinja_env.globals) - {"words", "kind", "line"}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_words_under_one_subject(app: Flask, letter: str) -> None:
    with app.test_request_context(), crossing("seed") as session:
        facts = {name: FACTS.get(name, HOSTILE) for name in names_of(app, letter) - {"base_url", "_"}}
        if letter in ("digest", "newsletter"):
            facts["scheme"] = THING
        if letter == "scheme_invitation":
            facts["by"] = HOSTILE
        with writing(session):
            row = outgoing.post(session, "asha@example.org", letter, facts)
            session.flush()
            words = outgoing.unseal(row.id, row.sealed or b"")
        sent = outgoing.Letter(row.id, **words, lease=now(), attempts=1, expires_at=now())
        raw = carrier.message_of(sent, app.config["SHOPALERT"]).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert sorted(set(message.keys())) == [
        "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID",
        "Subject", "To", "X-Auto-Response-Suppress",
    ]  # fmt: skip
    assert len(message.get_all("Subject") or []) == 1 and str(message["To"]) == "asha@example.org"
    assert not set(str(message["Subject"])) & set("\r\n\u2028")
    assert message.get_content_type() == "text/plain" and not message.is_multipart()
    lines = message.get_content().splitlines()
    assert not [line for line in lines if line.startswith(("Bcc:", "<script>"))], (
        "a name began a line of its own"
    )
