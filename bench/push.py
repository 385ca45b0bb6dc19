"""How many devices a second are told: ours beside its peers, and beside what no sender gets around.

    python3 dev.py bench push [--devices 1000] [--runs 3]

All send to the same push service on this machine, over TLS, in the same run, one after the other in turn. Each sender
has one core, the service another where there is one. Two rates are given, by the clock and by the time that its process
had the core; the target is for the second, which other work on the machine changes little. npm's web-push is
installed for the run, into a folder that is removed. Afterwards some of what arrived is decrypted, whoever sent it. The
target is for our sender, by the medians: PEER times npm's web-push with connections kept, and SHARE of the floor. Our
dispatcher, which claims and settles real rows beside the sending, is measured too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import http_ece
import urllib3
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

from bench.push_senders import AT_ONCE, TTL
from shopalert.alerts.push import new_vapid_key, public_key, to_base64url
from tests.push_service import make_certificates

PEER, SHARE = 4.0, 0.35
WEB_PUSH = "3.6.7"
PATIENCE = 60  # seconds for one measurement, its preparation included
CHECKED = 20  # messages of each that are decrypted
WORDS = {
    "title": "Shop theft in progress",
    "body": "High Street",
    "navigate": "https://alert.example/incidents/" + "0" * 36,
}
NAMES = {
    "sender": "our sender",
    "dispatcher": "our dispatcher, rows and all",
    "loop": "pywebpush.webpush() in a loop",
    "session": "the same with a session",
    "npm": f"npm web-push {WEB_PUSH}, keep-alive",
    "encode": "WebPusher.encode alone",
    "floor": "floor: P-256 and AES-GCM alone",
}
Rates = tuple[float, float]  # messages a second, by the clock and by the processor
SEND_NOTHING = ("encode", "floor")
HERE = Path(__file__).resolve().parent


class Devices:
    """So many subscriptions, and the keys that only the devices have."""

    def __init__(self, count: int, origin: str) -> None:
        self.secrets: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}
        self.said: list[dict[str, Any]] = []
        for number in range(count):
            pair, auth, path = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), f"/push/{number:032x}"
            self.secrets[path] = pair, auth
            keys = {"p256dh": public_key(pair), "auth": to_base64url(auth)}
            self.said.append({"endpoint": origin + path, "keys": keys})

    def read(self, path: str, sealed: bytes) -> bytes:
        pair, auth = self.secrets[path]
        read: bytes = http_ece.decrypt(sealed, private_key=pair, auth_secret=auth, version="aes128gcm")
        return read


@contextmanager
def push_service(folder: Path, cores: list[int]) -> Iterator[int]:
    """Its port."""
    make_certificates(folder)
    program = [*on_core(cores[-1]), sys.executable, "-m", "bench.push_sink", str(folder)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def on_core(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if shutil.which("taskset") else []


def install_web_push(folder: Path) -> Path | None:
    """npm's web-push beside our few lines that use it; none where there is no npm."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    wanted = [
        "install",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved",
        f"web-push@{WEB_PUSH}",
    ]
    done = subprocess.run([npm, *wanted], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"npm could not install web-push, so it is not measured:\n{done.stderr}", file=sys.stderr)
        return None
    shutil.copy(HERE / "push.js", folder)
    return folder / "push.js"


def measure(name: str, file: Path, script: Path | None, core: int) -> Rates:
    """The rates of one sender, in a process of its own."""
    ours = [sys.executable, "-W", "ignore", "-m", "bench.push_senders", name, str(file)]
    program = [*on_core(core), *(["node", str(script), str(file)] if name == "npm" else ours)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        raise SystemExit(f"{NAMES[name]} failed:\n{done.stderr[-2000:]}")
    clock, processor = map(float, done.stdout.splitlines()[-1].split())
    return clock, processor


def check(name: str, told: dict[str, Any], devices: Devices, body: bytes) -> None:
    """Everybody's messages arrived, and some of them, by chance, say what they should."""
    expected = 0 if name in SEND_NOTHING else 2 * len(devices.said)
    if told["messages"] != expected or len(told["bodies"]) != (len(devices.said) if expected else 0):
        raise SystemExit(f"{NAMES[name]}: {told['messages']} of {expected} messages arrived")
    for path, sealed in random.sample(sorted(told["bodies"].items()), CHECKED if expected else 0):
        said = devices.read(path, bytes.fromhex(sealed))
        if name != "dispatcher" and said != body:
            raise SystemExit(f"{NAMES[name]} sent something else")


def settings_of(folder: Path, port: int) -> dict[str, str]:
    (folder / "vapid.pem").write_bytes(new_vapid_key())
    return {
        "PUSH_ALLOWED_HOSTS": f"localhost:{port}",
        "PUSH_ALLOW_PRIVATE_IPS": "1",
        "PUSH_CA_FILE": str(folder / "ca.pem"),
        "VAPID_PRIVATE_KEY_FILE": str(folder / "vapid.pem"),
        "VAPID_SUBJECT": "mailto:ops@shop.example",
    }


def vapid_of(folder: Path) -> dict[str, str]:
    """The same key as npm's web-push wants it."""
    key = form.load_pem_private_key((folder / "vapid.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    private = key.private_numbers().private_value.to_bytes(32, "big")
    return {"publicKey": public_key(key), "privateKey": to_base64url(private)}


def report(found: dict[str, list[Rates]]) -> int:
    """The table, and whether our sender is where it should be."""
    print(f"\n{'messages a second':34}    by the processor: min, median, max        by the clock")
    middle = {}
    for name, rates in found.items():
        clock, processor = zip(*rates, strict=True)
        middle[name] = median(processor)
        spread = [f"{count(each):9.0f}" for each in (processor, clock) for count in (min, median, max)]
        print(f"{NAMES[name]:34} {' '.join(spread[:3])}    {' '.join(spread[3:])}")
    ours, under = middle.get("sender", 0.0), []
    for name, aim in {"npm": PEER, "floor": SHARE}.items():
        if name not in middle or not ours:
            under.append(f"{NAMES[name]} was not measured")
        elif ours < aim * middle[name]:
            under.append(f"{ours / middle[name]:.2f} times {NAMES[name]}, wanted {aim:g}")
    for name in [name for name in middle if name != "sender"]:
        print(f"our sender is {ours / middle[name]:.2f} times {NAMES[name]}")
    print("\n".join(under) or f"{PEER:g} times npm's web-push and {SHARE:g} of the floor are reached")
    return 1 if under else 0


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--devices", type=int, default=1000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=list(NAMES), default=list(NAMES))
    chosen = options.parse_args()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        script = install_web_push(folder / "npm")
        found: dict[str, list[Rates]] = {name: [] for name in chosen.only if name != "npm" or script}
        with push_service(folder, cores) as port:
            devices, body = Devices(chosen.devices, f"https://localhost:{port}"), json.dumps(WORDS).encode()
            given = {
                "devices": devices.said, "body": body.decode(), "settings": settings_of(folder, port),
                "vapid": vapid_of(folder), "atOnce": AT_ONCE, "ttl": TTL,
            }  # fmt: skip
            file = folder / "case.json"
            file.write_text(json.dumps(given))
            http = urllib3.PoolManager(ca_certs=str(folder / "ca.pem"), retries=False)
            for run in range(chosen.runs):
                for name in found:
                    found[name].append(measure(name, file, script, cores[0]))
                    told = http.request("GET", f"https://localhost:{port}/").json()
                    check(name, told, devices, body)
                    clock, processor = found[name][-1]
                    print(f"run {run + 1}: {NAMES[name]:34} {processor:7.0f}/s {clock:7.0f}/s", flush=True)
        return report(found)


if __name__ == "__main__":
    sys.exit(main())
