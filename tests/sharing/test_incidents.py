"""A report is shown to another scheme: what its members read of it, what they do not, and that it ends everywhere."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.db import db, now
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT
from tests.sharing.conftest import WHY, WORDS

GUARDED = "Called out Ben Okoro by name"


def given(town, by=BEN, *to, **more):
    incident = town.report(**more)
    assert town.share(by, incident, *to).status_code == 303
    return incident, town.shares(incident)[to[0] if to else "billericay"]


def words(town, kind, level="category"):
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        return announcement.words(session, town.last(kind), level)


def test_it_stands_in_the_other_scheme_and_says_so_on_both_sides(town):
    before = town.cursor()
    incident, share = given(town)
    for path in ("/s/billericay/", "/s/billericay/shared", f"/shared/{share}"):
        page = town.browsers[CAROL].get(path).text
        assert WORDS in page and "Shared by Wickford until" in page, path
    assert town.reads(CAROL, f"/shared/{share}", WHY)
    page = town.browsers[ASHA].get(f"/incidents/{incident}").text
    assert "Shared with Billericay until" in page and "by Ben" in page and WHY in page
    assert "Stop sharing" not in page and "Share with other schemes" not in page
    assert "Stop sharing" in town.browsers[BEN].get(f"/incidents/{incident}").text
    arrived = [each for each in town.polls(CAROL, before) if each["event"] == "shared"]
    assert len(arrived) == 1 and WORDS in arrived[0]["data"]
    assert not [each for each in town.polls(ASHA, before) if each["event"] == "shared"]
    assert not town.reads(ASHA, "/s/wickford/", "Shared by")


def test_nothing_that_hangs_on_it_goes_with_it(town):
    incident = town.report(
        vehicles=[{"kind": "van", "registration": "AB12CDE"}],
        flags=["organised", "hate"], told_police=True,
    )  # fmt: skip
    town.world.say(IVY, uuid.UUID(incident), GUARDED)
    town.world.say(DEV, uuid.UUID(incident), f"{GUARDED} to us", "police")
    picture = town.shoot(incident)
    assert town.share(BEN, incident).status_code == 303
    share = town.shares(incident)["billericay"]
    at_home = town.browsers[BEN].get(f"/incidents/{incident}").text
    assert GUARDED in at_home and "AB12CDE" in at_home.replace(" ", "") and "Asha" in at_home
    page = town.browsers[CAROL].get(f"/shared/{share}").text
    assert WORDS in page and "Harper" in page
    for hidden in (GUARDED, "AB12", "Asha", "/incidents/", "<textarea", "Seen here", "/original"):
        assert hidden not in page, hidden
    for tier in ("thumb", "view"):
        assert town.status(CAROL, f"/shared/{share}/files/{picture}/{tier}") == 200
        assert town.status(IVY, f"/shared/{share}/files/{picture}/{tier}") == 404
    for path in (f"/files/{picture}/original", f"/files/{picture}/view", f"/incidents/{incident}"):
        assert town.status(CAROL, path) in (403, 404), path
    for path, fields in (
        (f"/incidents/{incident}/comments", {"text": "Us too"}), (f"/incidents/{incident}/sightings", {}),
        (f"/incidents/{incident}/withdrawal", {"reason": "No"}), (f"/incidents/{incident}/shares", {"to": "southend"}),
        (f"/shares/{share}/end", {}),
    ):  # fmt: skip
        assert town.browsers[CAROL].post(path, fields).status_code in (403, 404), path


def test_the_picture_of_a_child_and_one_of_a_message_are_not_shared(town):
    incident, share = given(town)
    picture = town.shoot(incident)
    assert town.status(CAROL, f"/shared/{share}/files/{picture}/thumb") == 200
    town.change(Attachment, Attachment.id == uuid.UUID(picture), restricted=True)
    assert town.status(CAROL, f"/shared/{share}/files/{picture}/thumb") == 404
    assert picture not in town.browsers[CAROL].get(f"/shared/{share}").text


def test_withdrawn_it_leaves_every_screen_and_lock_screen(town):
    incident, share = given(town)
    picture = town.shoot(incident)
    assert town.rung() == {"Carol"}
    before = town.cursor()
    assert town.end(BEN, share) == 303
    gone = [each for each in town.polls(CAROL, before) if each["event"] == "gone"]
    assert len(gone) == 1 and f"share-{share}" in str(gone)
    for path in (f"/shared/{share}", f"/shared/{share}/files/{picture}/thumb"):
        assert town.status(CAROL, path) == 404
    assert not town.reads(CAROL, "/s/billericay/") and not town.reads(CAROL, "/s/billericay/shared")
    assert not town.reads(CAROL, f"/search?q={WORDS.split()[0]}", "razors")
    assert town.rung("share.ended") == {"Carol"}
    end, first = words(town, "share.ended"), words(town, "share.made")
    assert end.silent and end.tag == f"share-{share}" == first.tag and first.title == end.title
    assert town.end(BEN, share) == 303 and town.rung("share.ended") == {"Carol"}  # said once
    assert "Shared with Billericay" not in town.browsers[BEN].get(f"/incidents/{incident}").text


def test_it_ends_by_itself_at_its_date(town):
    _incident, share = given(town)
    town.wait(days=6)
    assert town.look() == 0 and town.status(CAROL, f"/shared/{share}") == 200
    before = town.cursor()
    town.wait(days=3)
    assert town.status(CAROL, f"/shared/{share}") == 404  # before the house has looked
    assert not town.reads(CAROL, "/s/billericay/")
    assert town.look() == 1 and town.look() == 0
    assert f"share-{share}" in str(town.polls(CAROL, before))
    assert town.rung("share.ended") == {"Carol"} and (None, "billericay") in town.audit("share.end")


def test_it_ends_with_the_report(town):
    incident, share = given(town)
    before = town.cursor()
    answer = town.browsers[ASHA].post(f"/incidents/{incident}/withdrawal", {"reason": "A till error"})
    assert answer.status_code == 303
    assert f"share-{share}" in str([each for each in town.polls(CAROL, before) if each["event"] == "gone"])
    assert town.status(CAROL, f"/shared/{share}") == 404 and town.shares(incident) == {}
    assert town.share(BEN, incident).status_code == 409


def test_what_changes_is_passed_on(town):
    incident, share = given(town, BEN, in_progress=True)
    assert "Happening now" in town.browsers[CAROL].get(f"/shared/{share}").text
    before = town.cursor()
    assert town.browsers[ASHA].post(f"/incidents/{incident}/all-clear", {}).status_code == 303
    arrived = [each for each in town.polls(CAROL, before) if each["event"] == "shared"]
    assert len(arrived) == 1 and "All clear" in arrived[0]["data"]
    assert "All clear" in town.browsers[CAROL].get(f"/shared/{share}").text


@pytest.mark.parametrize(("by", "to", "status"), [
    (BEN, "billericay", 303), (BEN, "southend", 303), (DEV, "billericay", 303), (DEV, "southend", 422),
    (ELLEN, "billericay", 303), (ASHA, "billericay", 403), (LEO, "billericay", 403), (PAT, "billericay", 403),
    (CAROL, "southend", 404), (OLU, "southend", 404), (BEN, "wickford", 422), (BEN, "nowhere", 422),
])  # fmt: skip
def test_who_may_share_with_whom(town, by, to, status):
    incident = town.report()
    assert town.share(by, incident, to).status_code == status
    assert town.shares(incident).keys() == ({to} if status == 303 else set())


def test_what_is_wrong_comes_back_with_its_words(town):
    incident = town.report()
    for wrong in (
        {"reason": ""},
        {"until": "soon"},
        {"until": "2020-01-01"},
        {"until": "2999-01-01"},
        {"to": []},
    ):
        answer = town.share(BEN, incident, **wrong)
        assert answer.status_code == 422 and "Not sent yet" in answer.text, wrong
    assert town.shares(incident) == {}


def test_said_twice_it_is_shared_once(town):
    incident, share = given(town)
    assert town.share(BEN, incident, "billericay", "southend").status_code == 303
    assert town.shares(incident)["billericay"] == share and len(town.shares(incident)) == 2
    assert town.rung() == {"Carol", "Olu"}


def test_a_scheme_may_take_nothing(town):
    town.change(Scheme, Scheme.slug == "billericay", takes_shares=False)
    incident = town.report()
    assert town.share(BEN, incident).status_code == 422
    nowhere = town.share(DEV, incident)  # it was the only other one of the district
    assert nowhere.status_code == 200 and "no other scheme that takes" in nowhere.text
    assert town.shares(incident) == {}
    assert "Billericay" not in town.browsers[BEN].get(f"/incidents/{incident}/shares").text


def test_what_is_kept_from_the_police_is_kept_from_all(town):
    town.change(Scheme, Scheme.slug == "wickford", officers_see_unreported=False)
    hidden, told = town.report(), town.report(told_police=True)
    assert town.share(BEN, hidden).status_code == 409 and town.share(BEN, told).status_code == 303
    town.change(Scheme, Scheme.slug == "wickford", officers_see_unreported=True)
    assert town.share(BEN, hidden).status_code == 303
    share = town.shares(hidden)["billericay"]
    assert town.status(CAROL, f"/shared/{share}") == 200
    town.change(Scheme, Scheme.slug == "wickford", officers_see_unreported=False)
    for person in (CAROL, DEV):
        assert town.status(person, f"/shared/{share}") == 404
    with town.world.seen_as(CAROL):
        seen = db.session.scalars(sa.select(Incident.id)).all()
        assert {str(each) for each in seen} == {told}  # by the wall itself


def test_an_exercise_is_not_shared(town):
    assert town.share(BEN, town.report(exercise=True, by=BEN)).status_code == 409


def test_the_lock_screen_says_whence_and_what(town):
    given(town)
    assert words(town, "share.made").title == "Shared by Wickford: Shop theft"
    assert words(town, "share.made", "discreet").title == "New alert"
    assert WORDS not in str(words(town, "share.made")) and WHY not in str(words(town, "share.made"))


def test_who_reads_it_at_home_is_not_told_again(town):
    given(town, BEN, "billericay", "southend")
    assert town.rung() == {"Carol", "Olu"}  # Dev and Ellen have had it from Wickford


def test_somebody_who_leaves_the_scheme_reads_it_no_more(town):
    _incident, share = given(town)
    town.change(Membership, Membership.user_id == town.world.users[CAROL.name], removed_at=now())
    assert town.status(CAROL, f"/shared/{share}") == 404


def test_the_audit_knows_the_share_who_read_it_and_the_end(town):
    _incident, share = given(town)
    town.browsers[CAROL].get(f"/shared/{share}")
    town.end(DEV, share)
    assert town.audit("share.incident") == [("Ben", "wickford")] and town.audit("share.made") == [
        ("Ben", "billericay")
    ]
    assert town.audit("share.read") == [("Carol", "wickford")]
    assert town.audit("share.end") == [("Dev", "billericay")]


def test_the_form_says_what_goes_and_what_stays(town):
    incident = town.report()
    page = town.browsers[DEV].get(f"/incidents/{incident}/shares").text
    assert "Billericay" in page and "Southend" not in page and "the chat" in page
    assert "Southend" in town.browsers[BEN].get(f"/incidents/{incident}/shares").text
