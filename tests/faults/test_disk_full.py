"""The disk is full: said clearly, what fits is taken, what is there is read, nothing that was acknowledged is lost, and
it goes on by itself once there is room."""

from __future__ import annotations

import subprocess
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.history import History, judge
from tests.faults.houses import a_house, size
from tests.faults.phones import Sender, multipart, send_all
from tests.faults.test_kill import a_photo
from tests.people import ASHA, BEN, IVY, LEO
from tests.services import eventually

ENGINE = "sqlite"
pytestmark = [pytest.mark.faults, pytest.mark.slow]

MEGABYTES, ROUNDS = size(48, 240), size(1, 10)  # the pictures of all rounds stay


@contextmanager
def small_disk(folder: Path):
    """A disk of its own, of a few megabytes."""
    folder.mkdir()
    size = f"size={MEGABYTES}m,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Somebody else's file takes all the room."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_a_full_disk_loses_nothing_and_says_so(request, engine, tmp_path, tell):
    photo, history = a_photo(), History()
    with small_disk(tmp_path / "data") as data, a_house(engine, data, request) as house:
        people = [house.phone(person) for person in (ASHA, IVY, LEO, BEN)]
        refused = {"507": 0, "503": 0}
        for _ in range(ROUNDS):
            send_all([Sender(n, people[n], history, 5, photo=photo, photos=2) for n in range(4)])
            filler = fill(data)
            full = [
                Sender(n, people[n], history, size(10, 25), photo=photo, photos=3, patience=size(6, 60))
                for n in range(4)
            ]
            for sender in full:
                sender.passing = (503, 507)
            for phone, operation in [(each.phone, one) for each in full for one in each.own[::4]]:
                answer = phone.report(operation.key, operation.photo)
                operation.tries += 1
                refused[str(answer.status)] = refused.get(str(answer.status), 0) + 1
                if answer.status == 201:
                    history.acknowledge(operation, answer.json()["id"])
                else:
                    said = answer.json()
                    assert (answer.status, said["code"], said["saved"]) == (507, "disk_full", False), said
            fields = {"client_id": str(uuid.uuid4()), "category": "asb", "narrative": "Kept words."}
            body, kind = multipart(fields, photo)
            page = people[1].ask("POST", "/s/wickford/report", body, kind, accept="text/html")
            assert page.status == 507
            assert "Kept words." in page.text, "what was typed is gone"
            assert "no room for pictures" in page.text
            for path in ("/", "/s/wickford/", f"/incidents/{history.acknowledged[0].incident}"):
                assert people[2].read(path).status in (200, 303), path
            assert house.server.get("/healthz")[0] == 200
            filler.unlink()
            eventually(lambda: house.server.get("/readyz")[0] == 200, 10)
            send_all(full)
        verdict_of(house, history, tell, refused)


def verdict_of(house, history, tell, refused):
    with house.session() as session:
        verdict = judge(session, history)
    assert all(operation.incident for operation in history.operations.values())
    tell("disk full", history.tries, len(history.acknowledged), verdict, f"{refused['507']} refused with 507")
    assert refused["507"]
