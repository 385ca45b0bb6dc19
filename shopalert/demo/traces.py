"""What chats are like after a while: messages that answer others, some that were changed, and what a shop and the police
say to each other alone. Made of what is there, always the same.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zlib import crc32

from shopalert.demo.shapes import CommentFacts, IncidentFacts
from shopalert.wall import thread_of

Rows = list[dict[str, Any]]
NONE = {"quotes_id": None, "edited_at": None}  # what most comments have of this
NAMED = "I can put a name to one of them. I would rather not write it where everybody reads."
ASKED = "Thank you. Tell me here: this is between your shop and the police."
ANSWERED = "It is the one who was banned from ours in spring. I have the letter in the office."
AFTER = timedelta(minutes=4)
READY = (
    (
        "Keep the footage",
        "Please keep the footage of this, half an hour before and after, and the original with it.",
    ),
    ("Where to send a clip", "Please send the clip here. Do not e-mail it, and show it to nobody else."),
    (
        "Statement wanted",
        "Would somebody who saw it give a statement? I come to you; it takes about half an hour.",
    ),
    (
        "Report it online",
        "Please report it online too, and write the number here. Without it we cannot record a crime.",
    ),
    ("On my way", "On my way to you. If they come back before I am there, ring 999."),
    (
        "Closed for now",
        "No further lines for now. I will come back to it if it happens again. Thank you for reporting.",
    ),
)
EVERY_QUOTE, EVERY_EDIT, EVERY_THREAD = 3, 9, 11


def leave(rows: Rows) -> Rows:
    """Let some of these comments answer others, and some be changed; returns what those said before."""
    earlier: Rows = []
    for number, (_, chat) in enumerate(groupby(rows, key=lambda row: row["incident_id"])):
        heard = [row for row in chat if row["audience"] == "members"]
        if number % EVERY_QUOTE == 0 and len(heard) > 1:
            heard[1]["quotes_id"] = heard[0]["id"]
        if number % EVERY_EDIT == 1 and heard:
            earlier.append(changed(heard[-1]))
    return earlier


def changed(row: dict[str, Any]) -> dict[str, Any]:
    """Written in haste, put right two minutes later."""
    row["edited_at"] = row["at"] + timedelta(minutes=2)
    same = ("scheme_id", "incident_id", "audience", "shown_until", "kept_until")
    return {
        "comment_id": row["id"], "text": row["text"].lower().rstrip("."), "said_at": row["at"],
        "replaced_at": row["edited_at"], **{name: row[name] for name in same},
    }  # fmt: skip


def thread(one: IncidentFacts, premises: dict[str, uuid.UUID], now: datetime) -> list[CommentFacts]:
    """Three lines between a shop and the officer who answered it, under some reports."""
    officer = next((each for each in one.comments if each.by_police), None)
    chosen = crc32(one.key.encode()) % EVERY_THREAD == 0 and one.premises and not one.withdrawn_at
    if not chosen or officer is None or officer.at + 3 * AFTER > now:
        return []
    audience = thread_of(premises[one.premises or ""])
    lines = ((one.author, NAMED, False), (officer.author, ASKED, True), (one.author, ANSWERED, False))
    return [
        CommentFacts(author, text, officer.at + AFTER * place, audience, police)
        for place, (author, text, police) in enumerate(lines, 1)
    ]


def ready_texts(force: uuid.UUID, at: datetime) -> Rows:
    """What the officers of the force pick from."""
    return [{"force_id": force, "title": title, "text": text, "changed_at": at} for title, text in READY]
