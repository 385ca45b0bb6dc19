"""What was withdrawn stays as it is: nothing more is written into it."""

from __future__ import annotations

import uuid

import pytest

from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, DEV, IVY


@pytest.fixture
def gone(world):
    incident = world.report(ASHA)
    world.say(IVY, incident, "I saw them too.")
    Browser(world.client(ASHA)).post(f"/incidents/{incident}/withdrawal", {"reason": "A mistake."})
    return incident


@pytest.mark.parametrize("person", [ASHA, BEN, DEV], ids=lambda person: person.name)
def test_nothing_more_is_written_into_it(world, gone, person):
    browser = Browser(world.client(person))
    key = {"client_id": str(uuid.uuid4())}
    sent = {
        "edit": {"category": "fraud", "narrative": "changed", "row_version": "2", "premises": ""},
        "all-clear": {},
        "sightings": key,
        "comments": {**key, "text": "more", "audience": "members"},
    }
    for what, fields in sent.items():
        answer = browser.post(f"/incidents/{gone}/{what}", fields, headers={"Accept": "application/json"})
        assert answer.status_code in (403, 409), what
        if answer.status_code == 409:
            assert answer.json["code"] == "withdrawn"
    answer = browser.client.post(
        "/sync",
        json={"kind": "sighting", "incident": str(gone), **key},
        headers={
            "X-Requested-With": "shopalert",
            "Sec-Fetch-Site": "same-origin",
            "Accept": "application/json",
        },
    )
    assert answer.status_code == 409
    with world.app.app_context(), crossing("command") as session:
        assert session.get_one(Incident, gone).row_version == 2
