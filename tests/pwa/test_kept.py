"""Whether what a phone keeps still stands: asked by the phone, answered under the wall."""

from __future__ import annotations

import uuid

import pytest

from shopalert.db import db, now, writing
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, IVY, OLU

WORKER = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin", "X-Requested-With": "shopalert"}


def ask(client, *incidents, headers=WORKER):
    return client.post("/sync/kept", json={"incidents": [str(each) for each in incidents]}, headers=headers)


def standing(world, person, *incidents):
    answer = ask(world.client(person), *incidents)
    assert answer.status_code == 200, answer.text
    return set(answer.json["standing"])


def test_what_one_sees_stands_and_what_others_have_is_as_what_nobody_has(world):
    mine = world.report(ASHA)
    theirs = world.report(CAROL, "billericay")
    nothing = uuid.uuid4()
    assert standing(world, IVY, mine, theirs, nothing) == {str(mine)}
    assert standing(world, CAROL, mine, theirs, nothing) == {str(theirs)}
    assert standing(world, DEV, mine, theirs, nothing) == {str(mine), str(theirs)}
    assert standing(world, OLU, mine, theirs, nothing) == set()


def test_what_was_withdrawn_stands_for_nobody_not_even_for_who_still_sees_it(world):
    incident = world.report(ASHA)
    assert standing(world, BEN, incident) == {str(incident)}
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, incident), "It was the cleaner.")
    for person in (ASHA, BEN, IVY, DEV):
        assert standing(world, person, incident) == set()


def test_a_scheme_that_allows_it_no_longer_takes_all_of_its_own_with_it(world):
    incident, other = world.report(ASHA), world.report(CAROL, "billericay")
    before = ask(world.client(DEV), incident, other).json
    assert before["schemes"] == ["billericay", "wickford"]
    switch_off(world)
    after = ask(world.client(DEV), incident, other).json
    assert (after["schemes"], after["standing"]) == (["billericay"], [str(other)])
    assert ask(world.client(IVY), incident).json["schemes"] == []


def switch_off(world, slug="wickford"):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.get_one(Scheme, world.schemes[slug]).offline_reading = False


def test_who_was_removed_from_the_scheme_keeps_nothing_of_it(world):
    incident, client = world.report(ASHA), world.client(IVY)
    assert ask(client, incident).json["standing"] == [str(incident)]
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.query(Membership).filter_by(user_id=world.users[IVY.name]).update({"removed_at": now()})
    answer = ask(client, incident)
    assert answer.status_code == 401 or (answer.json["standing"], answer.json["schemes"]) == ([], [])


def test_it_says_whose_session_it_is_and_is_refused_without_one(world):
    assert ask(world.client(IVY)).json["me"] == str(world.users[IVY.name])
    answer = ask(world.client())
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("body", [None, [], {}, {"incidents": "x"}, {"incidents": ["x"] * 1001}])
def test_what_cannot_be_read_is_refused(world, body):
    assert world.client(IVY).post("/sync/kept", json=body, headers=WORKER).status_code == 400


def test_what_is_no_id_stands_for_nothing(world):
    incident = world.report(ASHA)
    assert standing(world, IVY, incident, "x", "'; drop table incident", "0" * 36) == {str(incident)}


def test_a_foreign_page_may_not_ask(world):
    headers = {**WORKER, "Sec-Fetch-Site": "cross-site"}
    assert ask(world.client(IVY), headers=headers).status_code == 403


# ---- what the pages say


def opened(world, person, path):
    answer = world.client(person).get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def test_a_page_says_what_may_be_kept_of_it_only_where_the_scheme_allows_it(world):
    incident = world.report(ASHA)
    paths = ("/s/wickford/", f"/incidents/{incident}")
    for path in paths:
        text = opened(world, IVY, path)
        assert f'<sa-keep hidden path="{path}"' in text
        assert '<sa-contact hidden schemes="wickford">' in text
    assert "<sa-keep" not in opened(world, IVY, "/s/wickford/?before=" + str(incident))
    switch_off(world)
    for path in paths:
        text = opened(world, IVY, path)
        assert "<sa-keep" not in text
        assert '<sa-contact hidden schemes="">' in text


def test_the_desk_names_the_schemes_that_allow_it(world):
    assert 'kind="list" schemes="billericay wickford"' in opened(world, DEV, "/desk")
    switch_off(world)
    assert 'kind="list" schemes="billericay"' in opened(world, DEV, "/desk")


def test_a_withdrawn_report_is_not_kept_by_those_who_still_see_it(world):
    incident = world.report(ASHA)
    assert "<sa-keep" in opened(world, BEN, f"/incidents/{incident}")
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, incident), "It was the cleaner.")
    assert "<sa-keep" not in opened(world, BEN, f"/incidents/{incident}")


def test_the_page_of_what_is_kept_says_which_schemes_allow_it(world):
    assert "does not allow it" not in opened(world, IVY, "/kept")
    switch_off(world)
    assert "does not allow it" in opened(world, IVY, "/kept")
    assert 'href="/kept"' in opened(world, IVY, "/more")
