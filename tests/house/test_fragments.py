"""Live fragments are the same for every reader: rendered under StrictUndefined with no viewer and no request."""

from __future__ import annotations

import json
import re
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from jinja2 import StrictUndefined

from shopalert.alerts import announcement
from shopalert.alerts.models import Event
from shopalert.db import db, now
from shopalert.evidence.actions import stage
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, DEV, IVY
from tests.world import picture

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LIVE = ("incidents/_card.html", "chat/_line.html")
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
    withdrawn = world.report(ASHA)
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, withdrawn), "A mistake")
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
    } <= kinds
    assert {"incident", "comment", "step", "sighting", "counts", "gone"} <= names


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


def test_only_known_fragments_are_sent_live():
    """A new one must be added above, and be neutral."""
    found = set()
    for source in (TEMPLATES.parent / "shopalert").rglob("announcements.py"):
        found |= set(re.findall(r"render_template\(\s*\"([^\"]+)\"", source.read_text()))
    assert found == set(LIVE)
