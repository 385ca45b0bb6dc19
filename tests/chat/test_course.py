"""How a chat goes: who is named in it, resolved, slow, with ready texts."""

from __future__ import annotations

import re
import uuid

import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event
from shopalert.chat.models import CannedText, Comment
from shopalert.db import writing
from shopalert.incidents.filters import needs_reply
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, DEV, ELLEN, IVY, LEO

JSON = {"Accept": "application/json"}


def told(world, kind, comment):
    with world.app.app_context(), crossing("deliveries") as session:
        seqs = sa.select(Event.seq).where(Event.thing_id == comment, Event.kind == kind)
        ids = session.scalars(sa.select(Delivery.user_id).where(Delivery.event_seq.in_(seqs)))
        names = {user_id: name for name, user_id in world.users.items()}
        return sorted(names[user_id].split()[0] for user_id in ids)


def send(world, person, incident, text, headers=None, **fields):
    fields = {"client_id": str(uuid.uuid4()), "text": text, **fields}
    browser = Browser(world.client(person))
    return browser.post(f"/incidents/{incident}/comments", fields, headers=headers or {})


def page_of(world, person, incident):
    return Browser(world.client(person)).get(f"/incidents/{incident}").text


def words_in(text):
    return re.findall(r'<b class="mention">(.*?)</b>', text)


# ---- mentions


def test_who_is_named_is_told_though_they_follow_nothing_and_once(devices):
    incident = devices.report(ASHA)
    said = devices.say(DEV, incident, "@Leo, @Harper's and @CI Frost: please look.")
    assert told(devices, "comment.mentioned", said) == ["Asha", "Ellen", "Leo"]
    assert told(devices, "comment.said", said) == []  # the reporter is named already
    assert words_in(page_of(devices, IVY, incident)) == ["@Leo", "@Harper&#39;s", "@CI Frost"]
    note = devices.say(DEV, incident, "@Leo and @Ben may not read this.", "police")
    assert told(devices, "comment.mentioned", note) == []


def test_a_name_is_shown_as_the_scheme_allows_and_members_name_shops_alone(devices):
    with devices.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).where(Scheme.slug == "wickford").values(reporter_shown="business"))
    incident = devices.report(ASHA)
    by_police = devices.say(DEV, incident, "Please ask @Ivy.")
    by_member = devices.say(LEO, incident, "@Asha, did you see it?")
    assert told(devices, "comment.mentioned", by_police) == ["Ivy"]
    assert told(devices, "comment.mentioned", by_member) == []  # a name that Leo cannot read tells nobody
    assert words_in(page_of(devices, LEO, incident)) == ["@Larkmead Pharmacy"]
    assert words_in(page_of(devices, BEN, incident)) == ["@Ivy"]
    assert "Ivy" not in page_of(devices, LEO, incident).partition("<main")[2]


def test_a_name_that_is_added_later_is_told_then(devices):
    incident = devices.report(ASHA)
    said = devices.say(IVY, incident, "@Leo, look.")
    answer = Browser(devices.client(IVY)).post(
        f"/incidents/{incident}/comments/{said}", {"text": "@Leo and @Ben, look."}
    )
    assert answer.status_code == 303
    assert told(devices, "comment.mentioned", said) == ["Ben", "Leo"]
    text = Browser(devices.client(IVY)).get(f"/incidents/{incident}/comments/{said}").text
    assert "@Leo and @Ben, look.</textarea>" in text


# ---- resolved


def waits(world, person):
    from shopalert.db import db, now

    with world.seen_as(person) as viewer:
        return set(db.session.scalars(sa.select(Incident.id).where(needs_reply(viewer, now()))))


def test_a_chat_is_marked_as_resolved_and_opened_again_by_those_it_concerns(world):
    incident = world.report(ASHA)
    world.say(DEV, incident, "Can you ring me?")
    assert incident in waits(world, ASHA)
    for person, status in ((IVY, 403), (LEO, 403), (ASHA, 303), (ASHA, 303)):
        answer = Browser(world.client(person)).post(f"/incidents/{incident}/resolution", {"wish": "resolved"})
        assert answer.status_code == status
    text = page_of(world, IVY, incident)
    assert text.count("Asha marked this as resolved") == 1
    assert incident not in waits(world, ASHA)
    world.say(DEV, incident, "One more thing.")
    assert incident in waits(world, ASHA)  # asked since
    assert (
        Browser(world.client(DEV)).post(f"/incidents/{incident}/resolution", {"wish": "open"}).status_code
        == 303
    )
    assert "PC Mercer opened this again" in page_of(world, IVY, incident)
    with world.app.app_context(), crossing("command") as session:
        assert session.get_one(Incident, incident).row_version == 1


# ---- slow mode


def test_in_a_slow_chat_a_member_waits_and_is_told_how_long(world):
    incident = world.report(ASHA)
    assert (
        Browser(world.client(ASHA)).post(f"/incidents/{incident}/pace", {"seconds": "60"}).status_code == 403
    )
    assert Browser(world.client(BEN)).post(f"/incidents/{incident}/pace", {"seconds": "7"}).status_code == 422
    assert (
        Browser(world.client(BEN)).post(f"/incidents/{incident}/pace", {"seconds": "60"}).status_code == 303
    )
    assert "one message a person every 60 seconds" in page_of(world, IVY, incident)
    key = str(uuid.uuid4())
    assert send(world, IVY, incident, "One.", client_id=key).status_code == 303
    page = send(world, IVY, incident, "Two.")
    assert page.status_code == 429 and 0 < int(page.headers["Retry-After"]) <= 60
    assert "Two.</textarea>" in page.text and "slow mode" in page.text
    machine = send(world, IVY, incident, "Two.", JSON)
    assert (machine.status_code, machine.json["code"], machine.json["saved"]) == (429, "slow_mode", False)
    assert send(world, IVY, incident, "One.", client_id=key).status_code == 303  # what was taken stays taken
    for person in (ASHA, BEN, BEN, DEV, DEV):
        assert send(world, person, incident, "Free.").status_code == 303
    assert Browser(world.client(BEN)).post(f"/incidents/{incident}/pace", {"seconds": "0"}).status_code == 303
    assert send(world, IVY, incident, "Two.").status_code == 303
    with world.app.app_context(), crossing("command") as session:
        texts = session.scalars(
            sa.select(Comment.text).where(Comment.author_id == world.users[IVY.name])
        ).all()
    assert sorted(texts) == ["One.", "Two."]


# ---- ready texts


def test_a_commander_keeps_the_list_and_an_officer_picks_from_it(world):
    incident = world.report(ASHA)
    ellen, dev = Browser(world.client(ELLEN)), Browser(world.client(DEV))
    assert ellen.post("/police/texts", {"title": "Footage", "text": ""}).status_code == 422
    assert (
        ellen.post("/police/texts", {"title": "Footage", "text": "Please keep the footage."}).status_code
        == 303
    )
    assert dev.post("/police/texts", {"title": "Mine", "text": "Mine."}).status_code == 403
    assert "Please keep the footage." in dev.get("/police/texts").text
    with world.app.app_context(), crossing("command") as session:
        text_id = session.scalars(sa.select(CannedText.id)).one()
    assert f"?text={text_id}#say" in dev.get(f"/incidents/{incident}").text
    assert "Please keep the footage.</textarea>" in dev.get(f"/incidents/{incident}?text={text_id}").text
    asha = Browser(world.client(ASHA)).get(f"/incidents/{incident}?text={text_id}").text
    assert "Please keep the footage." not in asha
    fields = {"title": "Footage", "text": "Please keep all footage."}
    assert ellen.post(f"/police/texts/{text_id}", fields).status_code == 303
    assert "Please keep all footage." in dev.get("/police/texts").text
    assert ellen.post(f"/police/texts/{text_id}/removal", {}).status_code == 303
    assert "footage" not in dev.get("/police/texts").text


# ---- who has seen it


def test_its_author_reads_who_has_seen_a_message_and_others_how_many(world):
    incident = world.report(ASHA)
    page_of(world, LEO, incident)  # before it was said: he has seen the report, not this
    note = world.say(DEV, incident, "Known.", "police")
    said = world.say(ASHA, incident, "They left.")
    for person in (IVY, ELLEN, ASHA):
        page_of(world, person, incident)
    lists = {
        (person.short_name, comment): Browser(world.client(person))
        .get(f"/incidents/{incident}/comments/{comment}")
        .text.partition('id="seen-title"')[2]
        .partition("</section>")[0]
        for person, comment in ((ASHA, said), (LEO, said), (DEV, note))
    }
    own, other, police = lists.values()
    assert "Seen by 2 people" in own and "Ivy" in own and "CI Frost" in own and "Leo" not in own
    assert "Seen by 2 people" in other and "Ivy" not in other
    assert "Seen by 1 person" in police and "CI Frost" in police and "Ivy" not in police
