"""The page of what wakes somebody: what is chosen is kept, said in a sentence, and holds for the next alert."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Preference, Subscription
from shopalert.db import now, writing
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.schemes.models import Scheme, SchemeCategory
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY

FORM = {
    "preset": "everything", "metres": "", "closed": "2", "mail": "3", "digest": "", "quiet_from": "", "quiet_to": "",
    **{f"push-{hour}": "0" for hour in range(24)},
}  # fmt: skip
KINDS = ["shop_theft", "asb"]
OWN = "own_fuel_drive_off"


@pytest.fixture
def asha(world):
    return Browser(world.client(ASHA))


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def device(world, person):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name], endpoint=f"https://push.example/{uuid.uuid4()}",
                origin="https://push.example",
            )
        )  # fmt: skip


def save(browser, slug="wickford", **more):
    return browser.post(f"/s/{slug}/alerts", {**FORM, "wanted": KINDS, **more})


def test_until_somebody_chooses_the_standard_is_shown(asha):
    page = asha.get("/s/wickford/alerts")
    chosen = [
        each.get("value")
        for each in page.all("input")
        if each.get("name") == "preset" and "checked" in each.attrib
    ]
    assert chosen == ["standard"]


def test_what_is_chosen_is_kept_and_said(world, asha):
    assert (
        save(asha, preset="near", quiet_from="22:00", quiet_to="07:00", quiet_days=["fri", "sat"]).status_code
        == 303
    )
    kept = rows(world, sa.select(Preference))[0]
    assert (kept.push, kept.metres) == ("2" * 24, 500)
    assert kept.quiet == {"fri": ["22:00", "07:00"], "sat": ["22:00", "07:00"]}
    assert "suspicious" in kept.without and "asb" not in kept.without
    assert "only urgent alerts within 500 m ring" in asha.get("/s/wickford/alerts").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:00"}, {"quiet_to": "25:00", "quiet_from": "22:00"}, {"preset": "never"},
        {"metres": "123"}, {"mail": "9"}, {"push-3": "x"}, {"wanted": ["no_such_kind"]}, {"digest": "24"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(world, asha, wrong):
    assert save(asha, **wrong).status_code == 422
    assert rows(world, sa.select(Preference)) == []


def test_the_next_alert_obeys_the_choice(world, asha):
    device(world, ASHA)
    mine = sa.select(Delivery.id).where(Delivery.user_id == world.users[ASHA.name])
    world.report(IVY)
    assert len(rows(world, mine)) == 1
    save(asha, preset="near")
    world.report(IVY)
    assert len(rows(world, mine)) == 1
    world.report(IVY, in_progress=True)
    assert len(rows(world, mine)) == 2


def test_a_letter_at_once_says_that_there_is_something_and_not_what(world, asha):
    save(asha, mail="0")
    world.report(IVY, narrative="A man in a red coat took razors.")
    letter = rows(world, sa.select(Mail).where(Mail.kind == "alert.now"))[0]
    assert letter.user_id == world.users[ASHA.name]
    with world.app.app_context():
        said = outgoing.unseal(letter.id, letter.sealed)
    whole = said["subject"] + said["text"]
    assert "Wickford" in whole
    for hidden in ("razors", "red coat", "Shop theft", "Ivy", "High Street", "Larkmead"):
        assert hidden not in whole


def test_muted_is_heard_no_more_and_followed_is_heard(world, asha):
    device(world, ASHA)
    incident = world.report(IVY)
    comments = sa.select(Delivery.id).where(
        Delivery.user_id == world.users[ASHA.name], Delivery.kind == "comment.said"
    )
    world.say(BEN, incident, "Seen them before.")
    assert rows(world, comments) == []  # no part of hers
    asha.post(f"/incidents/{incident}/watch", {"wish": "follow"})
    world.say(BEN, incident, "Again.")
    assert len(rows(world, comments)) == 1
    asha.post(f"/incidents/{incident}/watch", {"wish": "mute"})
    world.say(BEN, incident, "And again.")
    assert len(rows(world, comments)) == 1
    asha.post(f"/incidents/{incident}/watch", {"wish": ""})
    world.say(BEN, incident, "Gone.")
    assert len(rows(world, comments)) == 1
    assert asha.post(f"/incidents/{incident}/watch", {"wish": "shout"}).status_code == 422


def test_the_page_tries_the_choice_on_what_was(world, asha):
    world.report(IVY)
    world.report(IVY, in_progress=True)
    save(asha, preset="near")
    text = asha.get("/s/wickford/alerts").text
    assert text.count("It would have rung.") == 1
    assert "At that hour only something graver rings." in text
    fragment = asha.client.get(
        "/s/wickford/alerts/said", query_string={**FORM, "wanted": KINDS}, headers={"HX-Request": "true"}
    )
    assert fragment.text.count("It would have rung.") == 2 and "<html" not in fragment.text
    assert rows(world, sa.select(Preference.push)) == ["2" * 24]  # trying changes nothing


def test_neither_ones_own_reports_nor_what_one_has_muted_would_have_rung(world, asha):
    world.report(ASHA)
    muted = world.report(IVY)
    world.report(IVY)
    asha.post(f"/incidents/{muted}/watch", {"wish": "mute"})
    text = asha.get("/s/wickford/alerts").text
    assert (text.count("It would have rung."), text.count("You muted it.")) == (1, 1)


def test_the_page_tries_nothing_on_an_officer_that_the_police_were_not_told_of(world):
    unreported = world.report(IVY)
    dev = Browser(world.client(DEV))
    assert str(unreported) in dev.get("/s/wickford/alerts").text
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).values(officers_see_unreported=False))
    assert str(unreported) not in dev.get("/s/wickford/alerts").text


def test_what_was_over_soon_rang_all_the_same(world, asha):
    incident = world.report(IVY, in_progress=True)
    save(asha, preset="near")
    Browser(world.client(IVY)).post(f"/incidents/{incident}/all-clear", {})
    assert "It would have rung." in asha.get("/s/wickford/alerts").text


# ---- each hour, of each channel


def test_own_hours_are_kept_for_each_channel(world, asha):
    hours = {"live-3": "1", "mail-4": "0", **{f"mail-{hour}": "3" for hour in range(24) if hour != 4}}
    assert save(asha, preset="custom", mail="hours", **{"push-2": "2", **hours}).status_code == 303
    kept = rows(world, sa.select(Preference))[0]
    assert (kept.push, kept.live, kept.mail) == (
        "002" + "0" * 21, "0001" + "0" * 20, "3333" + "0" + "3" * 19,
    )  # fmt: skip
    page = asha.get("/s/wickford/alerts")
    assert page.all("option")
    sent = {each.get("name"): chosen(each) for each in page.all("select")}
    assert (sent["live-3"], sent["mail-4"], sent["mail-5"], sent["mail"]) == ("1", "0", "3", "hours")


def test_sending_the_page_again_changes_nothing(world, asha):
    save(asha, preset="custom", mail="hours", counted="2", **{"live-3": "1", "mail-4": "0", "digest": "18"})
    before = facts(rows(world, sa.select(Preference))[0])
    page = asha.get("/s/wickford/alerts")
    again = {each.get("name"): chosen(each) for each in page.all("select")}
    again |= {"preset": "custom", "wanted": KINDS, "quiet_from": "", "quiet_to": ""}
    assert asha.post("/s/wickford/alerts", again, page=page).status_code == 303
    assert facts(rows(world, sa.select(Preference))[0]) == before
    assert (before["digest"], before["digest_hour"]) == (2, 18)


def chosen(select):
    return next(each.get("value") for each in select.iter("option") if "selected" in each.attrib)


def facts(row):
    """But for when: it was sent twice."""
    return {c.name: getattr(row, c.name) for c in sa.inspect(Preference).columns if c.name != "changed_at"}


# ---- how far


@pytest.mark.parametrize(
    ("preset", "metres", "kept"),
    [
        ("near", "", 500), ("near", "200", 200), ("everything", "500", None), ("standard", "500", None),
        ("work", "500", None), ("custom", "500", 500), ("custom", "", None),
    ],
)  # fmt: skip
def test_a_distance_counts_only_where_it_is_said_to(world, asha, preset, metres, kept):
    save(asha, preset=preset, metres=metres)
    row = rows(world, sa.select(Preference))[0]
    assert row.metres == kept
    boxes = asha.get("/s/wickford/alerts").all("input")
    ticked = [b.get("value") for b in boxes if b.get("name") == "preset" and "checked" in b.attrib]
    assert ticked == ["standard" if preset == "custom" and not kept else preset]


# ---- kinds


def own_kind(world, shown=True):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            SchemeCategory(
                scheme_id=world.schemes["wickford"], code=OWN, base_code="make_off", label="Fuel drive-off",
                glyph="van", hue="theft", shown=shown,
            )
        )  # fmt: skip


def offered(browser):
    boxes = browser.get("/s/wickford/alerts").all("input")
    return [each.get("value") for each in boxes if each.get("name") == "wanted"]


def test_the_kinds_to_choose_from_are_those_of_the_scheme(world, asha):
    own_kind(world)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        hidden = {"code": "asb", "base_code": "asb", "shown": False}
        session.add(SchemeCategory(scheme_id=world.schemes["wickford"], **hidden))
    assert OWN in offered(asha) and "asb" not in offered(asha)
    carol = Browser(world.client(CAROL)).get("/s/billericay/alerts")
    theirs = [each.get("value") for each in carol.all("input") if each.get("name") == "wanted"]
    assert OWN not in theirs and "asb" in theirs


def test_a_kind_of_the_schemes_own_is_left_out_by_itself(world, asha):
    own_kind(world)
    device(world, ASHA)
    mine = sa.select(Delivery.id).where(Delivery.user_id == world.users[ASHA.name])
    save(asha, wanted=["make_off"])
    world.report(IVY, category_code="make_off", category_own=OWN)
    assert rows(world, mine) == []
    world.report(IVY, category_code="make_off")
    assert len(rows(world, mine)) == 1


def test_a_kind_that_was_left_out_stays_so_while_the_scheme_hides_it(world, asha):
    save(asha, wanted=["shop_theft"])
    with world.app.app_context(), crossing("seed") as session, writing(session):
        hidden = {"code": "asb", "base_code": "asb", "shown": False}
        session.add(SchemeCategory(scheme_id=world.schemes["wickford"], **hidden))
    save(asha, wanted=["shop_theft"])
    assert "asb" in rows(world, sa.select(Preference))[0].without


def test_the_sentence_says_which_kinds_never_ring(world, asha):
    kinds = offered(asha)
    save(asha, wanted=kinds)
    assert "Never:" not in asha.get("/s/wickford/alerts").text
    save(asha, wanted=[kind for kind in kinds if kind != "asb"])
    assert "every alert rings. Never: Anti" in asha.get("/s/wickford/alerts").text
    save(asha, wanted=kinds[:1])
    assert f"and {len(kinds) - 4} more." in asha.get("/s/wickford/alerts").text
    save(asha, wanted=[])
    text = asha.get("/s/wickford/alerts").text
    assert "Nothing rings but what is said in incidents that you take part in" in text
    assert "every alert rings" not in text


def test_a_letter_about_an_answer_does_not_say_that_something_was_reported(world, asha):
    incident = world.report(IVY)
    save(asha, mail="0")
    asha.post(f"/incidents/{incident}/watch", {"wish": "follow"})
    world.say(BEN, incident, "They are back in a blue van.")
    letter = rows(world, sa.select(Mail).where(Mail.kind == "alert.now"))[0]
    with world.app.app_context():
        said = outgoing.unseal(letter.id, letter.sealed)
    assert said["subject"] == "Something new in an incident that you take part in or follow, in Wickford"
    assert "reported" not in said["subject"] + said["text"] and "blue van" not in said["text"]


def test_a_choice_is_ones_own_and_ends_with_the_membership(world, asha):
    save(asha, preset="near")
    ivy = Browser(world.client(IVY))
    assert "only urgent" not in ivy.get("/s/wickford/alerts").text.split('id="said"')[1][:600]
    Browser(world.client(CAROL)).get("/s/wickford/alerts", status=404)
    Browser(world.client(DEV)).get("/s/wickford/alerts")
    asha.post("/s/wickford/departure", {})
    assert rows(world, sa.select(Preference)) == []
    assert now()
