"""Live fragments are the same for every reader: rendered under StrictUndefined with no viewer and no request."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from jinja2 import StrictUndefined

from shopalert.alerts import announcement
from shopalert.alerts.models import Event
from shopalert.bulletins import publishing
from shopalert.bulletins.publishing import Draft
from shopalert.db import db, now
from shopalert.evidence.actions import stage
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.safety import actions as calls
from shopalert.safety import rolls
from shopalert.safety.models import RollCall
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, DEV, IVY
from tests.world import picture

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LIVE = (
    "incidents/_card.html", "chat/_line.html", "bulletins/_card.html", "safety/_call.html", "safety/_roll.html",
    "sharing/_card.html",
)  # fmt: skip
PERSONAL = re.compile(r"\bviewer\b|\bcan\(|csrf|current_user|\brequest\b|\bsession\b|\bhere\b")


@pytest.fixture
def told(world):
    """A week in one incident: every kind of event that the first issue knows."""
    incident = world.report(ASHA, in_progress=True, violence=True, weapon=True, value_lost_pence=34000)
    world.say(IVY, incident, "<b>They</b> & theirs went north.")
    world.say(DEV, incident, "On our way.")
    world.say(DEV, incident, "Known to us.", "police")
    world.say(BEN, incident, "Call me.", "coordinators")
    with world.seen_as(IVY) as viewer:
        photo = stage(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), picture().read())
        actions.sight(
            viewer, db.session.get_one(Incident, incident), incident, world.premises["Larkmead Pharmacy"]
        )
        photo_id = photo.id
    with world.seen_as(IVY):
        world.say(IVY, incident, "", photos=[db.session.get_one(type(photo), photo_id)])
    with world.seen_as(ASHA) as viewer:
        standing = db.session.get_one(Incident, incident)
        facts = Facts("fraud", now(), "Changed.", world.premises["Harper's"], in_progress=True)
        actions.edit(viewer, standing, facts, 1, [])
        actions.all_clear(viewer, standing)
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        calls.call(viewer, scheme, uuid.uuid4(), world.premises["Harper's"])
    with world.seen_as(BEN) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        roll = rolls.ask(viewer, scheme, uuid.uuid4(), None).id
    with world.seen_as(IVY) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        rolls.answer(viewer, db.session.get_one(RollCall, roll), scheme, rolls.SAFE, uuid.uuid4())
    withdrawn = world.report(ASHA)
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, withdrawn), "A mistake")
    for by in (BEN, DEV):
        with world.seen_as(by) as viewer:
            scheme = db.session.get_one(Scheme, world.schemes["wickford"])
            said = Draft("advice", "<b>They</b> & theirs", "**Lock** <b>They</b> up.")
            publishing.publish(viewer, [scheme], uuid.uuid4(), said)
    with world.app.app_context(), crossing("live") as session:
        assert session.scalar(sa.select(Event.seq).limit(1)), "nothing is told"
        yield session


def test_every_event_is_rendered_with_nobody_there(app, told):
    assert app.jinja_env.undefined is StrictUndefined
    kinds, names = set(), set()
    for event in told.scalars(sa.select(Event).order_by(Event.seq)):
        for message in announcement.messages(told, event):
            kinds.add(event.kind)
            names.add(message.event)
            if message.event in ("counts", "gone"):
                assert isinstance(json.loads(message.data), dict)
            else:
                is_one_element_with_its_id(message.event, message.data)
    assert {
        "incident.reported",
        "incident.edited",
        "incident.all_clear",
        "comment.said",
        "sighting.added",
        "bulletin.published",
    } <= kinds
    assert {
        "incident",
        "comment",
        "step",
        "sighting",
        "bulletin",
        "counts",
        "gone",
        "help",
        "roll",
        "count",
    } <= names


def is_one_element_with_its_id(name, data):
    fragment = html5lib.HTMLParser(namespaceHTMLElements=False).parseFragment(data)
    roots = [each for each in fragment if isinstance(each.tag, str)]
    assert len(roots) == 1, data[:300]
    assert re.fullmatch(rf"{name}-[0-9a-f-]{{36}}", roots[0].get("id")), data[:300]
    assert roots[0].get("data-into"), data[:300]
    assert "Undefined" not in data
    assert "<b>They" not in data


@pytest.mark.parametrize("template", LIVE)
def test_a_live_fragment_names_nobody_who_looks(template):
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / template).read_text(), flags=re.S)
    code = re.sub(r"\"[^\"]*\"", "", " ".join(re.findall(r"\{[{%].*?[%}]\}", text, flags=re.S)))
    assert not PERSONAL.search(code), PERSONAL.search(code)


def test_the_page_listens_to_whatever_is_sent_live():
    """A name that the stream's reader does not know would never arrive."""
    script = (TEMPLATES.parent / "static/js/live/source.js").read_text()
    for source in (TEMPLATES.parent / "shopalert").rglob("announcements.py"):
        for name in re.findall(r"Message\(\s*\"([a-z]+)\"", source.read_text()):
            assert f"'{name}'" in script, f"{source}: {name}"


def test_only_known_fragments_are_sent_live():
    """A new one must be added above, and be neutral."""
    found = set()
    for source in (TEMPLATES.parent / "shopalert").rglob("announcements.py"):
        found |= set(re.findall(r"render_template\(\s*\"([^\"]+)\"", source.read_text()))
    assert found == set(LIVE)
