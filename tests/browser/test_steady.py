"""Nothing jumps: what arrives on an open screen moves nothing that somebody is reading.

Arriving cards on a phone are in test_live.py; here are the desk, pictures, messages and facts.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from shopalert.chat import actions as chat
from shopalert.db import db, now
from shopalert.evidence import derivatives
from shopalert.evidence.actions import stage
from shopalert.incidents import actions as incidents
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from tests.browser.conftest import DESK, PHONE, Town
from tests.browser.test_live import card_of, cards, see
from tests.people import ASHA, BEN, DEV, IVY
from tests.world import World, picture

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
WHERE = "element => element.getBoundingClientRect().top"
READ = "[...document.querySelectorAll('#feed article')].find(card => card.getBoundingClientRect().top > 100)"
LONG = "One of them came to us and left by the back door towards the station. " * 6


def unready(world: World) -> Any:
    """A picture whose copies are left for the test to make."""
    scheme = db.session.get_one(Scheme, world.schemes["wickford"])
    return stage(world.viewer(ASHA), scheme, picture("slategray", (900, 700)).read(), timedelta(minutes=5))


def report_with_a_picture(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """Incident and picture; the picture is being prepared."""
    with world.seen_as(ASHA) as viewer:
        photo = unready(world).id
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        facts = Facts(category_code="shop_theft", occurred_at=now(), narrative="They took razors.")
        return incidents.report(viewer, scheme, uuid.uuid4(), facts, [the_photo(photo)]).id, photo


def the_photo(photo: uuid.UUID) -> Any:
    return db.session.get_one(derivatives.Attachment, photo)


def say_with_a_picture(world: World, incident_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    with world.seen_as(ASHA) as viewer:
        photo = unready(world).id
        incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
        said = chat.say(viewer, incident, uuid.uuid4(), "This one.", "members", [the_photo(photo)])
        return said.id, photo


def prepare(world: World, photo: uuid.UUID) -> None:
    """Make its copies, as the worker does."""
    with world.app.app_context():
        derivatives.make(photo)


def quiet(page: Page) -> None:
    """Wait out what glides; nothing may have shifted."""
    page.wait_for_timeout(700)
    assert page.evaluate("shifts") == []


def test_cards_arrive_on_a_desk(town: Town) -> None:
    for number in range(12):
        town.world.report(ASHA, narrative=f"Earlier thing {number}. {LONG}")
    for person, path in ((IVY, "/s/wickford/"), (DEV, "/desk")):
        page = town.live(person, path, viewport=DESK)
        first = town.world.report(ASHA, narrative=f"At the top. {LONG}")
        see(page, card_of(first))
        quiet(page)
        page.mouse.move(400, 500)  # the list at the left scrolls by itself
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(400)
        read = page.evaluate_handle(READ)
        before = read.evaluate(WHERE)
        held = [town.world.report(ASHA, narrative=f"Meanwhile {number}.") for number in range(3)]
        page.wait_for_selector("[data-pill]:has-text('3 new')", timeout=4000)
        assert read.evaluate(WHERE) == before
        assert not set(map(card_of, held)) & set(cards(page))
        quiet(page)
        page.click("[data-pill]")
        assert cards(page)[:4] == [card_of(each) for each in (*reversed(held), first)]
        quiet(page)
    assert not town.complaints


@SIZES
def test_a_picture_that_becomes_ready_fills_its_frame(town: Town, size: Any) -> None:
    for number in range(3):
        town.world.report(ASHA, narrative=f"Earlier thing {number}.")
    incident, photo = report_with_a_picture(town.world)
    feed = town.live(IVY, viewport=size)
    page = town.live(BEN, f"/incidents/{incident}", viewport=size)
    for screen in (feed, page):
        screen.wait_for_selector("main .shot--wait", state="attached")
    below = feed.query_selector(f"[id='{card_of(incident)}'] + article")
    assert below
    before = below.evaluate(WHERE)
    prepare(town.world, photo)
    for screen, inside in ((feed, f"[id='{card_of(incident)}']"), (page, "sa-refresh")):
        screen.wait_for_selector(f"{inside} img[src*='/thumb']", state="attached", timeout=5000)
        quiet(screen)
    assert below.evaluate(WHERE) == before
    assert not town.complaints


@SIZES
def test_messages_arrive_and_their_pictures_become_ready(town: Town, size: Any) -> None:
    incident = town.world.report(ASHA)
    for number in range(6):
        town.world.say(IVY, incident, f"Earlier message {number}. {LONG}")
    page = town.live(BEN, f"/incidents/{incident}", viewport=size)
    for where in (
        "0",
        "document.scrollingElement.scrollHeight / 2",
        "document.scrollingElement.scrollHeight",
    ):
        page.evaluate(f"scrollTo(0, {where})")
        page.wait_for_timeout(300)
        plain = town.world.say(IVY, incident, f"Arrived. {LONG}")
        page.wait_for_selector(f"[id='comment-{plain}']", state="attached", timeout=3000)
        quiet(page)
        pictured, photo = say_with_a_picture(town.world, incident)
        page.wait_for_selector(f"[id='comment-{pictured}'] .shot--wait", state="attached", timeout=3000)
        quiet(page)
        prepare(town.world, photo)
        page.wait_for_selector(
            f"[id='comment-{pictured}'] img[src*='/thumb']", state="attached", timeout=5000
        )
        quiet(page)
    assert not town.complaints


@SIZES
def test_facts_that_change_move_nothing_by_a_jump(town: Town, size: Any) -> None:
    incident = town.world.report(ASHA, in_progress=True)
    town.world.say(IVY, incident, "Seen.")
    page = town.live(BEN, f"/incidents/{incident}", viewport=size)
    with town.world.seen_as(ASHA) as viewer:
        standing = db.session.scalars(sa.select(Incident).where(Incident.id == incident)).one()
        facts = Facts(
            category_code="shop_theft", occurred_at=now(), narrative=LONG, in_progress=True, violence=True
        )
        incidents.edit(viewer, standing, facts, standing.row_version, [])
    page.wait_for_selector("sa-refresh >> text=back door", timeout=3000)
    quiet(page)
    with town.world.seen_as(IVY) as viewer:
        standing = db.session.scalars(sa.select(Incident).where(Incident.id == incident)).one()
        incidents.sight(viewer, standing, uuid.uuid4(), None, "By the bus stop")
    page.wait_for_selector(".trail", timeout=3000)
    quiet(page)
    assert not town.complaints
