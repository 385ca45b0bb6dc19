"""Advice that is taken back leaves the business at once, with a trace for those who look after the scheme."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.advice import clock
from shopalert.alerts.announcement import words as words_of
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import cursor_now
from shopalert.db import now
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.advice.test_given import AT, LINE, browsers, devices, kept, rung, send  # noqa: F401
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY

WHY = "Larkspindle: it was the wrong shop"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def take_back(browser, advice_id, why=WHY):
    return browser.post(f"/advice/{advice_id}/withdrawal", {"why": why})


def status(browser, advice_id):
    return browser.client.get(f"/advice/{advice_id}", headers=HTML).status_code


@pytest.mark.parametrize("by", [DEV, BEN], ids=lambda person: person.name)
def test_by_its_sender_or_the_coordinator_it_leaves_the_business(world, browsers, by):  # noqa: F811
    advice_id = send(world, browsers[DEV])
    assert "1 piece is new for your shop" in browsers[ASHA].get("/more").text
    assert take_back(browsers[by], advice_id).status_code == 303
    assert status(browsers[ASHA], advice_id) == 404
    assert advice_id not in browsers[ASHA].get(f"{AT}/ours").text
    assert "new for your shop" not in browsers[ASHA].get("/more").text
    for person in (BEN, DEV, ELLEN):
        page = browsers[person].get(f"/advice/{advice_id}").text
        assert LINE in page and WHY in page and "Taken back" in page, person.name
        assert f"/advice/{advice_id}/withdrawal" not in page
        assert "Taken back" in browsers[person].get(f"{AT}/given").text
    row = kept(world, advice_id)
    assert 30 <= (row.kept_until - row.withdrawn_at).days <= 31 and row.shown_until == row.withdrawn_at
    with world.app.app_context(), crossing("command") as session:
        assert list(session.scalars(sa.select(AuditRow.verb).where(AuditRow.verb == "advice.withdraw")))


def test_nobody_else_takes_it_back(world, browsers):  # noqa: F811
    advice_id = send(world, browsers[BEN])
    for person, wanted in ((ASHA, 403), (DEV, 403), (ELLEN, 403), (IVY, 404), (CAROL, 404)):
        browser = browsers[person]
        answer = browser.post(f"/advice/{advice_id}/withdrawal", {"why": WHY}, page=browser.get("/more"))
        assert answer.status_code == wanted, person.name
    assert status(browsers[ASHA], advice_id) == 200


def test_it_needs_a_reason_and_what_was_typed_comes_back(world, browsers):  # noqa: F811
    advice_id = send(world, browsers[BEN])
    assert take_back(browsers[BEN], advice_id, "").status_code == 422
    long = "x" * 201
    answer = take_back(browsers[BEN], advice_id, long)
    assert answer.status_code == 422 and long in answer.text
    assert status(browsers[ASHA], advice_id) == 200


def test_phones_and_open_screens_are_told_once(world, browsers):  # noqa: F811
    devices(world)
    advice_id = send(world, browsers[DEV])
    with world.app.app_context(), crossing("live") as session:
        before = cursor_now(session)
    for _ in range(2):
        take_back(browsers[DEV], advice_id)
    assert rung(world) == [(ASHA.name, "advice.sent"), (ASHA.name, "advice.withdrawn")]
    with world.app.test_request_context(), crossing("deliveries") as session:
        for kind in ("advice.sent", "advice.withdrawn"):  # also one that had not left yet
            event = session.scalars(sa.select(Event).where(Event.kind == kind)).one()
            said = words_of(session, event, "category")
            assert (said.title, said.tag, said.silent) == (
                "Advice was taken back",
                f"advice-{advice_id}",
                True,
            )
            assert words_of(session, event, "discreet").title == "Advice"
            assert WHY not in said.title + said.body and LINE not in said.body
    heard = {person: browsers[person].client.get(f"/poll?after={before}").text for person in (ASHA, IVY)}
    assert f"advice-{advice_id}" in heard[ASHA] and advice_id not in heard[IVY]
    assert f'id="advice-{send(world, browsers[DEV])}"' in browsers[ASHA].get(f"{AT}/ours").text


def test_nobody_is_asked_after_it_and_it_counts_in_no_figures(world, browsers):  # noqa: F811
    first, second = (
        send(world, browsers[DEV], days="7"),
        send(world, browsers[DEV], "greet-everybody", days="7"),
    )
    browsers[ASHA].get(f"/advice/{first}")
    assert "2 pieces sent" in browsers[BEN].get(f"{AT}/given").text
    take_back(browsers[DEV], first)
    page = browsers[BEN].get(f"{AT}/given").text
    assert "1 piece sent" in page and first in page and "0 of 1" in page
    with world.app.app_context():
        assert clock.look(now() + timedelta(days=8)) == 1
    take_back(browsers[DEV], second)
    assert "0 pieces sent" in browsers[BEN].get(f"{AT}/given").text


def test_the_business_ticks_nothing_of_it(world, browsers):  # noqa: F811
    advice_id = send(world, browsers[DEV])
    page = browsers[ASHA].get(f"/advice/{advice_id}")
    take_back(browsers[DEV], advice_id)
    assert browsers[ASHA].post(f"/advice/{advice_id}/ticks", {"done": "1"}, page=page).status_code == 404
