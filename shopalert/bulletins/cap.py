"""A warning as a message of the Common Alerting Protocol (CAP 1.2), and a feed of such messages (Atom). Pure rules.

A message holds what the warning says, where and until when: no name, no reply, nothing of who reads it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as xml

from flask_babel import gettext as _

from shopalert.alerts.sayings import distance_in_words
from shopalert.bulletins.areas import CIRCLE, Area, area_words
from shopalert.bulletins.markdown import words_of
from shopalert.bulletins.vocabulary import COUNTERFEIT, NOTES, TEMPLATES, WITH_A_NOTE
from shopalert.incidents.exercise import titled

CAP, ATOM = "urn:oasis:names:tc:emergency:cap:1.2", "http://www.w3.org/2005/Atom"
CAP_TYPE, ATOM_TYPE = "application/cap+xml", "application/atom+xml"
ALERT, UPDATE, CANCEL = "Alert", "Update", "Cancel"
PUBLIC = "public"  # stands in addresses where others have their token

# How loud a warning is: (urgency, severity, certainty). docs/cap.md has the reasons.
WEIGHTS = {
    "urgent": ("Immediate", "Severe", "Observed"),
    "normal": ("Expected", "Moderate", "Likely"),
    "quiet": ("Future", "Minor", "Possible"),
}
OF_PEOPLE = {"violence", "spiking", "disorder"}  # usual warnings of danger to people; others are of crime
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Earlier:
    """A message that went out before, as another one points to it."""

    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Message:
    """One warning as it stood from one moment on; with nothing said: that it was taken back."""

    bulletin_id: uuid.UUID
    number: int
    kind: str
    sent: datetime
    scheme: str
    open_to_all: bool
    exercise: bool = False
    premises: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()

    @property
    def identifier(self) -> str:
        return f"{self.bulletin_id}.{self.number}"

    @property
    def title(self) -> str:
        said = self.facts["title"] if self.facts else _("Cancelled: a warning that no longer holds")
        return titled(said, self.exercise)


# ---- one message


def alert(message: Message, sender: str) -> bytes:
    """The message as CAP. The schema wants its parts in this order."""
    root = xml.Element("alert", xmlns=CAP)
    put(root, "identifier", message.identifier)
    put(root, "sender", sender)
    put(root, "sent", moment(message.sent))
    put(root, "status", "Exercise" if message.exercise else "Actual")
    put(root, "msgType", message.kind)
    put(root, "scope", "Public" if message.open_to_all else "Restricted")
    if not message.open_to_all:
        said = _(
            "For members of %(scheme)s, police, and whoever they gave this feed. Do not publish it.",
            scheme=message.scheme,
        )
        put(root, "restriction", said)
    if message.exercise:
        put(root, "note", _("For practice only: it did not happen."))
    elif message.kind == CANCEL:
        put(root, "note", _("It was taken back by whoever sent it."))
    if message.earlier:
        told = (f"{sender},{each.identifier},{moment(each.sent)}" for each in message.earlier)
        put(root, "references", " ".join(told))
    if message.facts:
        put_info(root, message)
    return written(root)


def put_info(root: xml.Element, message: Message) -> None:
    """What it says, how loud, until when and where."""
    facts = message.facts
    usual = TEMPLATES.get(facts["template"])
    info = put(root, "info")
    put(info, "language", "en-GB")
    put(info, "category", "Safety" if facts["template"] in OF_PEOPLE else "Security")
    put(info, "event", str(usual.label) if usual else _("Warning"))
    for name, value in zip(("urgency", "severity", "certainty"), WEIGHTS[facts["severity"]], strict=True):
        put(info, name, value)
    put(info, "effective", moment(message.sent))
    put(info, "onset", moment(datetime.fromisoformat(facts["starts_at"])))
    put(info, "expires", moment(datetime.fromisoformat(facts["ends_at"])))
    put(info, "senderName", message.scheme)
    put(info, "headline", message.title)
    put(info, "description", words_of(facts["text"]))
    if facts["template"] == COUNTERFEIT:
        put(info, "instruction", " ".join(str(each) for each in WITH_A_NOTE))
    for name, value in facts["note"].items():
        if value:
            parameter = put(info, "parameter")
            put(parameter, "valueName", name)
            put(parameter, "value", NOTES.get(value, value))
    put_area(info, message)


def put_area(info: xml.Element, message: Message) -> None:
    """A circle is named by the premises in its middle only where members read it."""
    where = Area.of(message.facts["area"])
    said = area_words(message.facts["area"], message.premises)
    if where.kind == CIRCLE and message.open_to_all:
        said = _("Within %(far)s of a place", far=distance_in_words(where.metres))
    area = put(info, "area")
    put(area, "areaDesc", f"{message.scheme}: {said}" if said else message.scheme)
    if where.kind == CIRCLE and where.lat is not None and where.lon is not None:
        put(area, "circle", f"{where.lat:.5f},{where.lon:.5f} {where.metres / 1000:g}")


# ---- the feed


def feed(messages: Sequence[Message], title: str, itself: str, at: datetime, of: str) -> bytes:
    """What stands now, newest first. `of` is its address without the token, which is nobody's name for it."""
    root = xml.Element("feed", xmlns=ATOM)
    put(root, "id", of)
    put(root, "title", title)
    put(root, "updated", atom_moment(max((each.sent for each in messages), default=at)))
    put(put(root, "author"), "name", title)
    put(root, "link", rel="self", type=ATOM_TYPE, href=itself)
    folder = itself.rsplit("/", 1)[0]
    for each in sorted(messages, key=lambda one: one.sent, reverse=True):
        put_entry(root, each, f"{folder}/{PUBLIC}" if itself.endswith(f"/{PUBLIC}.atom") else folder)
    return written(root)


def put_entry(root: xml.Element, message: Message, folder: str) -> None:
    entry = put(root, "entry")
    put(entry, "id", f"urn:uuid:{message.bulletin_id}")
    put(entry, "title", message.title)
    put(entry, "updated", atom_moment(message.sent))
    put(put(entry, "author"), "name", message.scheme)
    put(entry, "category", term=message.kind)
    put(entry, "summary", words_of(message.facts["text"])[:300] if message.facts else message.title)
    put(entry, "link", rel="alternate", type=CAP_TYPE, href=f"{folder}/{message.identifier}.xml")


# ---- letters


def put(parent: xml.Element, name: str, text: str = "", **attributes: str) -> xml.Element:
    """One more part; letters that XML cannot carry are left out."""
    child = xml.SubElement(parent, name, attributes)
    child.text = NOT_IN_XML.sub("", text) or None
    return child


def written(root: xml.Element) -> bytes:
    said: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return said


def moment(at: datetime) -> str:
    """CAP writes UTC as -00:00, and no parts of a second."""
    return at.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def atom_moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
