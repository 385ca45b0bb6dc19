"""A bulletin is shown to another scheme: read there, corrected there too, gone with its recall, its end or its date."""

from __future__ import annotations

from datetime import timedelta

from shopalert.alerts import announcement
from shopalert.bulletins import clock as bulletins
from shopalert.bulletins.models import Bulletin
from shopalert.db import now
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.people import ASHA, BEN, CAROL, DEV, OLU
from tests.sharing.conftest import WHY, WORDS


def given(town, by=BEN, *to, **more):
    bulletin = town.advise(by, **more)
    assert town.share(by, bulletin, *to, kind="bulletins").status_code == 303
    return bulletin, town.shares(bulletin)[to[0] if to else "billericay"]


def warning(town):
    return given(
        town, kind="warning", severity="normal", starts_at=field_time(now()), where="scheme",
        ends_at=field_time(now() + timedelta(days=1)),
    )  # fmt: skip


def test_it_is_read_there_and_answered_here_alone(town):
    bulletin, share = given(town)
    page = town.browsers[CAROL].get(f"/shared/{share}").text
    assert (
        WORDS in page
        and "<strong>twice</strong>" in page
        and "Shared by Wickford until" in page
        and WHY in page
    )
    assert town.reads(CAROL, "/s/billericay/") and "Ben" not in page
    assert town.rung() == {"Carol"}
    for path in ("", "/replies", "/use", "/reading", "/readers", "/versions", "/shares", "/recall"):
        assert town.status(CAROL, f"/bulletins/{bulletin}{path}") in (403, 404, 405), path
    for path in ("/replies", "/use", "/reading", "/recall"):
        assert town.browsers[CAROL].post(f"/bulletins/{bulletin}{path}", {}).status_code in (403, 404), path
    assert not town.reads(CAROL, "/s/billericay/bulletins")
    assert "Shared with Billericay until" in town.browsers[ASHA].get(f"/bulletins/{bulletin}").text
    assert town.audit("share.bulletin") == [("Ben", "wickford")] and ("Carol", "wickford") in town.audit(
        "share.read"
    )


def test_who_is_missing_is_known_there_while_people_look(town):
    hour = timedelta(hours=1)
    facts = {"age": "About eighty", "clothes": "Larkspindle coat", "seen_where": "The market", "ring": "101"}
    bulletin, share = given(
        town, DEV, kind="missing", seen_when=field_time(now() - hour), ends_at=field_time(now() + 24 * hour), **facts
    )  # fmt: skip
    page = town.browsers[CAROL].get(f"/shared/{share}").text
    assert all(said in page for said in (WORDS, "eighty", "Larkspindle", "The market", 'href="tel:101"'))
    assert town.browsers[DEV].post(f"/bulletins/{bulletin}/all-clear", {}).status_code == 303
    assert town.status(CAROL, f"/shared/{share}") == 404 and not town.reads(CAROL, "/s/billericay/")


def test_the_lock_screen_says_its_kind(town):
    warning(town)
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        said = announcement.words(session, town.last("share.made"), "category")
    assert said.title == "Shared by Wickford: Warning" and WORDS not in str(said)


def test_its_recall_takes_it_back_there_too(town):
    bulletin, share = given(town)
    before = town.cursor()
    assert town.browsers[BEN].post(f"/bulletins/{bulletin}/recall", {"why": "Wrong town"}).status_code == 303
    assert f"share-{share}" in str([each for each in town.polls(CAROL, before) if each["event"] == "gone"])
    assert town.status(CAROL, f"/shared/{share}") == 404 and town.rung("share.ended") == {"Carol"}


def test_a_correction_arrives(town):
    bulletin, share = given(town)
    before = town.cursor()
    fields = {"kind": "advice", "title": "Quite another", "text": "So.", "row_version": "1", "why": "Typing"}
    assert town.browsers[BEN].post(f"/bulletins/{bulletin}/correction", fields).status_code == 303
    assert "Quite another" in str([each for each in town.polls(CAROL, before) if each["event"] == "shared"])
    assert town.reads(CAROL, f"/shared/{share}", "Quite another")


def test_a_warning_that_is_over_is_over_there(town):
    bulletin, share = warning(town)
    assert town.status(CAROL, f"/shared/{share}") == 200
    town.change(Bulletin, Bulletin.kind == "warning", ends_at=now() - timedelta(seconds=1))
    assert town.status(CAROL, f"/shared/{share}") == 404
    with town.world.app.app_context():
        assert bulletins.look(now()) == 1  # which says so there as well
    assert town.look() == 0 and town.rung("share.ended") == {"Carol"}
    assert town.share(BEN, bulletin, kind="bulletins").status_code == 409


def test_one_that_is_not_out_yet_is_not_shared(town):
    later = town.advise(publish_at=field_time(now() + timedelta(hours=2)))
    assert town.share(BEN, later, kind="bulletins").status_code == 409


def test_who_may(town):
    bulletin = town.advise()
    assert town.share(ASHA, bulletin, kind="bulletins").status_code == 403
    assert town.share(CAROL, bulletin, kind="bulletins").status_code == 404
    assert town.share(DEV, bulletin, "southend", kind="bulletins").status_code == 422
    assert town.share(BEN, bulletin, "southend", kind="bulletins").status_code == 303
    share = town.shares(bulletin)["southend"]
    assert town.reads(OLU, f"/shared/{share}")
    assert town.end(OLU, share) == 404 and town.end(ASHA, share) == 403 and town.end(DEV, share) == 303
