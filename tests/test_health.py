"""Alive, ready, and how much of everything."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert import create_app, health
from shopalert.alerts.models import Delivery, Subscription
from shopalert.db import db, now, writing
from shopalert.wall import crossing
from tests.people import ASHA


@pytest.fixture
def late(world):
    """A delivery that has been due for so long."""

    def make(seconds):
        with world.app.app_context(), crossing("seed") as session, writing(session):
            origin = "https://updates.push.services.mozilla.com"
            device = Subscription(
                user_id=world.users[ASHA.name],
                endpoint=f"{origin}/{uuid.uuid4()}",
                origin=origin,
                p256dh="p",
                auth="a",
            )
            session.add(device)
            session.flush()
            at = now() - timedelta(seconds=seconds)
            clock = {"shown_until": now() + timedelta(days=1), "kept_until": now() + timedelta(days=1)}
            session.add(
                Delivery(
                    kind="alert.test",
                    subscription_id=device.id,
                    user_id=device.user_id,
                    queued_at=at,
                    due_at=at,
                    expires_at=now() + timedelta(hours=1),
                    token_hash=uuid.uuid4().bytes * 2,
                    **clock,
                )
            )

    return make


def test_alive_and_ready(world, late):
    client = world.client()
    assert client.get("/healthz").status_code == 200
    late(5)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["deliveries"]["due"] == 1
    assert 4 < answer.json["deliveries"]["oldest_seconds"] < 30
    assert answer.json["disk"]["free_bytes"] > 0
    assert answer.json["push"]["devices"] == 1


def test_not_ready_when_alerts_wait(world, late):
    late(61)
    answer = world.client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["deliveries"]["oldest_seconds"] > 60
    assert answer.json["database"] == "ok"
    assert answer.json["trouble"] == ["waiting"]


def test_not_ready_when_a_sender_died_and_nobody_takes_its_alerts(world, late):
    late(0)

    def sending(since):
        lease = now() - timedelta(seconds=since)
        with world.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(Delivery).values(state="sending", lease_until=lease, due_at=now()))
        return world.client().get("/readyz")

    answer = sending(-30)
    assert (answer.status_code, answer.json["deliveries"]["stuck"]) == (200, 0), "its sender is at it"
    answer = sending(30)
    assert (answer.status_code, answer.json["deliveries"]["stuck"]) == (200, 1), "it is about to be taken"
    answer = sending(90)
    assert (answer.status_code, answer.json["trouble"]) == (503, ["waiting", "stuck"])
    assert 85 < answer.json["deliveries"]["stuck_seconds"] < 110


def test_not_ready_without_the_database(settings, tmp_path):
    app = create_app({**settings, "database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    assert app.test_client().get("/healthz").status_code == 200
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "does not answer")


def test_a_database_that_hangs_is_not_waited_for(world, monkeypatch):
    import gevent

    monkeypatch.setattr(health, "ANSWER", 0.2)
    monkeypatch.setattr(health, "backlog", lambda _session: gevent.sleep(5))
    assert world.client().get("/readyz").status_code == 503


def test_metrics_for_this_machine_alone(world, settings):
    client = world.client()
    client.get("/healthz")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert 'shopalert_http_answers_total{endpoint="health.alive",method="GET",status="200"}' in answer.text
    assert "shopalert_deliveries_due 0.0" in answer.text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert client.get("/metrics", headers={header: "192.0.2.1"}).status_code == 404
    with_token = create_app({**settings, "metrics_token": "k" * 32})
    far = {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
    good, bad = {"Authorization": "Bearer " + "k" * 32}, {"Authorization": "Bearer "}
    assert with_token.test_client().get("/metrics", headers=good, **far).status_code == 200
    assert with_token.test_client().get("/metrics", headers=bad, **far).status_code == 404
    with with_token.app_context():
        db.engine.dispose()


def test_figures_name_nobody(world):
    client = world.client(ASHA)
    client.get("/sessions")
    text = world.client().get("/metrics").text
    assert str(world.users[ASHA.name]) not in text
    assert "asha" not in text.lower()


def test_readiness_leaves_no_connection_open(world):
    world.client().get("/readyz")
    with world.app.app_context():
        assert db.engine.pool.checkedout() == 0
        assert db.session.scalar(sa.select(sa.literal(1))) == 1


def test_a_failed_answer_leaves_a_line_that_names_nobody(world, caplog, monkeypatch):
    monkeypatch.setattr(health, "SLOW", -1.0)
    client = world.client(ASHA)
    incident = world.report(ASHA, narrative="A man called Kevin took gin")
    caplog.clear()
    client.get(f"/incidents/{incident}?q=Kevin", headers={"Accept": "text/html"})
    (line,) = [record for record in caplog.records if record.name == "shopalert.answers"]
    assert (line.endpoint, line.method, line.status) == ("incidents.show", "GET", 200)
    assert line.request_id
    for secret in ("Kevin", str(incident), "asha", "127.0.0.1"):
        assert secret not in str(vars(line)).replace(str(line.request_id), "")
    monkeypatch.setattr(health, "SLOW", 60.0)
    caplog.clear()
    client.get("/more", headers={"Accept": "text/html"})
    assert not [record for record in caplog.records if record.name == "shopalert.answers"]
