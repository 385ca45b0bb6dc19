"""Clips in a chat, for the pictures: one that plays, one in a recorder's own format."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

from flask import Flask
from werkzeug.datastructures import FileStorage

from shopalert.chat import actions
from shopalert.db import db
from shopalert.evidence.actions import stage
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from tests.browser.demo_chat import Chatting
from tests.people import BEN

FILM = (Path(__file__).parents[1] / "uploads" / "clip.webm").read_bytes()
DAHUA = b"DHAV" + bytes(2_400_000)


def films(app: Flask, incident: uuid.UUID) -> dict[str, str]:
    """Sent by the coordinator; their ids."""
    found = {}
    with Chatting(app, incident).as_(BEN) as viewer:
        about = db.session.get_one(Incident, incident)
        scheme = db.session.get_one(Scheme, about.scheme_id)
        for name, data, words in (
            ("clip", FILM, "The till from 14:20. He turns to the camera after ten seconds."),
            ("recorder", DAHUA, "The whole hour, as the recorder wrote it."),
        ):
            clip = stage(viewer, scheme, FileStorage(io.BytesIO(data), f"{name}.dat", "clips"))
            actions.say(viewer, about, uuid.uuid4(), words, "members", [clip])
            found[name] = str(clip.id)
    return found
