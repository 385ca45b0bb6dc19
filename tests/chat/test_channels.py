"""Channels: who writes and reads, what is unread, who is told, and what stays of a message."""

from __future__ import annotations

import re
import uuid

import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.models import Delivery, Event
from shopalert.chat.models import Channel, ChannelLine
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU

JSON = {"Accept": "application/json"}


def opened(world, name="General", announcements=False):
    """A channel as a coordinator opens it."""
    fields = {"name": name, **({"announcements": "y"} if announcements else {})}
    answer = Browser(world.client(BEN)).post("/s/wickford/channels", fields)
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["Location"]


def say(world, person, channel, text="Good morning.", status=303, headers=None, **fields):
    fields = {"client_id": str(uuid.uuid4()), "text": text, **fields}
    answer = Browser(world.client(person)).post(f"{channel}/lines", fields, headers=headers or {})
    assert answer.status_code == status, answer.text[:300]
    return answer


def line_of(answer):
    return answer.headers["Location"].split("#comment-")[1]


def read(world, person, path, status=200):
    return Browser(world.client(person)).get(path, status).text


def unread(world, person, slug="wickford"):
    """As the list of channels and the bar say it."""
    text = read(world, person, f"/s/{slug}/channels")
    listed = sum(map(int, re.findall(r'<span class="chip chip--solid">(\d+)', text)))
    bar = re.findall(r"data-channels-count>(\d+)<", text)
    assert listed == (int(bar[0]) if bar else 0)
    return listed


def test_only_a_coordinator_opens_one_and_others_of_other_towns_see_none(world):
    channel = opened(world)
    for person in (ASHA, LEO, DEV):
        answer = Browser(world.client(person)).post("/s/wickford/channels", {"name": "Mine"})
        assert answer.status_code == 403
    assert Browser(world.client(BEN)).post("/s/wickford/channels", {"name": "General"}).status_code == 422
    assert Browser(world.client(BEN)).post("/s/wickford/channels", {"name": " "}).status_code == 422
    say(world, ASHA, channel, "Quillfeather.")
    for person in (ASHA, LEO, BEN, DEV, ELLEN):
        assert "Quillfeather." in read(world, person, channel)
    for person in (CAROL, OLU):
        read(world, person, channel, 404)
        say(world, person, channel, status=404)


def test_announcements_are_written_by_coordinators_and_police_and_read_by_all(world):
    channel = opened(world, "Announcements", announcements=True)
    for person, status in ((ASHA, 403), (LEO, 403), (BEN, 303), (DEV, 303), (ELLEN, 303)):
        say(world, person, channel, f"From {person.short_name}.", status)
    text = read(world, ASHA, channel)
    assert "From Ben." in text and "From PC Mercer." in text and "<textarea" not in text
    assert "chip--police" in text.partition("From PC Mercer.")[0].rpartition("<article")[2]


def test_what_is_unread_is_counted_until_it_is_opened_and_not_where_it_is_muted(world):
    channel, other = opened(world), opened(world, "Night shift")
    say(world, IVY, channel), say(world, DEV, channel), say(world, IVY, other)
    assert (unread(world, ASHA), unread(world, IVY), unread(world, DEV)) == (3, 1, 2)
    read(world, ASHA, channel)
    assert unread(world, ASHA) == 1
    Browser(world.client(ASHA)).post(f"{other}/mute", {"wish": "mute"})
    say(world, IVY, other)
    assert unread(world, ASHA) == 0
    Browser(world.client(ASHA)).post(f"{other}/mute", {"wish": "hear"})
    say(world, IVY, other)
    assert unread(world, ASHA) == 1
    assert unread(world, CAROL, "billericay") == 0


def test_sent_twice_it_is_one_and_nothing_is_nothing(world):
    channel, key = opened(world), str(uuid.uuid4())
    answers = [say(world, ASHA, channel, client_id=key) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    say(world, ASHA, channel, "What I typed since.", client_id=key)
    assert say(world, ASHA, channel, "Third.", 422, JSON, client_id=key).json["code"] == "key_reused"
    say(world, ASHA, channel, " ", 422)
    with world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ChannelLine)) == 2


def test_in_a_slow_channel_a_member_waits(world):
    channel = opened(world)
    assert Browser(world.client(ASHA)).post(f"{channel}/pace", {"seconds": "30"}).status_code == 403
    assert Browser(world.client(BEN)).post(f"{channel}/pace", {"seconds": "30"}).status_code == 303
    say(world, ASHA, channel)
    page = say(world, ASHA, channel, "Again.", 429)
    assert "Again.</textarea>" in page.text and int(page.headers["Retry-After"]) <= 30
    assert say(world, ASHA, channel, "Again.", 429, JSON).json["code"] == "slow_mode"
    say(world, DEV, channel), say(world, DEV, channel), say(world, IVY, channel)


def test_a_message_is_removed_or_hidden_with_a_trace_on_every_screen(world):
    channel = opened(world)
    mine, theirs = (line_of(say(world, IVY, channel, f"Quillfeather {n}.")) for n in ("one", "two"))
    path = f"{channel}/lines"
    for person in (ASHA, DEV):
        assert Browser(world.client(person)).post(f"{path}/{mine}/removal", {}).status_code == 403
        assert Browser(world.client(person)).post(f"{path}/{mine}/hiding", {"why": "No."}).status_code == 403
    assert Browser(world.client(IVY)).post(f"{path}/{mine}/removal", {}).status_code == 303
    assert Browser(world.client(BEN)).post(f"{path}/{theirs}/hiding", {"why": ""}).status_code == 422
    assert Browser(world.client(BEN)).post(f"{path}/{theirs}/hiding", {"why": "A name."}).status_code == 303
    assert Browser(world.client(BEN)).post(f"{path}/{mine}/hiding", {"why": "A name."}).status_code == 409
    text = read(world, ASHA, channel)
    assert "Quillfeather" not in text and "Removed by Ivy" in text and "A name." in text
    with world.app.test_request_context(), crossing("live") as session:
        events = session.scalars(sa.select(Event).where(Event.kind == "channel.changed")).all()
        live = [message.data for event in events for message in announcement.messages(session, event)]
    assert len(live) == 2 and not any("Quillfeather" in data for data in live)
    for person, reads in ((ASHA, False), (BEN, True), (DEV, True)):
        assert ("Quillfeather one" in read(world, person, f"{path}/{mine}")) == reads
    assert Browser(world.client(BEN)).post(f"{path}/{theirs}/restoration", {}).status_code == 303
    assert "Quillfeather two" in read(world, ASHA, channel)


# ---- who is told


def told(world, line, kind="channel.said"):
    with world.app.app_context(), crossing("deliveries") as session:
        seqs = sa.select(Event.seq).where(Event.thing_id == uuid.UUID(line), Event.kind == kind)
        ids = session.scalars(sa.select(Delivery.user_id).where(Delivery.event_seq.in_(seqs)))
        names = {user_id: name for name, user_id in world.users.items()}
        return {names[user_id].split()[0] for user_id in ids}


def test_an_announcement_reaches_all_but_who_muted_it_and_a_chat_who_takes_part(devices):
    news, chat = opened(devices, "Announcements", announcements=True), opened(devices)
    Browser(devices.client(LEO)).post(f"{news}/mute", {"wish": "mute"})
    first = line_of(say(devices, BEN, news))
    assert told(devices, first) == {"Asha", "Ivy", "Pat", "Dev", "Ellen"}
    assert told(devices, line_of(say(devices, ASHA, chat))) == set()
    answer = line_of(say(devices, IVY, chat, "@Leo, is it open?"))
    assert told(devices, answer) == {"Asha"}
    assert told(devices, answer, "channel.mentioned") == {"Leo"}
    with devices.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.thing_id == uuid.UUID(first))).one()
        words = announcement.words(session, event, "category")
    assert (words.title, "Ben" in f"{words.title}{words.body}") == ("New in Announcements", False)


def test_many_lines_and_channels_cost_what_one_costs(world):
    from tests.house.test_queries import opened as asked

    channel = opened(world)
    say(world, IVY, channel), say(world, DEV, channel)
    client = world.client(ASHA)
    asked(client, channel)
    one, _ = asked(client, channel)
    for number in range(3):
        world_line(world, channel, f"More {number}.")
    read(world, ASHA, channel)
    many, text = asked(client, channel)
    assert text.count('<article class="line') == 5
    assert len(many) == len(one), "\n".join(many)


def world_line(world, channel, text):
    """Another line of Ivy's."""
    say(world, IVY, channel, text)
    with world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Channel)) == 1
