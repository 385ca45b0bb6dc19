"""The figures of alerts: what is counted, under names that are few and say nothing of anybody."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shopalert import health
from shopalert.alerts import figures
from shopalert.alerts.figures import service_of
from shopalert.alerts.live import hub
from shopalert.alerts.push import Answer, Meaning
from tests.people import ASHA, IVY, LEO
from tests.phones import TOOK, answered, phone, receipt


def metric(world, name):
    text = world.client().get("/metrics").text
    return next(
        (float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + " ")), None
    )


def test_deliveries_by_state_their_lag_and_what_is_stuck(world):
    devices = [phone(world, person) for person in (IVY, LEO)]
    world.report(ASHA)
    answered(world, Answer(Meaning.FAILED, "redirect"), devices[0])
    answered(world, TOOK)
    receipt(world, devices[1])
    assert metric(world, 'shopalert_deliveries{state="failed"}') == 1
    assert metric(world, 'shopalert_deliveries{state="shown"}') == 1
    assert metric(world, 'shopalert_deliveries{state="queued"}') == 0
    assert 0 <= metric(world, 'shopalert_delivery_lag_seconds{quantile="0.95"}') < 60
    assert metric(world, "shopalert_deliveries_stuck") == 0
    assert metric(world, "shopalert_letters_due") == 0


def test_a_commit_is_followed_to_the_screens(world, monkeypatch):
    count = "shopalert_commit_to_write_seconds_count"
    before = metric(world, count)
    monkeypatch.setattr(hub, "position", -1)  # as at the start of a process
    figures._committed.clear()
    with world.app.app_context():
        tell = health.measured(hub.deliver)
        tell()
        assert metric(world, count) == before, "what another process has committed is not ours to time"
        world.report(ASHA)
        assert metric(world, count) == before
        tell()
        tell()
    assert metric(world, count) == before + 1


def test_where_no_hub_runs_nothing_is_gathered_for_ever():
    for seq in range(10 * figures.MOST):
        figures.committed(seq)
    assert len(figures._committed) == figures.MOST
    figures.written_up_to(10**9, 10**9)
    assert not figures._committed


def test_push_services_are_named_as_the_list_has_them(world):
    assert service_of("https://fcm.googleapis.com") == "fcm.googleapis.com"
    assert service_of("https://wns2-par02p.notify.windows.com") == "notify.windows.com"
    assert service_of("https://127.0.0.1:4443") == "other"
    assert service_of("https://fcm.googleapis.com.evil.example") == "other"
    figures.push_answered("https://wns2-par02p.notify.windows.com", "accepted", 0.2)
    name = 'shopalert_push_seconds_count{answer="accepted",service="notify.windows.com"}'
    assert metric(world, name) >= 1
    before = metric(world, 'shopalert_refused_total{what="signature"}') or 0
    figures.push_answered("https://fcm.googleapis.com", "untrusted", 0.1)
    assert metric(world, 'shopalert_refused_total{what="signature"}') == before + 1


@pytest.mark.slow
def test_processes_that_serve_one_instance_answer_for_each_other(tmp_path):
    """Two that count, a third that is asked; of the dead only what they counted stays."""
    count = "from shopalert.alerts import figures as f; f.streams.set(3); f.refused.labels('stream').inc()"
    ask = "from shopalert.alerts import figures as f; print(f.everything().decode())"
    figures.share(tmp_path / "figures")
    try:
        environment = dict(os.environ)
        for _ in range(2):
            subprocess.run([sys.executable, "-c", count], env=environment, check=True)
        said = subprocess.run(
            [sys.executable, "-c", ask], env=environment, check=True, capture_output=True, text=True
        )
    finally:
        del os.environ[figures.SHARED]
    assert 'shopalert_refused_total{what="stream"} 2.0' in said.stdout
    assert "shopalert_streams 3" not in said.stdout and "shopalert_streams 6" not in said.stdout
    assert list((tmp_path / "figures").glob("counter_*.db"))
    figures.share(tmp_path / "figures")
    del os.environ[figures.SHARED]
    assert not list((tmp_path / "figures").glob("counter_*.db"))


def test_streams_that_find_no_room_are_counted(world, monkeypatch):
    monkeypatch.setattr(hub, "closing", True)
    before = metric(world, 'shopalert_refused_total{what="stream"}') or 0
    assert world.client(ASHA).get("/stream").status_code == 503
    assert metric(world, 'shopalert_refused_total{what="stream"}') == before + 1
