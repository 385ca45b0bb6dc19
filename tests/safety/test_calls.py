"""A call for help: exactly who is told, through whose quiet hours, who comes, all clear, and who sees nothing of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement, repeats
from shopalert.alerts.models import Delivery, Event, Preference
from shopalert.alerts.recipients import CALL_AGAIN_AFTER
from shopalert.db import now, writing
from shopalert.protection.models import AuditRow
from shopalert.safety.models import HelpCall
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, IVY, LEO, OLU, PAT, SAM
from tests.phones import change, rows
from tests.safety.conftest import names

ALL_DAY = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def choose(town, *people, by=BEN):
    ids = [
        str(each)
        for person in people
        for each in rows(
            town.world, sa.select(Membership.id).where(Membership.user_id == town.world.users[person.name])
        )
    ]
    return town.post(by, "/s/wickford/settings/responders", chosen=ids)


def say_due(town, after):
    with town.world.app.app_context():
        return repeats.say_due(now() + after)


def words_of(town, kind, level="category"):
    event = rows(town.world, sa.select(Event).where(Event.kind == kind).order_by(Event.seq))[0]
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        return announcement.words(session, event, level)


def test_two_taps_and_nothing_to_type(town):
    """From the feed to the button; the shop is filled in."""
    assert 'href="/s/wickford/need-help"' in town.browsers[ASHA].get("/s/wickford/").text
    assert 'href="/s/wickford/need-help"' in town.browsers[ASHA].get("/more").text
    assert 'href="/s/wickford/need-help"' in town.browsers[ASHA].get("/s/wickford/report").text
    page = town.browsers[ASHA].get("/s/wickford/need-help")
    assert page.text.index("tel:999") < page.text.index("help-button")
    own = town.world.premises["Harper's"]
    assert f'value="{own}" selected' in page.text
    assert "Harper&#39;s, High Street, SS12 9AA" in page.text


def test_with_nobody_chosen_the_coordinators_and_the_leads_are_told(town):
    town.call()
    assert town.told("help.called") == names(BEN, LEO)


def test_the_chosen_are_told_and_nobody_else(town):
    assert choose(town, IVY, PAT).status_code == 303
    town.call()
    assert town.told("help.called") == names(IVY, PAT)


def test_colleagues_are_always_told_and_once(town):
    choose(town, LEO)
    town.call(premises="Larkmead Pharmacy")  # of Ivy and Leo
    assert town.told("help.called") == names(IVY, LEO)
    assert len(rows(town.world, sa.select(Event.seq).where(Event.kind == "help.called"))) == 2


def test_police_are_told_where_the_scheme_says_so_and_see_it_on_their_desk_always(town):
    path = town.call()
    assert "Help needed" in town.browsers[DEV].get("/desk").text
    assert path in town.browsers[DEV].get("/desk").text
    town.browsers[DEV].get(path)
    assert path not in town.browsers[OLU].get("/desk").text
    change(town.world, sa.update(Scheme).values(help_tells_police=True))
    town.call(IVY, "Larkmead Pharmacy")
    assert town.told("help.called") == names(BEN, LEO, BEN, LEO, DEV, ELLEN)


def test_no_choice_keeps_it_back_and_no_quiet_hour(town):
    """Leo wants nothing, at no hour; his scheme lets nothing ring. Ben is told of what Leo is told of."""
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        scheme = town.world.schemes["wickford"]
        session.execute(sa.update(Scheme).values(break_through=False, repeat_urgent=False))
        session.add(
            Preference(
                user_id=town.world.users[LEO.name], scheme_id=scheme, push="3" * 24, live="3" * 24, quiet=ALL_DAY,
                closed=3, metres=1,
            )
        )  # fmt: skip
    town.world.report(ASHA, in_progress=True, violence=True)
    assert LEO.name not in town.told("incident.reported")
    town.call()
    assert town.told("help.called") == names(BEN, LEO)
    assert rows(town.world, sa.select(Delivery.silent).where(Delivery.kind == "help.called")) == [False] * 2


def test_the_lock_screen_names_the_shop_never_a_person(town):
    town.call()
    words = words_of(town, "help.called")
    assert (words.title, words.body, words.urgency) == ("Help needed", "Harper's", "high")
    discreet = words_of(town, "help.called", "discreet")
    assert (discreet.title, discreet.body) == ("New alert", "Open to read it")
    assert discreet.tag == words.tag


def test_sent_twice_it_is_one_call(town):
    key = uuid.uuid4()
    first = town.call(client_id=key)
    assert town.call(client_id=key) == first
    assert town.call(client_id=key, premises="Larkmead Pharmacy") == first
    assert len(rows(town.world, sa.select(HelpCall.id))) == 1
    assert town.told("help.called") == names(BEN, LEO)
    assert town.post(ASHA, "/s/wickford/need-help", premises="").status_code == 400


@pytest.mark.parametrize("premises", ["nonsense", "Coppice Foods"])
def test_what_is_not_understood_is_where_they_work(town, premises):
    foreign = str(town.world.premises.get(premises, premises))
    answer = town.post(ASHA, "/s/wickford/need-help", client_id=str(uuid.uuid4()), premises=foreign)
    assert "Harper" in town.browsers[ASHA].get(answer.location).text


def test_somebody_comes_and_the_caller_sees_who(town):
    path = town.call()
    cursor = town.browsers[ASHA].client.get("/poll").json["cursor"]
    seen = town.browsers[BEN].get(path).text
    assert "Asha needs help" in seen
    assert town.post(BEN, f"{path}/answers", coming="yes").status_code == 303
    assert town.post(LEO, f"{path}/answers", coming="no").status_code == 303
    page = town.browsers[ASHA].get(path).text
    assert "Ben is coming" in page
    assert "Leo cannot come" in page
    assert town.told("help.answered") == names(ASHA, ASHA)
    assert set(rows(town.world, sa.select(Delivery.silent).where(Delivery.kind == "help.answered"))) <= {
        True,
        False,
    }
    assert words_of(town, "help.answered").silent, "who called may be hiding"
    assert path.rsplit("/", 1)[1] in town.browsers[ASHA].client.get(f"/poll?after={cursor}").text
    fragment = town.browsers[ASHA].client.get(path, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith("<sa-refresh")
    assert town.post(LEO, f"{path}/answers", coming="yes").status_code == 303
    assert "Leo is coming" in town.browsers[ASHA].get(path).text


def test_where_members_read_the_business_alone_no_name_is_told_to_members(town):
    change(town.world, sa.update(Scheme).values(reporter_shown="business"))
    path = town.call()
    town.post(BEN, f"{path}/answers", coming="yes")
    seen = town.browsers[LEO].get(path).text
    assert "Harper&#39;s needs help" in seen
    assert "Asha" not in seen.partition("<main")[2]
    assert "Asha needs help" in town.browsers[BEN].get(path).text
    assert "Ben is coming" not in town.browsers[ASHA].get(path).text
    assert "The coordinator is coming" in town.browsers[ASHA].get(path).text


def test_all_clear_by_the_caller_takes_it_from_every_screen(town):
    path = town.call()
    town.post(BEN, f"{path}/answers", coming="yes")
    assert path in town.browsers[LEO].get("/s/wickford/").text
    cursor = town.browsers[LEO].client.get("/poll").json["cursor"]
    assert town.post(ASHA, f"{path}/all-clear").status_code == 303
    assert town.told("help.cleared") == names(BEN, LEO)
    called, cleared = words_of(town, "help.called"), words_of(town, "help.cleared")
    assert called.title == cleared.title == "All clear", "also a phone that hears late hears what is true"
    assert called.tag == cleared.tag
    polled = town.browsers[LEO].client.get(f"/poll?after={cursor}").json["events"]
    assert f"help-{path.rsplit('/', 1)[1]}" in next(
        each["data"] for each in polled if each["event"] == "gone"
    )
    assert path not in town.browsers[LEO].get("/s/wickford/").text
    over = town.browsers[LEO].get(path).text
    assert "said by Asha" in over
    assert "/all-clear" not in over
    assert "/answers" not in over
    assert town.post(LEO, f"{path}/all-clear").status_code == 409
    assert town.post(LEO, f"{path}/answers", coming="yes").status_code == 409
    verbs = rows(town.world, sa.select(AuditRow.verb).where(AuditRow.verb.like("safety.%")))
    assert sorted(verbs) == ["safety.answer", "safety.call", "safety.clear"]


def test_a_responder_says_all_clear_and_the_caller_is_told(town):
    path = town.call(premises="Larkmead Pharmacy")  # where Asha does not work
    assert town.post(IVY, f"{path}/all-clear").status_code == 303
    assert town.told("help.cleared") == names(ASHA, BEN, LEO)
    assert "said by Ivy" in town.browsers[ASHA].get(path).text


def test_it_rings_once_more_where_nobody_comes_and_never_again(town):
    path = town.call()
    town.post(LEO, f"{path}/answers", coming="no")
    assert say_due(town, CALL_AGAIN_AFTER - timedelta(seconds=10)) == 0
    assert say_due(town, CALL_AGAIN_AFTER + timedelta(seconds=5)) == 2
    assert say_due(town, CALL_AGAIN_AFTER * 3) == 0
    assert town.told("help.repeated") == names(BEN, LEO)
    assert words_of(town, "help.repeated").title == "Reminder: help needed"


@pytest.mark.parametrize("way", ["coming", "clear"])
def test_it_rings_no_more_once_somebody_comes_or_all_is_clear(town, way):
    path = town.call()
    if way == "coming":
        town.post(LEO, f"{path}/answers", coming="yes")
    else:
        town.post(ASHA, f"{path}/all-clear")
    assert say_due(town, CALL_AGAIN_AFTER * 2) == 0
    assert town.told("help.repeated") == []


def test_who_was_not_called_finds_nothing_of_it(town):
    """Asha's colleagues, the responders and the police do; Ivy of another shop, Pat, and other towns do not."""
    cursors = {p: town.browsers[p].client.get("/poll").json["cursor"] for p in (IVY, PAT, CAROL, OLU, LEO)}
    path = town.call()
    thing = path.rsplit("/", 1)[1]
    town.post(BEN, f"{path}/answers", coming="yes")
    for person in (ASHA, BEN, LEO, DEV, ELLEN):
        assert town.browsers[person].client.get(path).status_code == 200, person.name
    assert thing in town.browsers[LEO].client.get(f"/poll?after={cursors[LEO]}").text
    for person in (IVY, PAT, CAROL, OLU):
        assert town.browsers[person].client.get(path).status_code == 404, person.name
        assert town.post(person, f"{path}/answers", coming="yes").status_code == 404
        assert town.post(person, f"{path}/all-clear").status_code == 404
        assert thing not in town.browsers[person].client.get(f"/poll?after={cursors[person]}").text
    assert thing not in town.browsers[IVY].get("/s/wickford/").text
    assert town.post(CAROL, "/s/wickford/need-help", client_id=str(uuid.uuid4())).status_code == 404
    assert town.post(DEV, "/s/wickford/need-help", client_id=str(uuid.uuid4())).status_code == 403
    for person in (SAM, FEMI):
        answer = town.world.client(person).get("/s/wickford/need-help", headers={"Accept": "text/html"})
        assert answer.status_code in (303, 404)


def test_only_the_coordinator_chooses_and_none_is_the_default_again(town):
    assert choose(town, IVY, by=LEO).status_code == 403
    assert choose(town, IVY).status_code == 303
    page = town.browsers[BEN].get("/s/wickford/settings/responders").text
    assert page.count(" checked") == 1
    change(town.world, sa.update(Membership).where(Membership.responder).values(suspended_at=now()))
    town.call()
    assert town.told("help.called") == names(BEN, LEO), "the only one chosen is shut out"
    assert choose(town).status_code == 303
