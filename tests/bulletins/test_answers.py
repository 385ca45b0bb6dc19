"""Do you know? What is told about an appeal is read by police, coordinators and whoever told it, and by no others."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery, Event
from shopalert.alerts.outbox import newest
from shopalert.bulletins.models import BulletinAnswer
from shopalert.wall import crossing
from tests.house.routes import QUERIES, Things, routes
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, walkers

NAME, SAID = "Larkspindle", "Mosswhittle by the river"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
INSIDE = {each.name for each in (ASHA, BEN, DEV, ELLEN)}


def appeal(town, person=DEV, *to):
    return town.of(town.publish(person, *(to or ("wickford", "billericay")), kind="appeal"), "wickford")


def tell(town, person, bulletin, **fields):
    said = {"client_id": str(uuid.uuid4()), "name": NAME, "text": SAID, **fields}
    return town.do(person, bulletin, "answers", **said)


def kept(town):
    with town.world.app.app_context(), crossing("command") as session:
        return list(session.scalars(sa.select(BulletinAnswer)))


def test_one_answer_for_police_and_coordinators_and_its_author(town):
    bulletin = appeal(town)
    assert tell(town, ASHA, bulletin).status_code == 303
    (row,) = kept(town)
    for person in (ASHA, BEN, DEV, ELLEN):
        assert town.reads(person, f"/bulletins/{bulletin}", NAME), person.name
        assert town.reads(person, f"/bulletins/{bulletin}", SAID), person.name
    assert not town.reads(IVY, f"/bulletins/{bulletin}", NAME)
    assert row.kept_until < row.at.replace(year=row.at.year + 1)


@pytest.mark.timeout(900)  # every page there is, by everybody
def test_no_way_leads_others_to_it(town, engine):
    """Every address, the stream, polling, search and alerts, tried by each of the cast."""
    world = town.world
    bulletin = appeal(town)
    with world.app.app_context(), crossing("live") as session:
        seq = newest(session)[0]
    before = town.cursor()
    tell(town, ASHA, bulletin)
    for person in walkers(engine):
        client = world.client(person)
        things = Things(world, IVY, "wickford", {"bulletin_id": uuid.UUID(bulletin)}, person)
        texts = [
            client.get(things.path(rule) + QUERIES.get(endpoint, ""), headers=HTML).data.decode(
                "utf-8", "replace"
            )
            for method, rule, endpoint in routes(world.app)
            if method == "GET" and endpoint != "live.stream"
        ]
        found = client.get(f"/search?q={NAME}", headers=HTML).text.partition("<main")[2]
        texts.append(client.get(f"/search/words?q={NAME[:5].lower()}", headers=HTML).text)
        texts.append(client.get(f"/poll?after={before}&wait=0", headers=HTML).text)
        if not person.suspended:
            viewer, hub = world.viewer(person), Hub()
            screen = Stream(viewer.user_id, None, viewer.log)
            screen.caught_up(seq)
            hub.streams.add(screen)
            hub.position = seq
            with world.app.app_context():
                hub.deliver()
            texts.append(b"".join(screen.queue.queue).decode())
        whole = "\n".join(texts)
        assert (NAME in whole) == (person.name in INSIDE), person.name
        assert ("Mosswhittle" in whole) == (person.name in INSIDE), person.name
        assert bulletin not in found
    with world.app.app_context(), crossing("deliveries") as session:
        for row in session.query(Delivery):
            held = "\n".join(str(getattr(row, column.key)) for column in Delivery.__table__.columns)
            assert NAME not in held and "Mosswhittle" not in held


def test_its_author_is_alerted_without_its_words(town):
    tell(town, ASHA, appeal(town))
    assert town.rung("bulletin.answered") == {DEV.name.split()[0]}
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.kind == "bulletin.answered")).one()
        for level in ("category", "discreet"):
            said = announcement.words(session, event, level)
            assert said.title == "An answer to your appeal" and said.body == "Open to read it"


def test_each_scheme_has_its_own(town):
    bulletin = appeal(town)
    tell(town, ASHA, bulletin)
    other = town.of(bulletin, "billericay")
    assert not town.reads(DEV, f"/bulletins/{other}", NAME) and town.reads(
        DEV, f"/bulletins/{bulletin}", NAME
    )
    assert tell(town, CAROL, bulletin).status_code == 404


def test_an_answer_says_something_and_is_sent_once(town):
    bulletin = appeal(town, BEN, "wickford")
    assert tell(town, ASHA, bulletin, name="", text=" ").status_code == 422
    once = str(uuid.uuid4())
    assert tell(town, ASHA, bulletin, client_id=once).status_code == 303
    assert tell(town, ASHA, bulletin, client_id=once).headers["Idempotency-Replayed"] == "true"
    assert tell(town, ASHA, bulletin, client_id=once, text="Other").status_code == 422
    assert len(kept(town)) == 1


@pytest.mark.parametrize("kind", ["advice", "warning"])
def test_only_appeals_are_answered(town, kind):
    bulletin = town.warn(BEN, "wickford") if kind == "warning" else town.advise()
    assert tell(town, ASHA, bulletin).status_code == 404
    assert not town.reads(ASHA, f"/bulletins/{bulletin}", "Do you know?")


def test_nobody_answers_what_was_recalled(town):
    bulletin = appeal(town)
    tell(town, ASHA, bulletin)
    town.do(DEV, bulletin, "recall", why="Found")
    assert tell(town, ASHA, bulletin).status_code == 404 and tell(town, BEN, bulletin).status_code == 409
    assert not town.reads(ELLEN, f"/bulletins/{bulletin}", "Tell the police and the coordinator")
