"""Advice that is given, through HTTP: sent to one business, read there, ticked, asked after, counted."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.advice import clock
from shopalert.advice.lists import Figures
from shopalert.advice.models import Advice, AdviceTick
from shopalert.advice.pieces import library
from shopalert.alerts.announcement import words as words_of
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.db import now, writing
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Premises
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, CAST, DEV, ELLEN, FEMI, GUS, IVY, LEO, OLU, PAT, SAM

AT = "/s/wickford/advice"
PIECE = "sight-lines"
LINE = "I can walk the shop with you on Thursday"


@pytest.fixture
def browsers(world):
    people = (ASHA, BEN, CAROL, DEV, ELLEN, GUS, IVY, LEO, OLU, PAT)
    return {person: Browser(world.client(person)) for person in people}


def send(world, browser, piece=PIECE, shop="Harper's", **more):
    fields = {
        "client_id": str(uuid.uuid4()), "to": str(world.premises[shop]), "line": LINE, "days": "14", **more,
    }  # fmt: skip
    answer = browser.post(f"{AT}/{piece}/send", fields)
    assert answer.status_code == 303, answer.text[:800]
    return answer.location.rsplit("/", 1)[1]


def devices(world):
    """Everybody of the cast has a phone, and what rang before is forgotten."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.delete(Delivery))
        for person in CAST:
            address = f"https://fcm.googleapis.com/{uuid.uuid4()}"
            session.add(
                Subscription(
                    user_id=world.users[person.name], endpoint=address, origin="https://fcm.googleapis.com"
                )
            )


def rung(world):
    """Who was alerted of what."""
    names = {user_id: name for name, user_id in world.users.items()}
    with world.app.app_context(), crossing("deliveries") as session:
        rows = session.execute(sa.select(Delivery.user_id, Delivery.kind))
        return sorted((names[row.user_id], row.kind) for row in rows)


def kept(world, advice_id):
    with world.app.app_context(), crossing("command") as session:
        return session.get_one(Advice, uuid.UUID(advice_id))


def steps_done(world, advice_id):
    with world.app.app_context(), crossing("command") as session:
        asked = sa.select(AdviceTick.step).where(AdviceTick.advice_id == uuid.UUID(advice_id))
        return sorted(session.scalars(asked))


# ---- sending


@pytest.mark.parametrize("sender", [DEV, BEN], ids=lambda person: person.name)
def test_it_is_sent_to_one_business_and_alerts_exactly_its_people(world, browsers, sender):
    devices(world)
    advice_id = send(world, browsers[sender])
    assert rung(world) == [(ASHA.name, "advice.sent")], "Femi and Sam are out, all others work elsewhere"
    assert FEMI in CAST
    assert SAM in CAST
    page = browsers[ASHA].get(f"/advice/{advice_id}").text
    assert LINE in page
    assert library()[PIECE].title in page
    assert f"/advice/{advice_id}" in browsers[ASHA].get(f"{AT}/ours").text
    assert kept(world, advice_id).sent_as == ("police" if sender is DEV else "coordinators")
    with world.app.app_context(), crossing("command") as session:
        assert list(session.scalars(sa.select(AuditRow.verb).where(AuditRow.verb == "advice.send")))


def test_who_reads_it_the_business_the_coordinator_and_the_police(world, browsers):
    advice_id = send(world, browsers[DEV])
    for person in (ASHA, BEN, DEV, ELLEN):
        assert LINE in browsers[person].get(f"/advice/{advice_id}").text, person.name
    for person in (IVY, LEO, PAT, CAROL, OLU, GUS):
        assert browsers[person].client.get(f"/advice/{advice_id}").status_code == 404, person.name
    for person in (IVY, LEO, PAT):
        text = browsers[person].get(f"{AT}/ours").text
        assert advice_id not in text
        assert LINE not in text
        assert browsers[person].client.get(f"{AT}/given").status_code == 403
        refused = browsers[person].client.post(f"/advice/{advice_id}/ticks", data={"done": "1"})
        assert refused.status_code in (400, 403, 404)
    assert steps_done(world, advice_id) == []


def test_members_cannot_send_and_no_other_scheme_can(world, browsers):
    for person in (ASHA, LEO, PAT):
        assert browsers[person].client.get(f"{AT}/{PIECE}/send").status_code == 403
    for person in (CAROL, OLU, GUS):
        assert browsers[person].client.get(f"{AT}/{PIECE}/send").status_code == 404
    fields = {
        "client_id": str(uuid.uuid4()),
        "to": str(world.premises["Coppice Foods"]),
        "line": "",
        "days": "0",
    }
    answer = browsers[BEN].post(f"{AT}/{PIECE}/send", fields)
    assert answer.status_code == 422, "a shop of another scheme is no choice"


def test_sent_twice_it_stands_once(world, browsers):
    fields = {
        "client_id": str(uuid.uuid4()), "to": str(world.premises["Harper's"]), "line": LINE, "days": "14",
    }  # fmt: skip
    first, again = (browsers[DEV].post(f"{AT}/{PIECE}/send", fields) for _ in range(2))
    assert first.location == again.location
    assert again.headers["Idempotency-Replayed"] == "true"
    other = browsers[DEV].post(f"{AT}/{PIECE}/send", {**fields, "line": "Otherwise"})
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days": "400"}, "Choose one of the days"),
        ({"line": "x" * 1001}, "Keep it under 1,000 letters"),
        ({"line": "turned \u202e round"}, "characters that can’t be shown"),
        ({"to": "nobody"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_its_words(world, browsers, wrong, said):
    fields = {
        "client_id": str(uuid.uuid4()),
        "to": str(world.premises["Harper's"]),
        "line": LINE,
        "days": "14",
    }
    answer = browsers[DEV].post(f"{AT}/{PIECE}/send", fields | wrong)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")


def test_a_lock_screen_shows_the_piece_and_never_free_text(world, browsers):
    advice_id = send(world, browsers[DEV])
    with world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.thing_id == uuid.UUID(advice_id))).one()
        open_, discreet = (words_of(session, event, level) for level in ("category", "discreet"))
    assert (open_.title, open_.body) == ("Advice from the police", library()[PIECE].title)
    assert (discreet.title, discreet.body) == ("Advice", "Open to read it")
    assert LINE not in repr((open_, discreet))
    assert open_.url == f"/advice/{advice_id}"


# ---- from an incident


def test_an_incident_suggests_to_the_sender_and_to_the_reporter_with_reasons(world, browsers):
    incident = world.report(ASHA, weapon=True)
    for person in (DEV, BEN):
        page = browsers[person].get(f"/incidents/{incident}").text
        assert "What helps against it" in page
        assert "because a weapon was seen" in page
        assert f"{AT}/weapon-seen?incident={incident}" in page
    mine = browsers[ASHA].get(f"/incidents/{incident}").text
    assert f'href="{AT}/weapon-seen"' in mine, "to read, not to send"
    for person in (IVY, LEO, PAT):
        assert "What helps against it" not in browsers[person].get(f"/incidents/{incident}").text
    piece = browsers[DEV].get(f"{AT}/weapon-seen?incident={incident}").text
    assert f"{AT}/weapon-seen/send?incident={incident}" in piece
    form = browsers[DEV].get(f"{AT}/weapon-seen/send?incident={incident}").text
    assert form.index("Harper&#39;s") < form.index("Larkmead"), "where it happened stands first"
    advice_id = send(world, browsers[DEV], "weapon-seen", incident=str(incident))
    assert kept(world, advice_id).about_id == incident
    assert f"/incidents/{incident}" in browsers[ASHA].get(f"/advice/{advice_id}").text


def test_an_incident_of_another_scheme_is_none(world, browsers):
    foreign = world.report(CAROL, "billericay")
    advice_id = send(world, browsers[DEV], incident=str(foreign))
    assert kept(world, advice_id).about_id is None


def test_the_third_here_says_so_and_practice_and_other_places_do_not_count(world, browsers):
    world.report(ASHA)
    world.report(IVY)
    world.report(LEO, exercise=True)
    world.report(ASHA, occurred_at=now() - timedelta(days=40))
    second = world.report(ASHA)
    assert "here in 30 days" not in browsers[DEV].get(f"/incidents/{second}").text
    third = world.report(ASHA)
    said = "because this is the third “Shop theft” here in 30 days"
    assert said in browsers[DEV].get(f"/incidents/{third}").text
    assert said in browsers[ASHA].get(f"/incidents/{third}").text


def test_who_says_what_kind_of_premises_they_are_gets_what_fits_such(world, browsers):
    incident = world.report(IVY)
    assert "because of where it was" not in browsers[DEV].get(f"/incidents/{incident}").text
    assert browsers[IVY].post(f"{AT}/trade", {"trade": "pharmacy"}).status_code == 303
    assert "because of where it was: Pharmacy" in browsers[DEV].get(f"/incidents/{incident}").text
    assert 'value="pharmacy" selected' in browsers[IVY].get(f"{AT}/ours").text
    assert browsers[IVY].post(f"{AT}/trade", {"trade": "castle"}).status_code == 422
    nowhere = browsers[PAT].post(f"{AT}/trade", {"trade": "pub"}, page=browsers[PAT].get("/more"))
    assert nowhere.status_code == 303
    assert "You work at no premises here" in browsers[PAT].get(nowhere.location).text
    with world.app.app_context(), crossing("command") as session:
        assert set(session.scalars(sa.select(Premises.trade))) == {"", "pharmacy"}


# ---- at the business


def test_steps_are_ticked_and_unticked_and_the_sender_hears_when_all_is_done(world, browsers):
    advice_id = send(world, browsers[BEN])
    devices(world)
    here, steps = f"/advice/{advice_id}", len(library()[PIECE].steps)
    assert browsers[ASHA].post(f"{here}/ticks", {"done": ["1", "3", "77"]}).status_code == 303
    assert steps_done(world, advice_id) == [1, 3]
    assert "Done, Asha" in browsers[BEN].get(here).text
    assert browsers[ASHA].post(f"{here}/ticks", {"done": ["3"]}).status_code == 303
    assert steps_done(world, advice_id) == [3]
    assert rung(world) == []
    everything = [str(step) for step in range(1, steps + 1)]
    assert browsers[ASHA].post(f"{here}/ticks", {"done": everything}).status_code == 303
    assert browsers[ASHA].post(f"{here}/ticks", {"done": everything}).status_code == 303
    assert rung(world) == [(BEN.name, "advice.done")], "once, and to the sender alone"
    assert browsers[ASHA].post(f"{here}/ticks", {}).status_code == 303
    assert steps_done(world, advice_id) == []


def test_only_the_business_ticks(world, browsers):
    advice_id = send(world, browsers[DEV])
    for person, status in ((BEN, 403), (DEV, 403), (IVY, 404), (CAROL, 404)):
        browser = browsers[person]
        answer = browser.post(f"/advice/{advice_id}/ticks", {"done": "1"}, page=browser.get("/more"))
        assert answer.status_code == status, person.name
    assert steps_done(world, advice_id) == []


def test_read_is_when_the_first_of_the_business_opens_it(world, browsers):
    advice_id = send(world, browsers[DEV])
    assert "1<span" in browsers[ASHA].get(AT).text, "the way there says how much is new"
    assert "1 piece is new for your shop" in browsers[ASHA].get("/more").text
    assert "new for your shop" not in browsers[IVY].get("/more").text
    browsers[DEV].get(f"/advice/{advice_id}")
    browsers[BEN].get(f"/advice/{advice_id}")
    assert kept(world, advice_id).read_at is None
    assert "Not read yet" in browsers[DEV].get(f"{AT}/given").text
    browsers[ASHA].get(f"/advice/{advice_id}")
    first = kept(world, advice_id).read_at
    assert first is not None
    browsers[ASHA].get(f"/advice/{advice_id}")
    assert kept(world, advice_id).read_at == first


# ---- asked after


def test_on_its_day_the_business_is_reminded_and_the_sender_told_once(world, browsers):
    advice_id = send(world, browsers[BEN], days="7")
    devices(world)
    with world.app.app_context():
        assert clock.look(now() + timedelta(days=6)) == 0
        assert clock.look(now() + timedelta(days=8)) == 1
        assert clock.look(now() + timedelta(days=8)) == 0
    assert rung(world) == [(ASHA.name, "advice.reminder"), (BEN.name, "advice.follow_up")]
    assert "Asked after:" in browsers[ASHA].get(f"/advice/{advice_id}").text


def test_what_is_done_reminds_nobody_but_its_sender(world, browsers):
    advice_id = send(world, browsers[DEV], days="7")
    done = [str(step) for step in range(1, 1 + len(library()[PIECE].steps))]
    browsers[ASHA].post(f"/advice/{advice_id}/ticks", {"done": done})
    devices(world)
    with world.app.app_context():
        assert clock.look(now() + timedelta(days=8)) == 1
    assert rung(world) == [(DEV.name, "advice.follow_up")]


def test_what_nobody_wants_to_ask_after_is_left_alone(world, browsers):
    send(world, browsers[DEV], days="0")
    with world.app.app_context():
        assert clock.look(now() + timedelta(days=400)) == 0


# ---- in figures


def test_figures_say_what_was_sent_read_and_done(world, browsers):
    assert "No advice was sent yet" in browsers[BEN].get(f"{AT}/given").text
    first, second = send(world, browsers[DEV]), send(world, browsers[BEN], "greet-everybody")
    send(world, browsers[DEV], shop="Larkmead Pharmacy")
    browsers[ASHA].get(f"/advice/{first}")
    browsers[ASHA].get(f"/advice/{second}")
    browsers[ASHA].post(f"/advice/{first}/ticks", {"done": ["1"]})
    browsers[ASHA].post(f"/advice/{second}/ticks", {"done": ["1", "2", "3", "4"]})
    for person in (BEN, DEV, ELLEN):
        page = browsers[person].get(f"{AT}/given").text
        assert "3 pieces sent" in page
        for part in ("2 of 3", "1 of 3", "5 of 14"):
            assert part in page, part
    assert browsers[ASHA].client.get(f"{AT}/given").status_code == 403


def test_no_figures_without_anything():
    assert Figures().share is None
    assert Figures(steps=3, done=1).share == 33
