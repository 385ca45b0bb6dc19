"""A message after it was said: answered, changed, removed, hidden, reported; what stays of it, and for whom."""

from __future__ import annotations

import re
import uuid

import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.chat.models import AbuseReport, Comment, CommentVersion
from shopalert.db import now, writing
from shopalert.incidents.models import Incident
from shopalert.permissions import EDIT_TIME
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing, thread_of
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO
from tests.world import picture

JSON = {"Accept": "application/json"}


def page_of(world, person, incident):
    return Browser(world.client(person)).get(f"/incidents/{incident}").text


def line_in(text, comment):
    found = re.search(rf'<article class="line[^>]*id="comment-{comment}".*?</article>', text, re.S)
    return found[0] if found else ""


def do(world, person, incident, comment, what="", status=303, **fields):
    browser = Browser(world.client(person))
    path = f"/incidents/{incident}/comments/{comment}"
    answer = browser.post(f"{path}/{what}" if what else path, fields)
    assert answer.status_code == status, answer.text[:500]
    return answer


def rows(world, model, *where):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(model).where(*where).order_by(model.id)).all()


def live(world, kind):
    """What open screens are sent of the last event of this kind, for each audience."""
    with world.app.test_request_context(), crossing("live") as session:
        events = session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq)).all()
        return {
            event.audience: "".join(m.data for m in announcement.messages(session, event)) for event in events
        }


def found(world, person, word):
    return "hit" in Browser(world.client(person)).get(f"/search?q={word}").text.partition("<main")[2]


def test_a_changed_message_says_so_and_its_earlier_words_are_for_coordinators_and_police(world):
    incident = world.report(ASHA)
    comment = world.say(IVY, incident, "He wore a purplish scarf.")
    do(world, IVY, incident, comment, text="He wore a turquoise scarf.")
    line = line_in(page_of(world, ASHA, incident), comment)
    assert "turquoise" in line and "purplish" not in line and "edited" in line
    assert "turquoise" in live(world, "comment.changed")["members"]
    assert (found(world, ASHA, "turquoise"), found(world, ASHA, "purplish")) == (True, False)
    seen = {
        person: Browser(world.client(person)).get(f"/incidents/{incident}/comments/{comment}").text
        for person in (IVY, ASHA, LEO, BEN, DEV)
    }
    assert [person for person, text in seen.items() if "purplish" in text] == [BEN, DEV]
    assert rows(world, AuditRow, AuditRow.verb == "comment.edit")
    standing = rows(world, Incident)[0]
    assert (standing.replies, standing.row_version) == (1, 1)


def test_only_its_author_changes_it_and_for_a_day(world):
    incident = world.report(ASHA)
    comment = world.say(IVY, incident, "Mine.")
    for person, status in ((ASHA, 403), (LEO, 403), (BEN, 403), (DEV, 403), (CAROL, 404)):
        do(world, person, incident, comment, status=status, text="Other words.")
        do(world, person, incident, comment, "removal", status=status)
    assert do(world, IVY, incident, comment, status=422, text=" ").text.count("Write something") >= 1
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Comment).values(at=now() - EDIT_TIME))
    do(world, IVY, incident, comment, status=403, text="Other words.")
    do(world, IVY, incident, comment, "removal")


def test_a_removed_message_leaves_its_trace_and_no_words_or_photo(world):
    incident = world.report(ASHA)
    browser = Browser(world.client(DEV))
    sent = browser.post(
        f"/incidents/{incident}/comments",
        {"client_id": str(uuid.uuid4()), "text": "Known as Quillfeather.", "photos": (picture(), "a.jpg")},
    )
    comment = uuid.UUID(sent.headers["Location"].split("#comment-")[1])
    answer = world.say(IVY, incident, "Thank you.")
    assert rows(world, Incident)[0].police_replied
    do(world, DEV, incident, comment, "removal")
    do(world, DEV, incident, comment, "removal")  # pressed twice
    line = line_in(page_of(world, ASHA, incident), comment)
    assert "Removed by PC Mercer" in line and "Quillfeather" not in line and "<img" not in line
    assert "Quillfeather" not in live(world, "comment.changed")["members"]
    standing = rows(world, Incident)[0]
    assert (standing.replies, standing.police_replied) == (1, False)
    assert not found(world, ASHA, "Quillfeather")
    files = {person: files_of(world, person) for person in (ASHA, BEN, DEV)}
    assert files == {ASHA: {403}, BEN: {200}, DEV: {200}}
    assert [each.text for each in rows(world, CommentVersion)] == ["Known as Quillfeather."]
    assert "Quillfeather" in Browser(world.client(BEN)).get(f"/incidents/{incident}/comments/{comment}").text
    do(world, DEV, incident, comment, status=409, text="Back again.")
    assert answer


def files_of(world, person):
    """What a thumbnail is answered with; its copies are made as the worker makes them."""
    from shopalert.evidence.derivatives import make_some
    from shopalert.evidence.models import Attachment

    with world.app.app_context():
        make_some()
    client = world.client(person)
    return {client.get(f"/files/{each.id}/thumb").status_code for each in rows(world, Attachment)}


# ---- answered with a quote


def test_an_answer_shows_the_line_it_answers_and_leads_to_it(world):
    incident = world.report(ASHA)
    first = world.say(IVY, incident, "Which way did they go?")
    browser = Browser(world.client(DEV))
    form = browser.get(f"/incidents/{incident}?quote={first}").text
    assert f'name="quotes" value="{first}"' in form
    fields = {"client_id": str(uuid.uuid4()), "text": "North.", "quotes": str(first)}
    sent = browser.post(f"/incidents/{incident}/comments", fields)
    second = sent.headers["Location"].split("#comment-")[1]
    line = line_in(page_of(world, ASHA, incident), second)
    assert f'href="#comment-{first}"' in line and "Which way did they go?" in line and "Ivy" in line
    do(world, IVY, incident, first, "removal")
    line = line_in(page_of(world, ASHA, incident), second)
    assert "Which way" not in line and "Removed by Ivy" in line
    assert f'id="comment-{second}"' in live(world, "comment.changed")["members"]


def test_what_is_for_few_is_not_quoted_before_many(world):
    incident = world.report(ASHA)
    note = world.say(DEV, incident, "Known as Quillfeather.", "police")
    other = world.say(IVY, world.report(ASHA), "Elsewhere.")
    for audience, status in (("members", 422), ("police", 303)):
        fields = {"client_id": str(uuid.uuid4()), "text": "Yes.", "quotes": str(note), "audience": audience}
        answer = Browser(world.client(DEV)).post(f"/incidents/{incident}/comments", fields)
        assert answer.status_code == status
    fields = {"client_id": str(uuid.uuid4()), "text": "Yes.", "quotes": str(note)}
    assert Browser(world.client(IVY)).post(f"/incidents/{incident}/comments", fields).status_code == 303
    fields = {"client_id": str(uuid.uuid4()), "text": "Yes.", "quotes": str(other)}
    assert Browser(world.client(IVY)).post(f"/incidents/{incident}/comments", fields).status_code == 303
    assert [each.quotes_id for each in rows(world, Comment, Comment.text == "Yes.")] == [note, None, None]
    assert "Quillfeather" not in page_of(world, IVY, incident)


def test_a_note_that_quotes_a_members_line_changes_with_it_on_police_screens_alone(world):
    incident = world.report(ASHA)
    first = world.say(IVY, incident, "He wore a purplish scarf.")
    fields = {
        "client_id": str(uuid.uuid4()), "text": "Quillfeather's.", "quotes": str(first), "audience": "police",
    }  # fmt: skip
    Browser(world.client(DEV)).post(f"/incidents/{incident}/comments", fields)
    do(world, IVY, incident, first, text="He wore a turquoise scarf.")
    told = live(world, "comment.changed")
    assert "Quillfeather" in told["police"] and "turquoise" in told["police"]
    assert "Quillfeather" not in told["members"] and "turquoise" in told["members"]


# ---- the coordinator


def test_a_coordinator_hides_a_message_with_the_reason_and_shows_it_again(world):
    incident = world.report(ASHA)
    comment = world.say(IVY, incident, "It was Quillfeather of number nine.")
    for person in (ASHA, LEO, DEV):
        do(world, person, incident, comment, "hiding", status=403, why="I do not like it.")
    do(world, BEN, incident, comment, "hiding", status=422, why="")
    do(world, BEN, incident, comment, "hiding", why="It names a neighbour.")
    line = line_in(page_of(world, ASHA, incident), comment)
    assert "It names a neighbour." in line and "Quillfeather" not in line
    assert not found(world, ASHA, "Quillfeather")
    assert rows(world, Incident)[0].replies == 0
    seen = Browser(world.client(BEN)).get(f"/incidents/{incident}/comments/{comment}").text
    assert "Quillfeather" in seen and "Show it again" in seen
    do(world, IVY, incident, comment, status=409, text="It was him.")
    do(world, BEN, incident, comment, "restoration")
    assert "Quillfeather" in line_in(page_of(world, ASHA, incident), comment)
    assert found(world, ASHA, "Quillfeather")
    assert rows(world, Incident)[0].replies == 1
    assert len(rows(world, AuditRow, AuditRow.verb == "comment.hide", AuditRow.outcome == "done")) == 2


def test_reported_abuse_reaches_the_coordinators_with_an_alert_once(world):
    incident = world.report(ASHA)
    comment = world.say(IVY, incident, "It was Quillfeather of number nine.")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for person in (ASHA, IVY, BEN, DEV):
            address = f"https://push.example/{person.name}"
            mine = {"endpoint": address, "origin": "https://push.example"}
            session.add(Subscription(user_id=world.users[person.name], **mine))
    for _ in range(2):
        do(world, ASHA, incident, comment, "abuse", why="It names somebody.")
    told = rows(world, Delivery, Delivery.kind == "comment.reported")
    assert [each.user_id for each in told] == [world.users[BEN.name]]
    assert "It names somebody." not in page_of(world, IVY, incident)
    browser = Browser(world.client(BEN))
    text = browser.get("/s/wickford/abuse").text
    assert "It names somebody." in text and "Quillfeather" in text and "Waits for you" in text
    reported = rows(world, AbuseReport)[0]
    assert browser.post(f"/s/wickford/abuse/{reported.id}/handling", {}).status_code == 303
    text = browser.get("/s/wickford/abuse").text
    assert "Waits for you" not in text and "Handled by Ben" in text


def test_what_coordinators_do_not_read_is_not_reported_to_them(world):
    incident = world.report(ASHA)
    note = world.say(DEV, incident, "Known.", "police")
    private = world.say(ASHA, incident, "For you.", thread_of(world.premises["Harper's"]))
    for comment in (note, private):
        do(world, DEV, incident, comment, "abuse", status=404, why="It is not true.")
    assert rows(world, AbuseReport) == []


# ---- one business and the police


def told(world, comment):
    with world.app.app_context(), crossing("deliveries") as session:
        seq = session.scalar(sa.select(Event.seq).where(Event.thing_id == comment))
        ids = session.scalars(sa.select(Delivery.user_id).where(Delivery.event_seq == seq))
        names = {user_id: name for name, user_id in world.users.items()}
        return {names[user_id].split()[0] for user_id in ids}


def offered(world, person, incident):
    text = page_of(world, person, incident)
    return set(re.findall(r'name="audience" value="([\w:-]+)"', text))


def test_a_shop_speaks_to_the_police_alone_and_a_colleague_answers(devices):
    incident = devices.report(IVY)
    thread = thread_of(devices.premises["Larkmead Pharmacy"])
    assert offered(devices, IVY, incident) == offered(devices, LEO, incident) == {"members", thread}
    assert offered(devices, DEV, incident) == {"members", "police", thread}
    assert offered(devices, ASHA, incident) == {"members", thread_of(devices.premises["Harper's"])}
    first = devices.say(IVY, incident, "We have his address.", thread)
    assert told(devices, first) == {"Dev", "Ellen", "Leo"}  # nobody of the police takes part yet
    second = devices.say(DEV, incident, "Send it to me.", thread)
    assert told(devices, second) == {"Ivy", "Leo"}
    third = devices.say(LEO, incident, "Done.", thread)
    assert told(devices, third) == {"Ivy", "Dev"}
    text = page_of(devices, LEO, incident)
    assert "Police and Larkmead Pharmacy only" in text and "We have his address." in text
    assert "We have his address." not in page_of(devices, BEN, incident)
    assert rows(devices, Incident)[0].replies == 0


def test_who_works_at_no_premises_has_a_thread_of_their_own(world):
    incident = world.report(BEN)
    thread = thread_of(world.users[BEN.name])
    assert thread in offered(world, BEN, incident)
    assert thread in offered(world, DEV, incident)
    world.say(DEV, incident, "For the coordinator.", thread)
    assert "For the coordinator." in page_of(world, BEN, incident)
    assert "For the coordinator." not in page_of(world, ASHA, incident)


def test_a_name_imitates_no_badge(world):
    """What marks the police is what the account was when it spoke, not what anybody is called."""
    from shopalert.accounts.models import User

    incident = world.report(ASHA)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(User).where(User.name == IVY.name).values(short_name="PC Mercer Police"))
    false, true = world.say(IVY, incident, "Open the door."), world.say(DEV, incident, "On our way.")
    text = page_of(world, ASHA, incident)
    for comment, verified in ((false, False), (true, True)):
        line = line_in(text, comment)
        assert ("chip--police" in line, "avatar--police" in line, "line--police" in line) == (verified,) * 3
