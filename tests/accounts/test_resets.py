"""A forgotten password: a link good once and for half an hour, asked for by anybody, told to its owner alone (AU6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import PasswordReset, UserSession
from shopalert.db import now, writing
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, SAM

NEW = "nine blue kettles whistle"


@pytest.fixture
def nobody(world):
    return Browser(world.client())


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def ask(browser, email):
    return browser.post("/forgot", {"email": email}, page=browser.get("/forgot"))


def link_to(world, person):
    letter = rows(
        world,
        sa.select(Mail)
        .where(Mail.user_id == world.users[person.name], Mail.kind == "account.reset")
        .order_by(Mail.queued_at.desc()),
    )[0]
    with world.app.app_context():
        text = outgoing.unseal(letter.id, letter.sealed)["text"]
    return "/reset/" + text.split("/reset/")[1].split()[0]


def choose(browser, link, password=NEW):
    browser.client.get(link, headers=HEADERS)
    return browser.post("/reset", {"password": password}, page=browser.get("/reset"))


def test_the_owner_chooses_a_new_password_and_everybody_else_is_out(world, nobody):
    asha = Browser(world.client(ASHA))
    asha.get("/s/wickford/")
    ask(nobody, ASHA.email)
    assert choose(nobody, link_to(world, ASHA)).status_code == 303
    assert asha.client.get("/s/wickford/", headers=HEADERS).status_code == 303
    standing = sa.select(UserSession.id).where(
        UserSession.user_id == world.users[ASHA.name], UserSession.revoked_at.is_(None)
    )
    assert rows(world, standing) == []
    again = Browser(world.client())
    page = again.get("/sign-in")
    assert again.post("/sign-in", {"email": ASHA.email, "password": NEW}, page=page).status_code == 303
    kinds = rows(world, sa.select(Mail.kind).where(Mail.user_id == world.users[ASHA.name]))
    assert "account.changed" in kinds


def test_the_answer_is_the_same_for_everybody(world):
    texts = set()
    for email in (ASHA.email, SAM.email, "nobody@example.org"):
        browser = Browser(world.client())
        answer = ask(browser, email)
        assert answer.status_code == 200
        texts.add(answer.text.replace(email, "…"))
    assert len({text.split("<main")[1].split("</main")[0] for text in texts}) == 1
    # The same rows are written, and no letter waits for whoever has no account, or is suspended.
    assert len(rows(world, sa.select(PasswordReset.id))) == 3
    assert rows(world, sa.select(Mail.user_id).where(Mail.state == "queued")) == [world.users[ASHA.name]]


def test_a_link_is_good_once(world, nobody):
    ask(nobody, ASHA.email)
    link = link_to(world, ASHA)
    for _ in range(2):  # opening uses nothing
        nobody.client.get(link, headers=HEADERS)
        nobody.get("/reset")
    choose(nobody, link)
    other = Browser(world.client())
    other.client.get(link, headers=HEADERS)
    other.get("/reset", status=410)


def test_a_link_ends_after_half_an_hour_and_with_the_next_password(world, nobody):
    ask(nobody, ASHA.email)
    first = link_to(world, ASHA)
    made = rows(world, sa.select(PasswordReset))[0]
    assert made.expires_at - made.at <= timedelta(minutes=30, seconds=1)
    ask(nobody, ASHA.email)
    choose(nobody, link_to(world, ASHA))
    nobody.client.get(first, headers=HEADERS)
    nobody.get("/reset", status=410)
    ask(nobody, ASHA.email)
    with world.app.app_context(), crossing("command") as session, writing(session):
        session.execute(sa.update(PasswordReset).values(expires_at=now()))
    nobody.client.get(link_to(world, ASHA), headers=HEADERS)
    nobody.get("/reset", status=410)


def test_a_weak_password_keeps_the_link(world, nobody):
    ask(nobody, ASHA.email)
    link = link_to(world, ASHA)
    assert choose(nobody, link, "short").status_code == 422
    assert choose(nobody, link, "asha asha asha asha").status_code == 422
    assert choose(nobody, link).status_code == 303


def test_letters_about_one_address_are_few(world):
    answers = [ask(Browser(world.client()), ASHA.email).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
