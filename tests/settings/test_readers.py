"""A coordinator sees which officers opened reports of the scheme, on which day; nobody else does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from shopalert.db import writing
from shopalert.protection.models import AuditDetail, AuditRow
from shopalert.schemes.models import PoliceRole
from shopalert.settings.readers import FILES, LISTS, READS
from shopalert.wall import crossing
from tests.browse import Browser, text_of
from tests.house.routes import HTML, QUERIES, Things, routes
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO

PATH = "/s/wickford/settings/readers"


def read(world, person, *incidents):
    for incident in incidents:
        assert world.client(person).get(f"/incidents/{incident}").status_code == 200


def moved(world, person, at):
    """The reads of a person so far, as if they had been then."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(
            sa.update(AuditRow)
            .where(AuditRow.verb == "incident.read", AuditRow.actor_id == world.users[person.name])
            .values(at=at)
        )


def days(world, query=""):
    """{day: [what stands in its lines]} as the page has it."""
    tree = Browser(world.client(BEN)).get(PATH + query).tree
    return {
        text_of(section.find(".//{*}h2")): [text_of(item) for item in section.iterfind(".//{*}li")]
        for section in tree.iterfind(".//{*}section")
    }


def test_each_officer_is_named_with_the_district_and_how_many_reports(world):
    one, two = world.report(ASHA), world.report(ASHA)
    read(world, DEV, one, one, two)
    read(world, ELLEN, one)
    read(world, ASHA, one)
    ((lines),) = days(world).values()
    assert len(lines) == 2
    assert lines[0].startswith("PC Mercer") and "Basildon" in lines[0] and "2 reports" in lines[0]
    assert "1 report," in lines[1]


def test_lists_pictures_and_a_request_count_for_what_they_show(world):
    """Of each scheme that the list showed something of, and of no other."""
    incident = world.report(ASHA)
    world.report(CAROL, "billericay")
    client = world.client(DEV)
    for path in ("/desk", "/s/wickford/", "/search?q=coats", "/requests"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
        assert len(listed(world, "wickford")) <= 3
    assert [verb for verb, _ in listed(world, "wickford")] == ["desk.read", "scheme.read", "incident.found"]
    assert [verb for verb, _ in listed(world, "billericay")] == ["desk.read", "incident.found"]
    assert all(detail == {"incidents": [str(incident)]} for _, detail in listed(world, "wickford"))
    ((lines),) = days(world).values()
    assert "Basildon · lists of reports" in lines[0]
    things = Things(world, IVY, "wickford", {"incident_id": incident}, DEV)
    for rule in (
        "/requests/<uuid:request_id>",
        "/incidents/<uuid:incident_id>",
        "/files/<uuid:file_id>/original",
    ):
        assert client.get(things.path(rule)).status_code == 200
    assert client.get("/requests").status_code == 200
    assert listed(world, "wickford")[-1][0] == "request.list"
    ((lines),) = days(world).values()
    assert "1 report, 1 picture or clip, lists of reports" in lines[0]


def listed(world, slug):
    """[(verb, detail)] of what Dev was shown in lists."""
    with world.app.app_context(), crossing("seed") as session:
        rows = session.execute(
            sa.select(AuditRow.verb, AuditDetail.detail)
            .join(AuditDetail, AuditDetail.row_id == AuditRow.id)
            .where(AuditRow.scheme_id == world.schemes[slug], AuditRow.verb.in_(LISTS))
            .order_by(AuditRow.at, AuditRow.id)
        )
        return [tuple(row) for row in rows]


# How many a report reached; a page that plays a clip and has nothing of it; the small copies, noted by the page that
# lists them; a file in pieces, of which its sender alone asks.
SAYS_NOTHING = {"incidents.reach", "evidence.clip", "evidence.thumb", "uploads.standing"}
OF_A_REPORT = ("incident_id", "request_id", "comment_id", "file_id", "clip_id")


def test_whatever_an_officer_opens_of_a_report_is_in_the_record(world):
    """Every address that there is, so that a new page is asked because it exists."""
    things, client, walked = Things(world, DEV, "wickford", asker=DEV), world.client(DEV), set()
    incident, wanted = things.value("incident_id"), (*READS, *FILES)
    for method, rule, endpoint in routes(world.app):
        if method != "GET" or endpoint in SAYS_NOTHING or not any(each in rule for each in OF_A_REPORT):
            continue
        before = noted(world, wanted)
        answer = client.get(things.path(rule) + QUERIES.get(endpoint, ""), headers={"Accept": HTML})
        if answer.status_code != 200:
            assert answer.status_code in (202, 302, 303, 403, 404), f"{rule}: {answer.status_code}"
            continue
        walked.add(endpoint)
        new = noted(world, wanted) - before
        assert new, f"{rule} was opened and nothing is written down"
        assert {thing for _verb, thing in new.elements()} <= {
            incident,
            things.made.get("file_id"),
            things.made.get("clip_id"),
        }
    assert {
        "incidents.show",
        "incidents.versions",
        "outcomes.show",
        "requests.show",
        "lines.show",
        "work.on_paper",
    } <= walked
    assert len(walked) >= 10, walked


def noted(world, verbs):
    with world.app.app_context(), crossing("seed") as session:
        asked = sa.select(AuditRow.verb, AuditRow.object_id).where(
            AuditRow.verb.in_(verbs), AuditRow.actor_id == world.users[DEV.name], AuditRow.outcome == "done"
        )
        return Counter(tuple(row) for row in session.execute(asked))


def test_a_day_is_a_day_of_the_town(world):
    read(world, DEV, world.report(ASHA))
    moved(world, DEV, datetime(2026, 7, 14, 23, 30, tzinfo=UTC))  # half past midnight in summer
    assert list(days(world, "?before=2026-07-16")) == ["15 July 2026"]
    assert days(world, "?before=2026-07-15") == {}
    assert list(days(world, "?before=2026-07-22")) == ["15 July 2026"]
    assert days(world, "?before=2026-07-23") == {}


@pytest.mark.parametrize("query", ["", "?before=nonsense", "?before=9999-12-31"])
def test_without_a_day_it_is_the_last_seven(world, query):
    assert "No officer opened" in text_of(Browser(world.client(BEN)).get(PATH + query).tree)
    read(world, DEV, world.report(ASHA))
    assert len(days(world, query)) == 1


def test_what_was_read_stays_read_when_the_role_ends(world):
    read(world, DEV, world.report(ASHA))
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(PoliceRole).values(ended_at=datetime.now(UTC)))
    ((lines),) = days(world).values()
    assert "Basildon" in lines[0]


def test_another_schemes_readers_are_not_shown(world):
    read(world, DEV, world.report(CAROL, "billericay"))
    assert days(world) == {}


def test_only_the_coordinator_reads_it(world):
    answers = {
        person.name: world.client(person).get(PATH).status_code for person in (BEN, ASHA, LEO, DEV, CAROL)
    }
    assert list(answers.values()) == [200, 403, 403, 403, 404], answers
