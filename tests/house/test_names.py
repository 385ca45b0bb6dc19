"""Where a scheme shows its members the business alone, the reporter's name is in nothing that a member is sent."""

from __future__ import annotations

from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.db import db, now, writing
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.house.routes import QUERIES, Things, routes
from tests.house.test_untold import set_scheme
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, PAT, walkers

HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
MEMBERS, NAMED = (IVY, LEO, PAT), (BEN, DEV, ELLEN)
NAME = "Asha"


def busy(world):
    """Asha reports, writes, sees them again, changes the report and says that it is over."""
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    incident = world.report(ASHA, in_progress=True, premises_id=None)
    world.say(ASHA, incident, "They went north.")
    with world.seen_as(ASHA) as viewer:
        standing = db.session.get_one(Incident, incident)
        actions.sight(viewer, standing, incident, None)
        actions.edit(viewer, standing, Facts("fraud", now(), "Changed.", in_progress=True), 1, [])
        actions.all_clear(viewer, standing)
    return incident, before, seq


def everything_sent_to(world, person, incident, before, seq, without=()):
    """Every page, fragment and machine's answer that this person can ask for, the stream and the poll.

    `without` are rooms that say nothing of an incident, for tests that look with the eyes of many.
    """
    client = world.client(person)
    things = Things(world, ASHA, "wickford", {"incident_id": incident, "name": "icons/favicon.svg"})
    found = {}
    for method, rule, endpoint in routes(world.app):
        if method != "GET" or endpoint in ("live.stream", "assets.static") or endpoint.startswith(without):
            continue
        path = things.path(rule) + QUERIES.get(endpoint, "")
        found[path] = client.get(path, headers=HTML).data.decode(errors="replace")
    found["fragment"] = client.get(
        f"/incidents/{incident}/facts", headers={**HTML, "HX-Request": "true"}
    ).text
    found["poll"] = client.get(f"/poll?after={before}", headers=HTML).text
    found["search"] = client.get("/search?q=changed", headers=HTML).text
    viewer, hub = world.viewer(person), Hub()
    screen = Stream(viewer.user_id, None, viewer.log)
    screen.caught_up(seq)
    hub.streams.add(screen)
    hub.position = seq
    with world.app.app_context():
        hub.deliver()
    found["stream"] = b"".join(screen.queue.queue).decode()
    return found


def holding(found):
    """Where the name stands; not as the example in the words of the setting itself."""
    return {path for path, text in found.items() if NAME in text.replace("“Asha, Harper’s”", "")}


def test_a_member_reads_the_business_and_never_the_name(world, engine):
    incident, before, seq = busy(world)
    shown = holding(everything_sent_to(world, IVY, incident, before, seq))
    assert {"/s/wickford/", f"/incidents/{incident}", "stream", "poll", "search"} <= shown
    set_scheme(world, reporter_shown="business")
    for person in walkers(engine, MEMBERS):
        found = everything_sent_to(world, person, incident, before, seq)
        assert not holding(found), f"{person.name}: {holding(found)}"
        assert "Harper&#39;s" in found[f"/incidents/{incident}"]
        assert str(incident) in found["stream"]


def test_coordinators_and_police_read_the_name_all_the_same(world, engine):
    set_scheme(world, reporter_shown="business")
    incident, before, seq = busy(world)
    for person in walkers(engine, NAMED):
        found = everything_sent_to(world, person, incident, before, seq)
        wanted = {
            "/s/wickford/",
            f"/incidents/{incident}",
            f"/incidents/{incident}/versions",
            "stream",
            "poll",
            "search",
        }
        assert wanted <= holding(found), f"{person.name}: {wanted - holding(found)}"


def test_one_hub_sends_each_what_is_theirs(world):
    """Members and officers on one process: rendered once for each of the two, never mixed."""
    set_scheme(world, reporter_shown="business")
    viewers = {person: world.viewer(person) for person in (IVY, BEN, DEV)}
    with world.app.app_context(), crossing("live") as session:
        seq = newest(session)[0]
    hub = Hub()
    screens = {person: Stream(viewer.user_id, None, viewer.log) for person, viewer in viewers.items()}
    for screen in screens.values():
        screen.caught_up(seq)
    for screen in screens.values():
        hub.streams.add(screen)
    hub.position = seq
    busy(world)
    with world.app.app_context():
        hub.deliver()
    sent = {person: b"".join(screen.queue.queue).decode() for person, screen in screens.items()}
    assert NAME not in sent[IVY]
    assert NAME in sent[BEN]
    assert sent[BEN] == sent[DEV]
    counts = {person: text.count("event: ") for person, text in sent.items()}
    assert len(set(counts.values())) == 1


def test_police_are_always_named(world):
    set_scheme(world, reporter_shown="business")
    incident = world.report(ASHA)
    world.say(DEV, incident, "On our way.")
    assert "PC Mercer" in world.client(IVY).get(f"/incidents/{incident}", headers=HTML).text


def test_another_schemes_coordinator_reads_no_name(world):
    """The right goes with the scheme: whoever coordinates one is a member like others in the next."""
    set_scheme(world, "billericay", reporter_shown="business")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Membership(scheme_id=world.schemes["billericay"], user_id=world.users[BEN.name], role="member")
        )
    incident = world.report(CAROL, "billericay")
    text = world.client(BEN).get(f"/incidents/{incident}", headers=HTML).text
    assert "Coppice Foods" in text
    assert "Carol" not in text
