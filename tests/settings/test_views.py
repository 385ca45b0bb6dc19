"""A coordinator decides, with the effect in words beside each choice; members read it; others are refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.models import Event
from shopalert.incidents.announcements import words_of_report
from shopalert.incidents.models import Incident
from shopalert.protection.models import AuditDetail, AuditRow
from shopalert.schemes.models import Scheme, SchemeChange
from shopalert.settings.vocabulary import SETTINGS
from shopalert.wall import crossing
from tests.browse import Browser, text_of
from tests.house.routes import Things, settings_of
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO, PAT

PATH = "/s/wickford/settings"


@pytest.fixture
def ben(world):
    return Browser(world.client(BEN))


def fields(world, **changed):
    return {**settings_of(Things(world, BEN, "wickford")), **changed}


def scheme_of(world, slug="wickford"):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(Scheme).where(Scheme.slug == slug)).one()


# ---- what to decide


def test_each_choice_has_its_effect_beside_it_and_the_present_one_is_chosen(world, ben):
    page = ben.get(PATH)
    scheme = scheme_of(world)
    for setting in SETTINGS:
        radios = [each for each in page.all("input") if each.get("name") == setting.name]
        assert [each.get("value") for each in radios] == [choice.value for choice in setting.choices]
        chosen = [each.get("value") for each in radios if each.get("checked") is not None]
        assert chosen == [setting.of(scheme)], setting.name
    said = text_of(page.tree)
    assert all(choice.effect in said for setting in SETTINGS for choice in setting.choices)


def test_saving_sets_it_is_written_down_and_members_read_it(world, ben):
    changed = fields(world, reporter_shown="business", officers_see_unreported="no", appearance="yes")
    answer = ben.post(PATH, changed)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    scheme = scheme_of(world)
    assert (scheme.reporter_shown, scheme.officers_see_unreported, scheme.appearance) == (
        "business",
        False,
        True,
    )
    assert scheme.settings_version == 2
    with world.app.app_context(), crossing("command") as session:
        row = session.scalars(sa.select(AuditRow).where(AuditRow.verb == "scheme.settings")).one()
        assert (row.actor_id, row.scheme_id, row.object_id) == (world.users[BEN.name], scheme.id, scheme.id)
        detail = session.get_one(AuditDetail, row.id).detail
    assert detail["changed"] == [
        {"setting": "reporter_shown", "from": "name", "to": "business"},
        {"setting": "officers_see_unreported", "from": "yes", "to": "no"},
        {"setting": "appearance", "from": "no", "to": "yes"},
    ]
    told = text_of(Browser(world.client(ASHA)).get("/s/wickford/about").tree)
    assert "Members see “Harper’s”, not “Asha, Harper’s”." in told
    assert "How members are named to each other: Business only" in told
    assert "Before: First name and business." in told
    assert "by the coordinator" in told
    assert "Ben" not in told
    feed = Browser(world.client(ASHA)).get("/s/wickford/").text
    assert 'class="news"' in feed


def test_what_was_not_changed_is_no_news(world, ben):
    assert ben.post(PATH, fields(world)).status_code == 303
    assert scheme_of(world).settings_version == 1
    with world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(SchemeChange.id))) == 0
    assert 'class="news"' not in ben.get("/s/wickford/").text


def test_open_screens_read_themselves_anew(world, ben):
    assert ben.post(PATH, fields(world, reporter_shown="business")).status_code == 303
    with world.app.app_context(), crossing("live") as session:
        event = session.scalars(sa.select(Event).where(Event.kind == "scheme.settings")).one()
        assert (event.audience, event.facts) == ("members", {})
        assert [message.event for message in announcement.messages(session, event)] == ["resync"]


def test_a_choice_that_is_none_comes_back_with_the_others_kept(world, ben):
    answer = ben.post(PATH, fields(world, lock_screen="everything", appearance="yes"))
    assert answer.status_code == 422
    assert 'href="#lock_screen"' in answer.text
    assert 'name="appearance" value="yes" checked' in answer.text
    assert scheme_of(world).appearance is False


def test_two_coordinators_do_not_overwrite_each_other_unseen(world, ben):
    mine = fields(world, lock_screen="discreet")
    theirs = fields(world, appearance="yes")
    assert ben.post(PATH, theirs).status_code == 303
    answer = ben.post(PATH, mine)
    assert answer.status_code == 409
    assert "Another coordinator changed settings" in answer.text
    assert "Set meanwhile to: May be added" in answer.text
    assert 'name="lock_screen" value="discreet" checked' in answer.text
    assert scheme_of(world).lock_screen == "category"
    assert 'name="row_version" value="2"' in answer.text
    assert ben.post(PATH, {**mine, "row_version": "2"}).status_code == 303
    assert scheme_of(world).lock_screen == "discreet"


def test_a_form_without_its_version_is_refused(world, ben):
    without = fields(world)
    del without["row_version"]
    assert ben.post(PATH, without).status_code == 400


@pytest.mark.parametrize("person", [ASHA, LEO, PAT, DEV], ids=lambda person: person.name)
def test_only_a_coordinator_decides(world, person):
    browser = Browser(world.client(person))
    for path in (PATH, f"{PATH}/kinds"):
        browser.get(path, 403)
    assert browser.post(PATH, fields(world, lock_screen="discreet")).status_code == 403
    browser.get("/s/wickford/about")
    assert scheme_of(world).lock_screen == "category"


def test_another_towns_settings_do_not_exist(world):
    Browser(world.client(CAROL)).get(PATH, 404)
    Browser(world.client(CAROL)).get("/s/wickford/about", 404)


# ---- kinds of incident


def kinds_shown(world, person=IVY):
    page = Browser(world.client(person)).get("/s/wickford/report")
    return [each.get("value") for each in page.all("input") if each.get("name") == "category"]


def hide(world, ben, *codes):
    page = ben.get(f"{PATH}/kinds")
    boxes = [each for each in page.all("input") if each.get("name") == "shown"]
    shown = [e.get("value") for e in boxes if e.get("checked") is not None and e.get("value") not in codes]
    version = settings_of(Things(world, BEN, "wickford"))["row_version"]
    return ben.post(f"{PATH}/kinds", {"row_version": version, "shown": shown}, page=page)


def test_a_hidden_kind_leaves_the_form_and_what_was_reported_stays(world, ben):
    incident = world.report(ASHA, category_code="make_off", narrative="Left without paying for fuel.")
    assert "make_off" in kinds_shown(world)
    assert hide(world, ben, "make_off").status_code == 303
    assert "make_off" not in kinds_shown(world)
    asha = Browser(world.client(ASHA))
    assert "Left without paying" in asha.get(f"/incidents/{incident}").text
    assert 'value="make_off" checked' in asha.get(f"/incidents/{incident}/edit").text
    refused = asha.post(
        "/s/wickford/report", {"client_id": str(incident), "category": "make_off", "narrative": "Again."}
    )
    assert refused.status_code == 422
    assert (
        "“Left without paying” is no longer offered in the report form" in asha.get("/s/wickford/about").text
    )
    assert hide(world, ben).status_code == 303


def test_something_else_is_always_there(world, ben):
    everything = kinds_shown(world)
    assert hide(world, ben, *everything).status_code == 303
    assert kinds_shown(world) == ["other"]


def added(ben, **changed):
    return ben.post(
        f"{PATH}/kinds/added",
        {"label": "Fuel drive-off", "base": "make_off", "glyph": "van", "hue": "theft", **changed},
    )


def test_an_added_kind_is_reported_shown_and_counts_as_its_base(world, ben):
    assert added(ben).status_code == 303
    assert kinds_shown(world).index("own_fuel_drive_off") == kinds_shown(world).index("make_off") + 1
    ivy = Browser(world.client(IVY))
    sent = ivy.post(
        "/s/wickford/report",
        {"client_id": "0193a1f0-0000-7000-8000-000000000001", "category": "own_fuel_drive_off"},
    )
    assert sent.status_code == 303
    page = ivy.get(sent.headers["Location"])
    assert "Fuel drive-off" in page.text
    with world.app.app_context(), crossing("command") as session:
        row = session.scalars(sa.select(Incident)).one()
        assert (row.category_code, row.category_own) == ("make_off", "own_fuel_drive_off")
    assert "Fuel drive-off" in ivy.get("/s/wickford/").text
    assert hide(world, ben, "own_fuel_drive_off").status_code == 303
    assert "own_fuel_drive_off" not in kinds_shown(world)
    assert "Fuel drive-off" in ivy.get("/s/wickford/").text
    assert "“Fuel drive-off” was added to the report form" in ivy.get("/s/wickford/about").text


def test_another_scheme_has_no_part_in_it(world, ben):
    assert added(ben).status_code == 303
    page = Browser(world.client(CAROL)).get("/s/billericay/report")
    assert "own_fuel_drive_off" not in page.text
    foreign = Browser(world.client(CAROL)).post(
        "/s/billericay/report",
        {"client_id": "0193a1f0-0000-7000-8000-000000000002", "category": "own_fuel_drive_off"},
    )
    assert foreign.status_code == 422


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 41}, "label"),
        ({"label": "Shop theft"}, "label"),
        ({"base": "own_other"}, "base"),
        ({"glyph": "../../etc"}, "glyph"),
        ({"hue": "pink"}, "hue"),
    ],
)
def test_what_is_no_kind_comes_back(world, ben, changed, field):
    answer = added(ben, **changed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_codes_stay_unique_and_the_list_stays_short(world, ben):
    for number in range(12):
        assert added(ben, label=f"Kind {'é' * number}").status_code == 303, number
    codes = [code for code in kinds_shown(world) if code.startswith("own_")]
    assert len(set(codes)) == 12
    answer = added(ben, label="One more")
    assert answer.status_code == 422
    assert "as many kinds of its own" in answer.text


def test_words_of_a_lock_screen_never_come_from_a_coordinator(world, ben):
    """An added kind shows on locked phones as what it counts as: nothing that somebody typed stands there."""
    assert added(ben, label="Asha was attacked").status_code == 303
    incident = world.report(IVY, category_code="make_off", category_own="own_asha_was_attacked")
    with world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.incident_id == incident)).first()
        words = words_of_report(session, event, "category")
    assert words.title == "Left without paying"
