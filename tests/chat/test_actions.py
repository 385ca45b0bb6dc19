"""The chat of an incident: said once, to one audience, with its photos; who is told."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event
from shopalert.chat import actions
from shopalert.chat.announcements import words_of_comment
from shopalert.chat.models import Comment
from shopalert.db import db, writing
from shopalert.evidence.actions import stage
from shopalert.evidence.models import Attachment
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions as incidents
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, IVY, LEO, PAT
from tests.world import picture


def say(world, person, incident, text="Seen.", audience="members", key=None, photos=()):
    with world.seen_as(person) as viewer:
        found = [db.session.get_one(Attachment, each) for each in photos]
        standing = db.session.scalars(sa.select(Incident).where(Incident.id == incident)).one()
        return actions.say(viewer, standing, key or uuid.uuid4(), text, audience, found)


def photo(world, person):
    with world.seen_as(person) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        return stage(viewer, scheme, picture().read()).id


def one(world, model, *where):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(model).where(*where)).one()


def told(world, comment_id):
    """Whose devices are alerted of this comment."""
    with world.app.app_context(), crossing("deliveries") as session:
        seq = session.scalar(sa.select(Event.seq).where(Event.thing_id == comment_id))
        ids = session.scalars(sa.select(Delivery.user_id).where(Delivery.event_seq == seq))
        names = {user_id: name for name, user_id in world.users.items()}
        return {names[user_id].split()[0] for user_id in ids}


def test_said_twice_it_stands_once_and_counts_once(world):
    incident, key = world.report(ASHA), uuid.uuid4()
    first, again = say(world, IVY, incident, key=key), say(world, IVY, incident, key=key)
    assert (again.id, again.replayed) == (first.id, True)
    assert one(world, Incident).replies == 1
    assert one(world, Event, Event.kind == "comment.said").thing_id == first.id


def test_other_words_under_the_same_key_are_refused(world):
    incident, key = world.report(ASHA), uuid.uuid4()
    say(world, IVY, incident, key=key)
    for more in ({"text": "Other."}, {"audience": "coordinators"}):
        with pytest.raises(KeyReused):
            say(world, IVY, incident, key=key, **more)
    with pytest.raises(KeyReused):
        say(world, IVY, world.report(ASHA), key=key)


def test_only_what_members_read_is_counted(world):
    incident = world.report(ASHA)
    for person, audience in ((IVY, "members"), (BEN, "coordinators"), (DEV, "police"), (ELLEN, "members")):
        say(world, person, incident, audience=audience)
    standing = one(world, Incident)
    assert (standing.replies, standing.police_replied) == (2, True)
    assert standing.row_version == 1  # an answer is no new version of the report


def test_what_police_say_among_themselves_shows_no_reply(world):
    incident = world.report(ASHA)
    say(world, DEV, incident, audience="police")
    standing = one(world, Incident)
    assert (standing.replies, standing.police_replied) == (0, False)


def test_a_comment_remembers_that_police_said_it(world):
    incident = world.report(ASHA)
    assert one(world, Comment, Comment.id == say(world, DEV, incident).id).by_police
    assert not one(world, Comment, Comment.id == say(world, BEN, incident).id).by_police


@pytest.mark.parametrize("audience", ["members", "police"])
def test_a_photo_has_the_audience_of_its_comment(world, audience):
    incident, staged = world.report(ASHA), photo(world, DEV)
    sent = say(world, DEV, incident, audience=audience, photos=[staged])
    row = one(world, Attachment)
    assert (row.comment_id, row.incident_id, row.audience) == (sent.id, incident, audience)
    with world.seen_as(IVY):
        seen = db.session.scalar(sa.select(Attachment.id))
    assert (seen is not None) == (audience == "members")


def test_anothers_staged_photo_goes_nowhere(world):
    incident, staged = world.report(ASHA), photo(world, ASHA)
    with world.seen_as(IVY):
        assert db.session.get(Attachment, staged) is None
    with world.app.app_context(), crossing("command") as session:
        foreign = session.get_one(Attachment, staged)
        session.expunge(foreign)
    with world.seen_as(IVY) as viewer:
        standing = db.session.get_one(Incident, incident)
        actions.say(viewer, standing, uuid.uuid4(), "Mine.", "members", [foreign])
    assert one(world, Attachment).incident_id is None


# ---- who is told


def test_the_reporter_and_those_who_take_part_are_told(devices):
    incident = devices.report(ASHA)
    assert told(devices, say(devices, IVY, incident).id) == {"Asha"}
    assert told(devices, say(devices, DEV, incident).id) == {"Asha", "Ivy"}
    assert told(devices, say(devices, ASHA, incident).id) == {"Ivy", "Dev"}
    assert told(devices, say(devices, LEO, incident).id) == {"Asha", "Ivy", "Dev"}


def test_who_spoke_where_the_speaker_cannot_read_takes_part_all_the_same(devices):
    incident = devices.report(ASHA)
    say(devices, DEV, incident, audience="police")
    say(devices, BEN, incident, audience="coordinators")
    assert told(devices, say(devices, IVY, incident).id) == {"Asha", "Dev", "Ben"}


def test_who_may_not_read_it_is_not_told(devices):
    incident = devices.report(ASHA)
    for person in (IVY, BEN, DEV, PAT):
        say(devices, person, incident)
    assert told(devices, say(devices, ELLEN, incident, audience="police").id) == {"Dev"}
    assert told(devices, say(devices, BEN, incident, audience="coordinators").id) == set()


def test_who_was_removed_or_belongs_elsewhere_is_not_told(devices):
    from shopalert.db import now
    from shopalert.schemes.models import Membership

    incident = devices.report(ASHA)
    say(devices, IVY, incident)
    with devices.app.app_context(), crossing("seed") as session, writing(session):
        session.query(Membership).filter_by(user_id=devices.users[IVY.name]).one().removed_at = now()
    assert told(devices, say(devices, BEN, incident).id) == {"Asha"}
    assert not {FEMI.name.split()[0], CAROL.name.split()[0]} & told(devices, say(devices, DEV, incident).id)


def test_in_a_withdrawn_incident_nothing_more_is_said(devices):
    """A member who took part would be rung and led to nothing."""
    incident = devices.report(ASHA)
    say(devices, IVY, incident)
    with devices.seen_as(ASHA) as viewer:
        incidents.withdraw(viewer, db.session.get_one(Incident, incident), "A mistake")
    for person in (ASHA, BEN, DEV):
        with pytest.raises(incidents.Withdrawn):
            say(devices, person, incident)


@pytest.mark.parametrize(
    ("person", "level", "title"),
    [(IVY, "category", "New answer"), (DEV, "category", "Police answered"), (DEV, "discreet", "New answer")],
)
def test_a_lock_screen_says_that_there_is_an_answer_and_no_more(world, person, level, title):
    incident = world.report(ASHA)
    sent = say(world, person, incident, "The tall man is Kevin Smith.")
    with world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.thing_id == sent.id)).one()
        words = words_of_comment(session, event, level)
    assert words.title == title
    text = f"{words.title} {words.body} {words.url} {words.tag}"
    for secret in ("Kevin", "tall", person.name, person.short_name, "coats"):
        assert secret not in text
