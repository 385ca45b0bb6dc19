"""Every page of the house as it comes, without scripts, and every form on it known to some journey."""

from __future__ import annotations

import uuid
from datetime import timedelta

import lxml.html
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from shopalert.accounts import links
from shopalert.accounts.models import PasswordReset
from shopalert.alerts.models import Subscription
from shopalert.db import db, now, writing
from shopalert.incidents import saved
from shopalert.members import invitations
from shopalert.members.invitations import Guest
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS
from tests.browser import (
    test_plain_advice,
    test_plain_bulletins,
    test_plain_cap,
    test_plain_channels,
    test_plain_chat,
    test_plain_feed,
    test_plain_members,
    test_plain_operator,
    test_plain_police,
    test_plain_report,
    test_plain_requests,
    test_plain_safety,
    test_plain_sharing,
    test_without_script,
)
from tests.browser.conftest import Town
from tests.browser.plain import SENT, name_of
from tests.house.routes import Things
from tests.people import ASHA, BEN, DEV, ELLEN, GUS, IVY, Person
from tests.world import World

pytestmark = pytest.mark.browser
# What they send stands in SENT.
JOURNEYS = (
    test_plain_advice, test_plain_bulletins, test_plain_cap, test_plain_channels, test_plain_chat, test_plain_feed,
    test_plain_members, test_plain_operator, test_plain_police, test_plain_report, test_plain_requests,
    test_plain_safety, test_plain_sharing, test_without_script,
)  # fmt: skip

# What GET answers without being a page.
NO_PAGE = {
    "alerts.key": "text for the script that subscribes",
    "assets.static": "files",
    "cap.feed": "for machines",
    "cap.message": "for machines",
    "cap.public_feed": "for machines",
    "check.outcome": "for the script that waits for an alert",
    "evidence.document": "a file",
    "evidence.original": "a file",
    "evidence.play": "a film's bytes",
    "evidence.thumb": "a picture",
    "evidence.view": "a picture; opened in the journey",
    "health.alive": "for machines",
    "health.metrics": "for machines",
    "health.ready": "for machines",
    "live.poll": "for the script that polls",
    "live.stream": "for the script that listens",
    "pwa.manifest": "for the browser itself",
    "pwa.session": "for the script that renews tokens",
    "pwa.worker": "the worker",
    "sharing.document": "a file",
    "sharing.thumb": "a picture",
    "sharing.view": "a picture; opened in the journey",
    "home.what_is_unread": "for the script that counts",
}
# Forms that no journey sends, with the reason.
NOT_SENT: dict[str, str] = {}
READERS = (None, ASHA, BEN, DEV, GUS)
# What a commander alone may change.
FOR_COMMANDERS = {"canned.show", "canned.texts"}
# Links that lead on to the page behind them.
LEADS_ON = {
    "home.home",
    "home.report",
    "letters.newest",
    "operating.next_step",
    "joining.open_link",
    "accounts.open_reset",
}
# Set-up is there only while nobody is: tests/operating goes through it.
EMPTY_HOUSE = {"operating.open_link", "operating.begin"}


def forms_in(app: Flask, tree: lxml.html.HtmlElement) -> set[str]:
    """Every form of a page that sends something, and every button that sends one elsewhere."""
    found = {
        each.get("id", ""): (each.get("action", ""), each.get("method", "get")) for each in tree.iter("form")
    }
    elsewhere = {each.get("form", "-") for each in tree.iter("button") if each.get("formaction")}
    named = {
        name_of(app, each.get("action", ""), each.get("method", "get"), each.get("id", ""))
        for each in tree.iter("form")
        if each.get("id") not in elsewhere
        and each.get("id") != "seen-form"
        and each.get("method") != "dialog"
    }
    around = {button: form for form in tree.iter("form") for button in form.iter("button")}
    for button in tree.iter("button"):
        if button.get("formaction"):
            form = around.get(button)
            form_id = button.get("form") or (form.get("id", "") if form is not None else "")
            method = form.get("method", "get") if form is not None else found[form_id][1]
            named.add(name_of(app, button.get("formaction", ""), method, form_id))
    return named


def places(world: World) -> dict[str, str]:
    """What stands in the addresses of the pages: samples that the readers may see."""
    incident = world.report(ASHA, in_progress=True)
    line = world.say(BEN, incident, "With a photo.")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for owner in (ASHA, BEN):
            device = {"endpoint": f"https://push.invalid/{uuid.uuid4()}", "origin": "https://push.invalid"}
            row = Subscription(user_id=world.users[owner.name], label="Old tablet", **device)
            session.add(row)
            session.flush()
        member = session.scalars(
            sa.select(Membership.id).where(Membership.user_id == world.users[IVY.name])
        ).first()
    with world.seen_as(ASHA) as viewer:
        view = saved.save(
            viewer, db.session.get_one(Scheme, world.schemes["wickford"]), "Loud", "violence=1"
        ).id
    with world.app.test_request_context():
        invited, _ = invitations.invite_by_operator(world.schemes["wickford"], Guest("nell@example.org"))
    things = Things(world, ASHA, "wickford", {"incident_id": incident})
    more = {
        name: str(things.value(name))
        for name in (
            "clip_id",
            "request_id",
            "advice_id",
            "text_id",
            "channel_id",
            "line_id",
            "call_id",
            "roll_id",
            "welfare_id",
        )
    }
    return {
        **more, "slug": "wickford", "incident_id": str(incident), "membership_id": str(member),
        "invitation_id": str(invited.id), "device_id": str(row.id), "week": "2026-W02",
        "district": "basildon", "guide": "shop", "person_id": str(world.users[DEV.name]), "view_id": str(view),
        "comment_id": str(line), "piece_id": "greet-everybody",
        "bulletin_id": str(Things(world, BEN, "wickford").value("bulletin_id")),
        "share_id": str(Things(world, ASHA, "wickford", {"incident_id": incident}).value("share_id")),
    }  # fmt: skip


def open_doors(world: World, person: Person | None, client: FlaskClient) -> None:
    """Somebody who is not signed in has opened an invitation and a link for a new password."""
    if person is not None:
        return
    secret = links.new_secret()
    with world.app.test_request_context():
        _, invited = invitations.invite_by_operator(world.schemes["wickford"], Guest("ola@example.org"))
        with crossing("seed") as session, writing(session):
            session.add(
                PasswordReset(
                    token_hash=links.hash_of_secret(secret), user_id=world.users[IVY.name], account=b"-",
                    network="-", expires_at=now() + timedelta(hours=1),
                )
            )  # fmt: skip
    client.get(f"/join/{invited}")
    client.get(f"/reset/{secret}")


def read_the_agreement_again(world: World, person: Person) -> None:
    """From now on they are shown the agreement before every other page."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        theirs = Membership.user_id == world.users[person.name]
        session.execute(sa.update(Membership).where(theirs).values(agree_by=now()))


def test_every_page_opens_and_every_form_on_it_was_sent(own_town: Town) -> None:
    world, app = own_town.world, own_town.world.app
    values = places(world)
    routes = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert set(NO_PAGE) <= set(routes)
    opened: set[str] = set()
    forms: set[str] = set()
    clients = {person: world.client(person) for person in (*READERS, ELLEN)}
    for person, client in clients.items():
        open_doors(world, person, client)
    for endpoint, rule in routes.items():
        if endpoint in NO_PAGE or endpoint in LEADS_ON or endpoint in EMPTY_HOUSE:
            continue
        assert rule.arguments <= set(values), f"{rule.rule}: say here what stands in its address"
        path = app.url_map.bind("localhost").build(endpoint, {name: values[name] for name in rule.arguments})
        for person, client in clients.items():
            if person is ELLEN and endpoint not in FOR_COMMANDERS:
                continue
            answer = client.get(path, headers=HEADERS, follow_redirects=True)
            said = f"{path} for {person and person.name}: {answer.status_code}"
            assert answer.status_code in (200, 403, 404, 410), said
            tree = lxml.html.document_fromstring(answer.text)
            assert tree.xpath("//h1"), said
            if answer.status_code == 200 and answer.request.path == path:
                opened.add(endpoint)
                forms |= forms_in(app, tree)
    read_the_agreement_again(world, ASHA)
    answer = clients[ASHA].get("/agree", headers=HEADERS)
    assert answer.status_code == 200
    opened.add("joining.gate")
    forms |= forms_in(app, lxml.html.document_fromstring(answer.text))
    pages_of_the_house = set(routes) - set(NO_PAGE) - LEADS_ON - EMPTY_HOUSE
    assert opened == pages_of_the_house, f"not opened: {pages_of_the_house - opened}"
    left_out = forms - SENT - set(NOT_SENT)
    assert not left_out, f"no journey sends {sorted(left_out)}"
    assert not set(NOT_SENT) & SENT
