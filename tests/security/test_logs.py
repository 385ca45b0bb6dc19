"""The log says what happened to which request; never who somebody is or what they typed."""

from __future__ import annotations

import io
import json
import logging
import uuid

import pytest

from shopalert import logs
from shopalert.alerts.push import Answer, Meaning
from tests.browse import Browser
from tests.people import ASHA, IVY
from tests.phones import answered, phone

SECRETS = ("Kevin", "razors", "asha@example.org", "Asha", "Kaur", "Harper", "wrong password")


@pytest.fixture
def written(app):
    """What the house's own handler writes."""
    logs.init_app(app)
    logger = logging.getLogger("shopalert")
    (handler,) = logger.handlers
    out = io.StringIO()
    handler.setStream(out)
    level, logger.level = logger.level, logging.DEBUG
    yield out
    logger.setLevel(level)


def test_nothing_of_a_person_and_nothing_that_was_typed(world, written, monkeypatch):
    phone(world, IVY)
    browser = Browser(world.client(ASHA))
    sign_in = {"email": ASHA.email, "password": "wrong password"}
    Browser(world.client()).post("/sign-in", sign_in, page=Browser(world.client()).get("/sign-in"))
    said = {"category": "shop_theft", "narrative": "Kevin took razors", "client_id": str(uuid.uuid4())}
    assert browser.post("/s/wickford/report", said).status_code == 303
    assert browser.post("/s/wickford/report", {**said, "value_lost": "Kevin"}).status_code == 422
    answered(world, Answer(Meaning.UNTRUSTED, "403"))

    def falls(*_args, **_more):
        raise RuntimeError("broken")

    monkeypatch.setattr("shopalert.home.views.search_for", falls)
    browser.get("/search?q=Kevin", status=500)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert any("refuses our signature" in line["event"] for line in lines), "something was logged at all"
    assert any(line["event"].startswith("unexpected RuntimeError") for line in lines)
    for line in lines:
        assert {"event", "level", "logger", "timestamp"} <= line.keys()
    for secret in SECRETS:
        assert secret.lower() not in written.getvalue().lower(), secret


def test_facts_stand_beside_the_words_and_only_those_that_are_known(written):
    log = logging.getLogger("shopalert.answers")
    log.warning(
        "a slow or failed answer", extra={"endpoint": "home.more", "status": 500, "email": "x@example.org"}
    )
    (line,) = (json.loads(each) for each in written.getvalue().splitlines())
    assert (line["endpoint"], line["status"]) == ("home.more", 500)
    assert "email" not in line
