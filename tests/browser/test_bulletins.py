"""A warning on phones: live, on the lock screen, without a connection; in two of three schemes, never in the third."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from shopalert.bulletins import publishing
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.publishing import Draft
from shopalert.db import db, now, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browser.conftest import Town
from tests.browser.device import kept
from tests.browser.phone import Phone
from tests.browser.test_offline import go_offline, nothing_can_be_read, open_and_keep
from tests.browser.test_pwa import with_worker
from tests.people import ASHA, CAROL, DEV, IVY, LEO, OLU
from tests.push_service import PushService
from tests.services import eventually

pytestmark = pytest.mark.browser
TITLE = "Quillfeather twenties are about"
SAID = "Look at both sides"
SHOWN = "Warning: counterfeit notes · WIC"


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as running:
        yield running


@pytest.fixture
def pushing(make_town: Callable[..., Town], service: PushService) -> Town:
    service.forget()
    return make_town(**{name: str(value) for name, value in service.settings.items()})


def draft(title: str = TITLE) -> Draft:
    return Draft(
        "warning", title, f"{SAID}.", template="counterfeit", severity="normal", starts_at=now(),
        ends_at=now() + timedelta(days=1), note={"denomination": "20", "serial": "AH42", "look_for": ""},
    )  # fmt: skip


class Told:
    """One warning by Dev in Wickford and Billericay, and what he does with it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.world.seen_as(DEV) as viewer:
            schemes = [
                db.session.get_one(Scheme, town.world.schemes[slug]) for slug in ("wickford", "billericay")
            ]
            first = publishing.publish(viewer, schemes, uuid.uuid4(), draft())
            publication = db.session.get_one(Bulletin, first.id).publication_id
            asked = sa.select(Scheme.slug, Bulletin.id).join(Scheme, Scheme.id == Bulletin.scheme_id)
            rows = db.session.execute(asked.where(Bulletin.publication_id == publication))
            self.ids = {slug: str(id_) for slug, id_ in rows}

    def does(self, what: Any, *more: Any) -> None:
        with self.town.world.seen_as(DEV) as viewer:
            what(viewer, db.session.get_one(Bulletin, uuid.UUID(self.ids["wickford"])), *more)

    def correct(self, title: str) -> None:
        self.does(publishing.correct, draft(title), "Misread", 1)

    def recall(self) -> None:
        self.does(publishing.recall, "The notes were real")

    def ends_in(self, seconds: float) -> None:
        with self.town.world.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(Bulletin).values(ends_at=now() + timedelta(seconds=seconds)))


def card(page: Page, bulletin: str) -> Any:
    return page.locator(f"#pinned > #bulletin-{bulletin}")


def test_two_schemes_get_it_at_once_and_the_third_by_no_way(pushing: Town, service: PushService) -> None:
    town = pushing
    leo, olu = Phone(town, LEO, service), Phone(town, OLU, service)
    asha, carol, third = town.live(ASHA), town.live(CAROL, "/s/billericay/"), town.live(OLU, "/s/southend/")
    told = Told(town)
    expect(card(asha, told.ids["wickford"])).to_contain_text(TITLE)
    expect(card(carol, told.ids["billericay"])).to_contain_text(TITLE)
    shown = leo.deliver(leo.alerts(1)[0])
    assert [each["title"] for each in shown] == [SHOWN] and TITLE not in str(shown)

    told.correct("Tens, not twenties")
    expect(card(asha, told.ids["wickford"])).to_contain_text("Tens, not twenties")
    shown = leo.deliver(leo.alerts(2)[1])
    assert [(each["title"], each["silent"]) for each in shown] == [(f"Corrected: {SHOWN}", True)]

    told.recall()
    for page, slug in ((asha, "wickford"), (carol, "billericay")):
        expect(page.locator(f"#bulletin-{told.ids[slug]}")).to_have_count(0)
    shown = leo.deliver(leo.alerts(3)[2])
    assert [each["title"] for each in shown] == ["A message was recalled"]
    third.wait_for_timeout(500)
    assert TITLE not in third.content() and third.locator("#pinned article").count() == 0
    assert olu.alerts(0, 1) == []
    assert not town.complaints


def test_it_leaves_the_open_screen_by_itself_when_its_time_is_over(own_town: Town) -> None:
    told = Told(own_town)
    asha = own_town.live(ASHA)
    expect(card(asha, told.ids["wickford"])).to_contain_text(TITLE)
    told.ends_in(1)
    expect(asha.locator(f"#bulletin-{told.ids['wickford']}")).to_have_count(0, timeout=15000)
    asha.goto("/s/wickford/bulletins")
    expect(asha.locator(f"#bulletin-{told.ids['wickford']}")).to_contain_text("Over")


def test_an_open_page_shows_the_correction_and_goes_with_the_recall(own_town: Town) -> None:
    told = Told(own_town)
    page = own_town.live(IVY, f"/bulletins/{told.ids['wickford']}")
    expect(page.locator("main")).to_contain_text("You have read this")
    told.correct("Tens, not twenties")
    expect(page.locator("h1")).to_have_text("Tens, not twenties")
    expect(page.locator("form[action$='/reading'] button")).to_be_visible()  # nobody has read that yet
    told.recall()
    expect(page.locator("h1")).to_have_text("Nothing here", timeout=10000)


def test_a_shop_reads_it_without_a_connection(own_town: Town) -> None:
    told = Told(own_town)
    path = f"/bulletins/{told.ids['wickford']}"
    page = own_town.open(IVY, "/more")
    with_worker(page)
    open_and_keep(page, path, 1)
    go_offline(own_town, page, path)
    page.wait_for_selector("sa-reader[data-state=copy]")
    copy = page.locator("[data-copy]")
    for said in (TITLE, SAID, "AH42", "Put it in an envelope or bag"):
        expect(copy).to_contain_text(said)
    assert copy.locator("form, button, img").count() == 0


def test_recalled_it_goes_from_the_phone(own_town: Town) -> None:
    told = Told(own_town)
    path = f"/bulletins/{told.ids['wickford']}"
    profile = own_town.browser_of(IVY)
    page = own_town.open(profile, "/more")
    with_worker(page)
    open_and_keep(page, path, 1)
    page.goto("/more")
    page.wait_for_selector("sa-live[data-state=live]", state="attached")
    told.recall()
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 0, 15)
    own_town.server.kill()
    nothing_can_be_read(page, path)
