"""The page of what wakes somebody: what is chosen is kept, said in a sentence, and holds for the next alert."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Preference, Subscription
from shopalert.db import now, writing
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY

FORM = {
    "preset": "everything", "metres": "", "closed": "2", "mail": "3", "digest": "", "quiet_from": "", "quiet_to": "",
    **{f"push-{hour}": "0" for hour in range(24)},
}  # fmt: skip
KINDS = ["shop_theft", "asb"]


@pytest.fixture
def asha(world):
    return Browser(world.client(ASHA))


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def device(world, person):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name], endpoint=f"https://push.example/{uuid.uuid4()}",
                origin="https://push.example",
            )
        )  # fmt: skip


def save(browser, slug="wickford", **more):
    return browser.post(f"/s/{slug}/alerts", {**FORM, "wanted": KINDS, **more})


def test_until_somebody_chooses_the_standard_is_shown(asha):
    page = asha.get("/s/wickford/alerts")
    chosen = [
        each.get("value")
        for each in page.all("input")
        if each.get("name") == "preset" and "checked" in each.attrib
    ]
    assert chosen == ["standard"]


def test_what_is_chosen_is_kept_and_said(world, asha):
    assert (
        save(asha, preset="near", quiet_from="22:00", quiet_to="07:00", quiet_days=["fri", "sat"]).status_code
        == 303
    )
    kept = rows(world, sa.select(Preference))[0]
    assert (kept.push, kept.metres) == ("2" * 24, 500)
    assert kept.quiet == {"fri": ["22:00", "07:00"], "sat": ["22:00", "07:00"]}
    assert "suspicious" in kept.without and "asb" not in kept.without
    assert "only urgent alerts within 500 m ring" in asha.get("/s/wickford/alerts").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:00"}, {"quiet_to": "25:00", "quiet_from": "22:00"}, {"preset": "never"},
        {"metres": "123"}, {"mail": "9"}, {"push-3": "x"}, {"wanted": ["no_such_kind"]}, {"digest": "24"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(world, asha, wrong):
    assert save(asha, **wrong).status_code == 422
    assert rows(world, sa.select(Preference)) == []


def test_the_next_alert_obeys_the_choice(world, asha):
    device(world, ASHA)
    mine = sa.select(Delivery.id).where(Delivery.user_id == world.users[ASHA.name])
    world.report(IVY)
    assert len(rows(world, mine)) == 1
    save(asha, preset="near")
    world.report(IVY)
    assert len(rows(world, mine)) == 1
    world.report(IVY, in_progress=True)
    assert len(rows(world, mine)) == 2


def test_a_letter_at_once_says_that_there_is_something_and_not_what(world, asha):
    save(asha, mail="0")
    world.report(IVY, narrative="A man in a red coat took razors.")
    letter = rows(world, sa.select(Mail).where(Mail.kind == "alert.now"))[0]
    assert letter.user_id == world.users[ASHA.name]
    with world.app.app_context():
        said = outgoing.unseal(letter.id, letter.sealed)
    whole = said["subject"] + said["text"]
    assert "Wickford" in whole
    for hidden in ("razors", "red coat", "Shop theft", "Ivy", "High Street", "Larkmead"):
        assert hidden not in whole


def test_muted_is_heard_no_more_and_followed_is_heard(world, asha):
    device(world, ASHA)
    incident = world.report(IVY)
    comments = sa.select(Delivery.id).where(
        Delivery.user_id == world.users[ASHA.name], Delivery.kind == "comment.said"
    )
    world.say(BEN, incident, "Seen them before.")
    assert rows(world, comments) == []  # no part of hers
    asha.post(f"/incidents/{incident}/watch", {"wish": "follow"})
    world.say(BEN, incident, "Again.")
    assert len(rows(world, comments)) == 1
    asha.post(f"/incidents/{incident}/watch", {"wish": "mute"})
    world.say(BEN, incident, "And again.")
    assert len(rows(world, comments)) == 1
    asha.post(f"/incidents/{incident}/watch", {"wish": ""})
    world.say(BEN, incident, "Gone.")
    assert len(rows(world, comments)) == 1
    assert asha.post(f"/incidents/{incident}/watch", {"wish": "shout"}).status_code == 422


def test_the_page_tries_the_choice_on_what_was(world, asha):
    world.report(IVY)
    world.report(IVY, in_progress=True)
    save(asha, preset="near")
    text = asha.get("/s/wickford/alerts").text
    assert text.count("It would have rung.") == 1
    assert "At that hour only something graver rings." in text
    fragment = asha.client.get(
        "/s/wickford/alerts/said", query_string={**FORM, "wanted": KINDS}, headers={"HX-Request": "true"}
    )
    assert fragment.text.count("It would have rung.") == 2 and "<html" not in fragment.text
    assert rows(world, sa.select(Preference.push)) == ["2" * 24]  # trying changes nothing


def test_a_choice_is_ones_own_and_ends_with_the_membership(world, asha):
    save(asha, preset="near")
    ivy = Browser(world.client(IVY))
    assert "only urgent" not in ivy.get("/s/wickford/alerts").text.split('id="said"')[1][:600]
    Browser(world.client(CAROL)).get("/s/wickford/alerts", status=404)
    Browser(world.client(DEV)).get("/s/wickford/alerts")
    asha.post("/s/wickford/departure", {})
    assert rows(world, sa.select(Preference)) == []
    assert now()
