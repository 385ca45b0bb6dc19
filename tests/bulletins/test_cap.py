"""The feed of warnings in CAP 1.2: against the schema, for whom, and what never stands in it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree

from shopalert.bulletins.cap import WEIGHTS
from shopalert.bulletins.models import Bulletin, CapToken
from shopalert.bulletins.vocabulary import SEVERITIES, TEMPLATES
from shopalert.db import now, writing
from shopalert.schemes.models import Membership, PoliceRole
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.bulletins.conftest import WORDS
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schema" / "CAP-v1.2.xsd"))
CAP, ATOM = "{urn:oasis:names:tc:emergency:cap:1.2}", "{http://www.w3.org/2005/Atom}"
PATH = re.compile(r"/cap/([\w-]{43})/feed\.atom")


class Machine:
    """What reads the feed: no cookie, no person."""

    def __init__(self, town, token):
        self.client, self.token = town.world.app.test_client(), token

    def get(self, path="feed.atom", **headers):
        return self.client.get(f"/cap/{self.token}/{path}", headers=headers)

    def entries(self):
        answer = self.get()
        assert answer.status_code == 200 and answer.mimetype == "application/atom+xml"
        return etree.fromstring(answer.data).findall(f"{ATOM}entry")

    def messages(self):
        return [read(self.client, link.get("href")) for link in links(self.entries())]


def links(entries):
    return [entry.find(f"{ATOM}link") for entry in entries]


def read(client, url):
    """One message, which must be as the schema has it."""
    answer = client.get("/cap/" + url.split("/cap/")[1])
    assert answer.status_code == 200 and answer.mimetype == "application/cap+xml", url
    found = etree.fromstring(answer.data)
    SCHEMA.assertValid(found)
    return found


def said(message, name):
    found = message.find(f".//{CAP}{name}")
    return None if found is None else found.text


def given(town, person=BEN, slug="wickford", **fields):
    answer = town.browsers[person].post(f"/s/{slug}/cap", {"label": "CCTV room", "months": "3", **fields})
    assert answer.status_code == 201, answer.text[:500]
    return Machine(town, PATH.search(answer.text)[1])


def change(town, cls, **values):
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(cls).values(**values))


def assert_nothing(machine, path="feed.atom"):
    answer = machine.get(path)
    assert answer.status_code == 404 and answer.data == b""


# ---- what it says


def test_a_warning_its_correction_and_its_recall(town):
    machine = given(town)
    assert machine.entries() == []
    bulletin = town.warn(BEN, "wickford")
    first = machine.messages()[0]
    assert [said(first, name) for name in ("status", "msgType", "scope")] == ["Actual", "Alert", "Restricted"]
    assert "Do not publish" in said(first, "restriction") and said(first, "references") is None
    assert said(first, "headline") == WORDS and said(first, "description") == "Look at both sides."
    assert [said(first, name) for name in ("urgency", "severity", "certainty")] == list(WEIGHTS["normal"])
    assert "envelope" in said(first, "instruction") and said(first, "event") == "Counterfeit notes"
    values = dict(zip(first.itertext(f"{CAP}valueName"), first.itertext(f"{CAP}value"), strict=True))
    assert values == {"denomination": "£20", "serial": "AH42", "look_for": "Paper feels thick"}

    town.correct(BEN, bulletin, title=f"{WORDS} again", why="A letter")
    second = machine.messages()[0]
    assert said(second, "msgType") == "Update" and said(second, "headline") == f"{WORDS} again"
    earlier = ",".join(said(first, name) for name in ("sender", "identifier", "sent"))
    assert said(second, "references") == earlier
    assert (
        said(read(machine.client, f"/cap/{machine.token}/{said(first, 'identifier')}.xml"), "headline")
        == WORDS
    )

    town.do(BEN, bulletin, "recall", why="Quite wrong")
    (entry,) = machine.entries()
    (third,) = machine.messages()
    assert said(third, "msgType") == "Cancel" and third.find(f"{CAP}info") is None
    assert said(third, "references").split(" ") == [
        earlier, ",".join(said(second, name) for name in ("sender", "identifier", "sent")),
    ]  # fmt: skip
    whole = etree.tostring(entry) + etree.tostring(third)
    assert b"Quillfeather" not in whole and b"Quite wrong" not in whole
    for gone in (first, second):
        assert_nothing(machine, f"{said(gone, 'identifier')}.xml")


def test_it_is_gone_with_its_end(town):
    machine = given(town)
    town.warn(BEN, "wickford")
    (link,) = links(machine.entries())
    change(town, Bulletin, ends_at=now() - timedelta(seconds=1))
    assert machine.entries() == []
    assert_nothing(machine, link.get("href").rsplit("/", 1)[1])


@pytest.mark.parametrize("severity", SEVERITIES)
def test_how_loud_each_is(town, severity):
    machine = given(town)
    town.warn(BEN, "wickford", severity=severity)
    (message,) = machine.messages()
    assert tuple(said(message, name) for name in ("urgency", "severity", "certainty")) == WEIGHTS[severity]


@pytest.mark.parametrize("template", ["", *TEMPLATES])
def test_each_usual_warning_validates(town, template):
    machine = given(town)
    town.warn(BEN, "wickford", template=template)
    (message,) = machine.messages()
    of_people = template in ("violence", "spiking", "disorder")
    assert said(message, "category") == ("Safety" if of_people else "Security")


def test_a_circle_with_its_middle_and_its_kilometres(town):
    site = str(town.world.premises["Harper's"])
    machine = given(town)
    town.warn(BEN, "wickford", where="circle", centre=site, metres="300")
    (message,) = machine.messages()
    assert said(message, "circle") == "51.61000,0.52000 0.3" and "300 m" in said(message, "areaDesc")
    assert "Harper" in said(message, "areaDesc")


def test_practice_is_an_exercise_and_says_so_everywhere(town):
    machine = given(town)
    bulletin = town.warn(BEN, "wickford", exercise="y")
    (message,) = machine.messages()
    assert said(message, "status") == "Exercise" and said(message, "headline").startswith("EXERCISE: ")
    for path in ("/s/wickford/", "/s/wickford/bulletins", f"/bulletins/{bulletin}"):
        assert town.reads(ASHA, path, f"EXERCISE: {WORDS}"), path
    town.do(BEN, bulletin, "recall", why="Done")
    assert said(machine.messages()[0], "status") == "Exercise"


def test_odd_letters_do_no_harm(town):
    machine = given(town)
    town.warn(BEN, "wickford", title='A <b> & "c" ]]> é 𝄞', text="x < y & z\n\n- one\n- two")
    (message,) = machine.messages()
    assert (
        said(message, "headline") == 'A <b> & "c" ]]> é 𝄞'
        and said(message, "description") == "x < y & z one two"
    )


def test_who_has_it_is_told_that_nothing_changed(town):
    machine = given(town)
    town.warn(BEN, "wickford")
    (link,) = links(machine.entries())
    for path in ("feed.atom", link.get("href").rsplit("/", 1)[1]):
        mark = machine.get(path).headers["ETag"]
        again = machine.get(path, **{"If-None-Match": mark})
        assert again.status_code == 304 and again.data == b""
    mark = machine.get().headers["ETag"]
    town.warn(BEN, "wickford")
    assert machine.get(**{"If-None-Match": mark}).status_code == 200


# ---- for whom


def test_a_token_reads_the_warnings_of_its_scheme_alone(town):
    town.warn(DEV, "wickford", title="Wickford and")
    town.warn(DEV, "billericay", title="Billericay alone")
    town.advise(BEN, title="Advice to read")
    town.warn(BEN, "wickford", title="Only later", starts_at=field_time(now() + timedelta(hours=2)))
    hidden = town.warn(BEN, "wickford", title="For police alone")
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Bulletin).where(Bulletin.id == uuid.UUID(hidden)).values(audience="police"))
    machine, other = given(town), given(town, DEV, "billericay")
    titles = [entry.find(f"{ATOM}title").text for entry in machine.entries()]
    assert titles == ["Wickford and"]
    assert [entry.find(f"{ATOM}title").text for entry in other.entries()] == ["Billericay alone"]
    foreign = links(other.entries())[0].get("href").rsplit("/", 1)[1]
    assert_nothing(machine, foreign)
    assert_nothing(machine, f"{hidden}.1.xml")
    assert other.get(foreign).status_code == 200


def test_no_person_stands_in_it(town):
    machine = given(town)
    bulletin = town.warn(DEV, "wickford")
    town.do(IVY, bulletin, "replies", client_id=str(uuid.uuid4()), text="Larkspindle saw them")
    town.correct(DEV, bulletin, title=f"{WORDS} again", why="Mosswhittle")
    whole = machine.get().text + "".join(etree.tostring(each).decode() for each in machine.messages())
    assert WORDS in whole
    for person in (ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT):
        for part in (*person.name.split(), person.email, str(town.world.users[person.name])):
            assert part not in whole or part in ("PC",), part
    assert "Larkspindle" not in whole and "Mosswhittle" not in whole


def test_an_address_that_is_over_revoked_or_nobodys_opens_nothing(town):
    town.warn(BEN, "wickford")
    machine = given(town)
    (link,) = links(machine.entries())
    path = link.get("href").rsplit("/", 1)[1]
    assert machine.get(path).status_code == 200
    for token in ("x" * 43, machine.token[:-1], machine.token + "x", "x" * 500, "public"):
        assert_nothing(Machine(town, token))
        assert_nothing(Machine(town, token), path)
    change(town, CapToken, expires_at=now() - timedelta(seconds=1))
    assert_nothing(machine), assert_nothing(machine, path)
    change(town, CapToken, expires_at=now() + timedelta(days=1))
    assert machine.get().status_code == 200
    with town.world.app.app_context(), crossing("command") as session:
        row = session.scalars(sa.select(CapToken)).one()
        assert row.used_at is not None and machine.token.encode() not in row.token_hash
    assert town.browsers[CAROL].post(f"/cap/addresses/{row.id}/revocation", {}).status_code == 404
    assert town.browsers[ASHA].post(f"/cap/addresses/{row.id}/revocation", {}).status_code == 403
    assert town.browsers[DEV].post(f"/cap/addresses/{row.id}/revocation", {}).status_code == 303
    assert_nothing(machine), assert_nothing(machine, path)
    assert "Revoked" in town.browsers[BEN].get("/s/wickford/cap").text


@pytest.mark.parametrize(
    ("person", "cls", "ending"),
    [
        (BEN, Membership, {"removed_at": now()}), (BEN, Membership, {"suspended_at": now()}),
        (BEN, Membership, {"role": "member"}), (DEV, PoliceRole, {"ended_at": now()}),
    ],
)  # fmt: skip
def test_it_ends_with_its_makers_place(town, person, cls, ending):
    town.warn(BEN, "wickford")
    machine = given(town, person)
    assert len(machine.entries()) == 1
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(cls).where(cls.user_id == town.world.users[person.name]).values(**ending))
    assert_nothing(machine)


def test_who_gives_addresses_and_that_they_are_shown_once(town):
    machine = given(town)
    again = town.browsers[BEN].get("/s/wickford/cap").text
    assert "CCTV room" in again and machine.token not in again and "never read" in again
    machine.get()
    assert "last read" in town.browsers[BEN].get("/s/wickford/cap").text
    assert town.status(ASHA, "/s/wickford/cap") == 403 and town.status(CAROL, "/s/wickford/cap") == 404
    assert town.browsers[ASHA].post("/s/wickford/cap", {"label": "Mine", "months": "3"}).status_code == 403
    assert town.browsers[BEN].post("/s/wickford/cap", {"label": "", "months": "3"}).status_code == 422
    assert town.reads(BEN, "/s/wickford/bulletins", 'href="/s/wickford/cap"')
    assert not town.reads(ASHA, "/s/wickford/bulletins", "/cap")


# ---- for everybody


def test_an_officer_lets_a_warning_out(town):
    client = town.world.app.test_client()
    site = str(town.world.premises["Harper's"])
    machine = given(town)
    bulletin = town.warn(BEN, "wickford", where="circle", centre=site, metres="300")
    town.warn(BEN, "wickford", title="Stays inside")
    assert client.get("/cap/public.atom").status_code == 404
    assert town.do(BEN, bulletin, "opening", to_all="yes").status_code == 403
    assert town.do(DEV, bulletin, "opening", to_all="yes").status_code == 303
    (entry,) = etree.fromstring(client.get("/cap/public.atom").data).findall(f"{ATOM}entry")
    message = read(client, entry.find(f"{ATOM}link").get("href"))
    assert said(message, "scope") == "Public" and said(message, "restriction") is None
    assert "Harper" not in said(message, "areaDesc") and said(message, "circle")
    assert {said(each, "scope") for each in machine.messages()} == {"Public", "Restricted"}
    town.do(DEV, bulletin, "recall", why="Wrong")
    town.do(BEN, bulletin, "recall", why="Wrong")
    (entry,) = etree.fromstring(client.get("/cap/public.atom").data).findall(f"{ATOM}entry")
    assert said(read(client, entry.find(f"{ATOM}link").get("href")), "msgType") == "Cancel"
    other = town.warn(DEV, "wickford")
    town.do(DEV, other, "opening", to_all="yes")
    town.do(DEV, other, "opening", to_all="")
    assert len(etree.fromstring(client.get("/cap/public.atom").data).findall(f"{ATOM}entry")) == 1
