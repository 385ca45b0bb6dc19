"""Installing: the invitation, its page, the manifest, and the worker that can be switched off."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import now, writing
from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, DEV, GUS, IVY

INVITED = "Keep ShopAlert on your Home Screen"
AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
    "android": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/137.0.0.0 Mobile Safari/537.36",
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36",
}


def sent_long_ago(app, incident):
    with app.app_context(), crossing("seed") as session, writing(session):
        received = {"received_at": now() - timedelta(hours=2)}
        session.execute(sa.update(Incident).where(Incident.id == incident).values(**received))


# ---- the invitation


def test_after_the_report_its_reporter_is_invited_until_they_answer(world):
    browser, incident = Browser(world.client(ASHA)), world.report(ASHA)
    page = browser.get(f"/incidents/{incident}")
    assert INVITED in page.text
    answer = browser.post("/install/dismissal", {"next": f"/incidents/{incident}"}, page=page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/incidents/{incident}")
    assert INVITED not in browser.get(f"/incidents/{incident}").text
    assert INVITED not in browser.get(f"/incidents/{world.report(ASHA)}").text, (
        "not with the next report either"
    )


def test_nobody_else_is_invited(world):
    incident = world.report(ASHA)
    assert INVITED in Browser(world.client(ASHA)).get(f"/incidents/{incident}").text
    assert INVITED not in Browser(world.client(IVY)).get(f"/incidents/{incident}").text
    assert INVITED not in Browser(world.client(DEV)).get(f"/incidents/{world.report(DEV)}").text


def test_nobody_is_invited_while_it_happens_nor_long_after(app, world):
    browser = Browser(world.client(ASHA))
    urgent, old = world.report(ASHA, in_progress=True), world.report(ASHA)
    assert INVITED in browser.get(f"/incidents/{old}").text
    sent_long_ago(app, old)
    assert INVITED not in browser.get(f"/incidents/{old}").text
    assert INVITED not in browser.get(f"/incidents/{urgent}").text


def test_an_answer_is_that_persons_own_and_the_first_one_counts(app, world):
    for _ in range(2):
        Browser(world.client(ASHA)).post("/install/dismissal", {"next": "//elsewhere.example"})
    with app.app_context(), crossing("seed") as session:
        answered = {row.email: row.install_dismissed_at for row in session.scalars(sa.select(User))}
    assert [email for email, at in answered.items() if at] == [ASHA.email]


def test_a_script_gets_no_page_for_its_answer(world):
    browser = Browser(world.client(ASHA))
    answer = browser.post("/install/dismissal", {}, headers={"Accept": "application/json"})
    assert answer.status_code == 204


# ---- the steps


@pytest.mark.parametrize("kind", AGENTS)
def test_the_steps_of_ones_own_device_stand_open(world, kind):
    page = Browser(world.client()).get("/install", headers={"User-Agent": AGENTS[kind]})
    steps = {each.get("data-platform"): "open" in each.attrib for each in page.all("details")}
    assert steps == {name: name == kind for name in AGENTS}
    assert page.text.count('class="pic"') >= 9


def test_who_is_signed_in_is_led_on_to_the_alerts(world):
    assert "/alerts/check" in Browser(world.client(ASHA)).get("/install").text
    assert "/alerts/check" not in Browser(world.client()).get("/install").text


def test_the_manifest_offers_the_short_ways(world):
    said = world.client().get("/manifest.webmanifest").get_json(force=True)
    assert [short["url"] for short in said["shortcuts"]] == ["/report", "/"]


def test_the_short_way_leads_to_the_form_of_ones_own_scheme(world):
    for person, form in ((ASHA, "/s/wickford/report"), (GUS, "/")):
        answer = world.client(person).get("/report")
        assert (answer.status_code, answer.headers["Location"]) == (303, form)


# ---- the kill-switch


def test_the_operator_takes_the_worker_off_and_gives_it_back(app, world):
    run, client = app.test_cli_runner(), world.client(ASHA)
    worker = client.get("/sw.js")
    assert "showNotification" in worker.text
    assert "Off." in run.invoke(args=["shopalert", "pwa", "off"]).output
    gone = client.get("/sw.js")
    assert "unregister()" in gone.text and "showNotification" not in gone.text
    assert gone.headers["Cache-Control"] == worker.headers["Cache-Control"] == "no-cache"
    assert 'data-worker="off"' in client.get("/more").text
    assert "Off." in run.invoke(args=["shopalert", "pwa"]).output
    assert "On." in run.invoke(args=["shopalert", "pwa", "on"]).output
    assert client.get("/sw.js").text == worker.text
    assert 'data-worker="off"' not in client.get("/more").text


def test_the_doctor_says_that_it_is_off(app):
    run = app.test_cli_runner()
    assert "service worker" not in run.invoke(args=["shopalert", "doctor"]).output
    run.invoke(args=["shopalert", "pwa", "off"])
    assert "service worker is switched off" in run.invoke(args=["shopalert", "doctor"]).output
