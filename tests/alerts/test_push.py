"""What leaves the house: encrypted, signed, few words; and what an answer means."""

from __future__ import annotations

import base64
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from shopalert.alerts.announcement import Words
from shopalert.alerts.payload import LARGEST, minimal, payload, receipt_token, token_hash, topic
from shopalert.alerts.push import (
    BadKeys,
    Meaning,
    Message,
    Sender,
    Signer,
    check_keys,
    public_key,
    seconds_of,
    understand,
    vapid_key,
)
from shopalert.config import from_environment
from tests.alerts.small import NARRATIVE, dispatching

KEYS = (
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "tBHItJI5svbpez7KI4CCXg",
)


@pytest.fixture
def sender(push_settings):
    return Sender(from_environment(push_settings))


def message(subscription, body=b'{"n":1}'):
    return Message(
        subscription["endpoint"], body=body, ttl=60, topic=topic(uuid.uuid4()), **subscription["keys"]
    )


# ---- what goes out


@pytest.mark.parametrize(
    ("level", "title"), [("category", "Shop theft in progress"), ("discreet", "New alert")]
)
def test_the_lock_screen_shows_what_the_scheme_allows_and_never_what_somebody_typed(
    town, push_service, level, title
):
    subscription = push_service.device()
    ben = town.person("Ben Coordinator", town.wickford)
    device = town.device(ben, subscription)
    town.change(type(town.wickford), type(town.wickford).id == town.wickford.id, lock_screen=level)
    town.say([ben])
    with dispatching(town, BASE_URL="http://localhost:8123"):
        (got,) = push_service.wait_for(1, subscription)
    said = json.loads(got["payload"])
    notification = said["notification"]
    assert said["web_push"] == 8030
    assert said["mutable"] is True
    assert notification["title"] == title
    assert notification["navigate"] == f"http://localhost:8123/incidents/{town.incident}"
    assert notification["tag"] == f"incident-{town.incident}"
    assert notification["lang"] == "en-GB"
    assert [action["action"] for action in notification["actions"]] == ["seen", "open"]
    assert set(notification["data"]) == {"alert", "receipt"}
    assert len(base64.urlsafe_b64decode(notification["data"]["receipt"] + "==")) == 16
    assert town.delivery(device).token_hash == token_hash(notification["data"]["receipt"])
    for word in [*NARRATIVE.split(), "Asha", "Ben", "Harper"]:
        if len(word) > 3:
            assert word not in got["payload"]
    if level == "discreet":
        assert "theft" not in got["payload"].lower()
        assert "Street" not in got["payload"]
    assert len(got["payload"].encode()) <= LARGEST
    headers = got["headers"]
    assert headers["Urgency"] == "high"
    assert 0 < int(headers["Ttl"]) <= 4 * 3600
    assert headers["Topic"] == topic(town.incident)
    assert str(town.incident) not in headers["Topic"]


def test_a_payload_never_exceeds_its_limit():
    long = Words(
        "Ü" * 900, "é" * 900, "/incidents/" + "1" * 36, "incident-1", actions=(("open", "Open" * 50),)
    )
    facts = {"base_url": "https://alert.example/", "alert": str(uuid.uuid4()), "token": "t" * 22}
    assert len(payload(long, **facts)) <= LARGEST
    short = Words("Shop theft", "High Street", "/incidents/1", "incident-1")
    assert (
        json.loads(payload(short, **facts))["notification"]["navigate"] == "https://alert.example/incidents/1"
    )


def test_the_shortest_message_still_leads_somewhere(town):
    with town.app.app_context():
        said = json.loads(
            minimal(
                Words("Shop theft", "High Street", "/incidents/1", "incident-1"),
                base_url="https://alert.example",
                alert="a",
                token="t",
            )
        )
    assert said["notification"]["title"] == "New alert"
    assert said["notification"]["navigate"] == "https://alert.example/incidents/1"


def test_topics_are_hashes_that_fit():
    incident = uuid.uuid4()
    assert topic(incident) == topic(incident) != topic(uuid.uuid4())
    assert len(topic(incident)) <= 32


def test_a_receipt_token_is_of_one_delivery_and_one_server():
    delivery = uuid.uuid4()
    token = receipt_token("secret", delivery)
    assert token == receipt_token("secret", delivery)
    assert token not in (receipt_token("other", delivery), receipt_token("secret", uuid.uuid4()))


# ---- sending


def test_a_message_is_encrypted_signed_and_accepted(sender, push_service):
    subscription = push_service.device()
    assert sender.send(message(subscription)).meaning is Meaning.ACCEPTED
    (got,) = push_service.received(subscription)
    assert got["problem"] == ""
    assert got["payload"] == '{"n":1}'


@pytest.mark.parametrize(
    ("answers", "meaning", "reason"),
    [
        ("200", Meaning.ACCEPTED, "200"),
        ("202", Meaning.ACCEPTED, "202"),
        ("204", Meaning.ACCEPTED, "204"),
        ("big", Meaning.ACCEPTED, "201"),
        ("404", Meaning.GONE, "404"),
        ("410", Meaning.GONE, "410"),
        ("413", Meaning.TOO_LARGE, "413"),
        ("400", Meaning.UNTRUSTED, "400"),
        ("401", Meaning.UNTRUSTED, "401"),
        ("403", Meaning.UNTRUSTED, "403"),
        ("500", Meaning.LATER, "500"),
        ("503", Meaning.LATER, "503"),
        ("429", Meaning.LATER, "429"),
        ("reset", Meaning.LATER, "connection lost"),
        ("301", Meaning.FAILED, "redirect"),
        ("302", Meaning.FAILED, "redirect"),
        ("307", Meaning.FAILED, "redirect"),
        ("418", Meaning.FAILED, "418"),
    ],
)
def test_what_an_answer_means(sender, push_service, answers, meaning, reason):
    subscription = push_service.device(answers)
    answer = sender.send(message(subscription))
    assert (answer.meaning, answer.reason) == (meaning, reason)
    assert len(push_service.received(subscription)) == 1
    assert not [each for each in push_service.received() if "followed" in each["path"]]


def test_a_service_may_say_when_in_seconds_or_as_a_date(sender, push_service):
    assert sender.send(message(push_service.device("429r7"))).wait == 7
    dated = sender.send(message(push_service.device("503d7"))).wait
    assert dated is not None
    assert 5 <= dated <= 7


def test_what_is_said_about_waiting_is_understood_or_left_alone():
    at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert seconds_of("120", at) == 120
    assert seconds_of("Tue, 24 Nov 2026 03:00:30 GMT", at) == 30
    assert seconds_of("Tue, 24 Nov 2026 02:00:00 GMT", at) == 0
    assert seconds_of("9" * 30, at) == 24 * 3600
    for nonsense in (None, "", "soon", "-5", "1.5", "٣"):
        assert seconds_of(nonsense, at) is None
    assert understand(429, "60", at).wait == 60


def test_a_server_that_is_not_who_it_says_gets_nothing(push_settings, push_service):
    subscription = push_service.device()
    strict = Sender(from_environment({**push_settings, "PUSH_CA_FILE": ""}))
    answer = strict.send(message(subscription))
    assert (answer.meaning, answer.reason) == (Meaning.LATER, "TLS")
    assert not push_service.received(subscription)


def test_what_is_not_allowed_any_more_is_not_sent_to(push_settings, push_service):
    subscription = push_service.device()
    for changed in ({"PUSH_ALLOWED_HOSTS": ""}, {"PUSH_ALLOW_PRIVATE_IPS": "0"}):
        answer = Sender(from_environment({**push_settings, **changed})).send(message(subscription))
        assert answer.meaning is Meaning.FAILED
        assert answer.reason.startswith("endpoint refused")
    assert not push_service.received(subscription)


def test_proxies_of_the_environment_are_not_used(monkeypatch, sender, push_service):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sender.send(message(push_service.device())).meaning is Meaning.ACCEPTED


def test_the_operators_proxy_is_asked_by_name(push_settings, push_service):
    """Inside a force's network nothing outside resolves: the proxy opens the tunnel, TLS goes through it."""
    asked = []
    subscription = push_service.device()
    with tunnelling(asked) as proxy:
        sender = Sender(from_environment({**push_settings, "PUSH_PROXY": proxy}))
        assert sender.send(message(subscription)).meaning is Meaning.ACCEPTED
        assert sender.send(message(push_service.device("307"))).meaning is Meaning.FAILED
    assert [line.rsplit(" ", 1)[0] for line in asked] == [f"CONNECT localhost:{push_service.ports[0]}"]
    assert push_service.received(subscription)[0]["problem"] == ""
    refused = Sender(from_environment({**push_settings, "PUSH_PROXY": "http://127.0.0.1:9"}))
    assert refused.send(message(subscription)).meaning is Meaning.LATER


@contextmanager
def tunnelling(asked):
    """A proxy that knows CONNECT, for one connection."""

    def serve():
        client, _ = listener.accept()
        lines = client.recv(4096).decode().splitlines()
        asked.append(lines[0])
        host, port = lines[0].split()[1].split(":")
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        back = threading.Thread(target=carry, args=(server, client), daemon=True)
        back.start()
        carry(client, server)

    def carry(source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_connections_are_kept(sender, push_service):
    subscription = push_service.device()
    for _ in range(5):
        sender.send(message(subscription))
    assert sender.connections.opened == 1


# ---- keys


def test_the_private_key_is_made_once_and_for_its_owner_alone(push_settings):
    config = from_environment(push_settings)
    first = public_key(vapid_key(config))
    assert first == public_key(vapid_key(config))
    assert len(base64.urlsafe_b64decode(first + "==")) == 65
    mode = os.stat(config.data_dir / "vapid.pem").st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_signature_is_used_again_per_service_and_made_anew_in_time(push_settings):
    clock = [datetime(2026, 11, 24, 3, 0, tzinfo=UTC)]
    signer = Signer(vapid_key(from_environment(push_settings)), "mailto:ops@shop.example", lambda: clock[0])
    first = signer.header("https://a.example")
    assert signer.header("https://a.example") == first
    assert claims(first)["aud"] == "https://a.example"
    assert claims(signer.header("https://b.example"))["aud"] == "https://b.example"
    assert 0 < claims(first)["exp"] - clock[0].timestamp() <= 24 * 3600
    clock[0] += timedelta(hours=7)
    later = signer.header("https://a.example")
    assert claims(later)["exp"] > claims(first)["exp"]
    clock[0] -= timedelta(hours=9)  # the server's clock was wrong
    assert claims(signer.header("https://a.example"))["exp"] - clock[0].timestamp() <= 24 * 3600
    signer.renew("https://a.example")
    assert signer.header("https://a.example") != later


def claims(header):
    token = header.split("t=")[1].split(",")[0]
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_keys_of_a_browser_are_taken():
    check_keys(*KEYS)
    check_keys(KEYS[0] + "=", KEYS[1] + "==")


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("AAAA", "AA"),
        (KEYS[0], "AA"),
        ("", KEYS[1]),
        (None, None),
        (KEYS[0][:-4], KEYS[1]),
        ("BA" + "A" * 85, KEYS[1]),  # not on the curve
        ("CN" + KEYS[0][2:], KEYS[1]),  # not an uncompressed point
        (KEYS[0].replace("_", "/"), KEYS[1]),
        (KEYS[0], KEYS[1] + "\n"),
        (KEYS[0], "é" * 22),
        ([KEYS[0]], {}),
    ],
)
def test_keys_that_are_none_are_refused(p256dh, auth):
    with pytest.raises(BadKeys):
        check_keys(p256dh, auth)


@pytest.mark.slow
@pytest.mark.parametrize("answers", ["hang", "drip"])
def test_a_service_that_never_ends_is_given_up(push_settings, push_service, answers):
    """Under gevent, as in the server: a deadline of the whole, which no read time-out is."""
    subscription = push_service.device(answers)
    program = (
        "import json, sys, time; from shopalert.alerts import push; from shopalert.config import from_environment;"
        "given = json.loads(sys.argv[1]); push.DEADLINE = 2.0; began = time.monotonic();"
        "device = given['device'];"
        "answer = push.Sender(from_environment(given['settings'])).send(push.Message(device['endpoint'],"
        " body=b'{}', ttl=60, **device['keys']));"
        "print(answer.meaning, answer.reason, round(time.monotonic() - began, 1))"
    )
    given = json.dumps({"settings": push_settings, "device": subscription})
    patched = "from gevent import monkey; monkey.patch_all(); " + program
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", patched, given], capture_output=True, text=True, check=True
    )
    meaning, reason, took = done.stdout.split()
    assert (meaning, reason) == ("later", "timeout")
    assert 1.9 <= float(took) < 3, time.monotonic() - began
