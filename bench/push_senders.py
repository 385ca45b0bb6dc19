"""Those who are compared by `bench push`, each in a process of its own on one core: ours, the peers, and the floor.

    python -m bench.push_senders NAME SETTINGS      SETTINGS is a file

It prints messages a second, by the clock and by the processor.

Who waits for answers sends AT_ONCE at a time, where it can at all. Each device was
sent to once before the clock starts: connections stand, and whoever remembers a device does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

AT_ONCE = 32
TTL = 3600


class Case:
    """What all are given: the devices, the words, the keys, and whom to trust."""

    def __init__(self, file: str) -> None:
        given = json.loads(Path(file).read_text())
        self.folder = Path(file).parent
        self.devices: list[dict[str, Any]] = given["devices"]
        self.body: bytes = given["body"].encode()
        self.settings: dict[str, str] = given["settings"]
        self.ca_file, self.subject = self.settings["PUSH_CA_FILE"], self.settings["VAPID_SUBJECT"]
        self.key_file = self.settings["VAPID_PRIVATE_KEY_FILE"]


Each = Callable[[dict[str, Any]], Any]


@contextmanager
def timed(many: int) -> Iterator[list[float]]:
    """The rates of what is done within, once it is."""
    rates: list[float] = []
    clock, processor = time.perf_counter(), time.process_time()
    yield rates
    rates += [many / (time.perf_counter() - clock), many / (time.process_time() - processor)]


def rate(case: Case, send: Each, each: Callable[[Each, Iterable[Any]], Any] | None = None) -> list[float]:
    """Of all messages; one after the other, or as `each` has it."""
    each = each or one_by_one
    each(send, case.devices)
    with timed(len(case.devices)) as rates:
        each(send, case.devices)
    return rates


def one_by_one(send: Each, devices: Iterable[Any]) -> None:
    for device in devices:
        send(device)


# ---- peers


def in_a_loop(case: Case) -> list[float]:
    """pywebpush as its manual has it."""
    return rate(case, webpush(case))


def with_a_session(case: Case) -> list[float]:
    """The same with connections kept by requests."""
    import requests

    session = requests.Session()
    session.trust_env, session.verify = False, case.ca_file
    return rate(case, webpush(case, requests_session=session))


def webpush(case: Case, **more: Any) -> Each:
    from py_vapid import Vapid02
    from pywebpush import webpush as send

    os.environ["REQUESTS_CA_BUNDLE"] = case.ca_file
    key = Vapid02.from_file(case.key_file)  # read once: what is measured is sending

    def one(device: dict[str, Any]) -> None:
        claims = {"sub": case.subject}  # fresh: it writes into what it is given
        answer = send(device, case.body, vapid_private_key=key, vapid_claims=claims, ttl=TTL, **more)
        assert answer.status_code == 201, answer

    return one


# ---- the floor


def encode_alone(case: Case) -> list[float]:
    """pywebpush's encryption, sent nowhere."""
    from pywebpush import WebPusher

    return rate(case, lambda device: WebPusher(device).encode(case.body, "aes128gcm"))


def floor(case: Case) -> list[float]:
    """What no sender gets around: a key pair on P-256, one agreement, one AES-GCM."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from shopalert.alerts.push import from_base64url

    curve, agree = ec.SECP256R1(), ec.ECDH()
    points = {
        each["endpoint"]: ec.EllipticCurvePublicKey.from_encoded_point(
            curve, from_base64url(each["keys"]["p256dh"])
        )
        for each in case.devices
    }

    def one(device: dict[str, Any]) -> None:
        shared = ec.generate_private_key(curve).exchange(agree, points[device["endpoint"]])
        AESGCM(shared[:16]).encrypt(shared[:12], case.body, None)

    return rate(case, one)


# ---- ours


def sender(case: Case) -> list[float]:
    """Our sender: each endpoint vetted, each message sealed, sent and its answer understood."""
    import gevent

    from shopalert.alerts.push import Meaning, Message, Sender
    from shopalert.config import from_environment

    ours = Sender(from_environment({**case.settings, "DATA_DIR": str(case.folder / "sender")}))

    def one(device: dict[str, Any]) -> None:
        answer = ours.send(
            Message(device["endpoint"], body=case.body, ttl=TTL, topic="t" * 22, **device["keys"])
        )
        assert answer.meaning is Meaning.ACCEPTED, answer

    def at_once(send: Each, devices: Iterable[Any]) -> None:
        left = iter(devices)

        def some() -> None:
            for device in left:
                send(device)

        gevent.joinall([gevent.spawn(some) for _ in range(AT_ONCE)], raise_error=True)

    return rate(case, one, at_once)


def dispatcher(case: Case) -> list[float]:
    """The whole of it: an event's rows on SQLite claimed, prepared, sent and settled, from the first to the last."""
    import threading

    from gevent import sleep, spawn

    from shopalert.alerts.dispatcher import run
    from tests.alerts.small import Town, small_app

    folder = case.folder / f"dispatcher-{os.getpid()}"
    folder.mkdir(mode=0o700)
    settings = {**case.settings, "DATA_DIR": str(folder)}
    town = Town(small_app(settings), settings)
    people = town.crowd(case.devices)
    stop = threading.Event()

    def dispatched(told: list[Any]) -> list[float]:
        before = town.states().get("sent", 0)
        assert town.say(told) == len(told)
        with timed(len(told)) as rates:
            while town.states().get("sent", 0) < before + len(told):
                sleep(0.02)
        return rates

    working = spawn(run, town.app, stop)
    dispatched(people)
    found = dispatched(people)
    stop.set()
    working.join()
    return found


SENDERS: dict[str, Callable[[Case], list[float]]] = {
    "loop": in_a_loop,
    "session": with_a_session,
    "encode": encode_alone,
    "floor": floor,
    "sender": sender,
    "dispatcher": dispatcher,
}

if __name__ == "__main__":
    name, file = sys.argv[1:]
    if name in ("sender", "dispatcher"):
        from gevent import monkey

        monkey.patch_all()
    print(*SENDERS[name](Case(file)))
