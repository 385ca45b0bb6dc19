"""Coming into a scheme: the link, the one form, the coordinator's yes; and what a link that is spent says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import db, now, writing
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.members.models import Acceptance, Invitation, Joining
from shopalert.schemes.models import Membership, Premises, Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL

PASSWORD = "seven green lanterns swing"
NEW = {
    "name": "Nell Marsh", "email": "nell@example.org", "password": PASSWORD, "premises": "other",
    "business": "Marsh Books", "street": "High Street", "postcode": "ss12 9aa", "agreed": "y",
}  # fmt: skip


@pytest.fixture
def ben(world):
    return Browser(world.client(BEN))


@pytest.fixture
def stranger(world):
    return Browser(world.client())


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def change(world, statement):
    with world.app.app_context(), crossing("command") as session, writing(session):
        session.execute(statement)


def link_on(browser, answer):
    """The link as the page shows it, once, to whoever made the invitation."""
    assert answer.status_code == 303, answer.text[:500]
    return re.search(r"/join/[A-Za-z0-9_-]{43}", browser.get(answer.location).text)[0]


def open_invitation(ben):
    return link_on(ben, ben.post("/s/wickford/invitations/open", {}))


def bound(ben, email="nell@example.org", **more):
    return link_on(ben, ben.post("/s/wickford/invitations", {"email": email, "role": "member", **more}))


def use(browser, link, **fields):
    """Open the link and send the form of its page."""
    opened = browser.client.get(link, headers=HEADERS)
    assert (opened.status_code, opened.location) == (303, "/join")
    return browser.post("/join", fields, page=browser.get("/join"))


# ---- in


def test_a_stranger_comes_in_by_the_poster_and_waits_for_a_yes(world, ben, stranger):
    done = use(stranger, open_invitation(ben), **NEW)
    assert (done.status_code, done.location) == (303, "/joined")
    stranger.get("/joined")
    nell = rows(world, sa.select(User).where(User.email == "nell@example.org"))[0]
    assert rows(world, sa.select(Membership).where(Membership.user_id == nell.id)) == []
    asked = rows(world, sa.select(Joining).where(Joining.user_id == nell.id))[0]
    assert "Nell Marsh" in ben.get("/s/wickford/members").text
    ben.post(f"/joinings/{asked.id}/approval", {})
    member = rows(world, sa.select(Membership).where(Membership.user_id == nell.id))[0]
    place = rows(world, sa.select(Premises).where(Premises.id == member.premises_id))[0]
    assert (member.role, place.name, place.postcode) == ("member", "Marsh Books", "SS12 9AA")
    accepted = rows(world, sa.select(Acceptance).where(Acceptance.user_id == nell.id))
    assert [(each.version, each.scheme_id) for each in accepted] == [(1, world.schemes["wickford"])]


def test_who_waits_sees_nothing_of_the_scheme(world, ben, stranger):
    incident = world.report(ASHA)
    use(stranger, bound(ben), **{**NEW, "email": ""})
    assert stranger.get("/waiting").text.count("Wickford")
    for path in ("/s/wickford/", f"/incidents/{incident}", "/s/wickford/members", "/s/wickford/report"):
        stranger.get(path, status=404)
    assert stranger.client.get("/poll?after=x", headers={"Accept": "application/json"}).json["events"] == []


def test_without_approval_the_invited_are_in_and_signed_in_at_once(world, ben, stranger):
    change(world, sa.update(Scheme).values(approval=False))
    done = use(stranger, bound(ben), **{**NEW, "email": ""})
    assert (done.status_code, done.location) == (303, "/s/wickford/")
    assert stranger.get("/s/wickford/").answer.status_code == 200


def test_an_open_invitation_always_waits_also_without_approval(world, ben, stranger):
    change(world, sa.update(Scheme).values(approval=False))
    assert use(stranger, open_invitation(ben), **NEW).location == "/joined"
    assert rows(world, sa.select(Membership).join(User).where(User.email == NEW["email"])) == []


def test_a_member_of_another_scheme_joins_with_the_account_they_have(world, ben):
    carol = Browser(world.client(CAROL))
    change(world, sa.update(Scheme).values(approval=False))
    done = use(carol, bound(ben, CAROL.email), premises=str(world.premises["Harper's"]), agreed="y")
    assert (done.status_code, done.location) == (303, "/s/wickford/")
    carol.get("/s/wickford/")
    carol.get("/s/billericay/")


def test_the_answer_to_a_known_address_is_that_to_an_unknown_one(world, ben, stranger):
    """Nobody learns at the poster who has an account; its owner gets a letter."""
    link = open_invitation(ben)
    known = use(stranger, link, **{**NEW, "email": CAROL.email})
    unknown = use(Browser(world.client()), link, **NEW)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    letters = rows(world, sa.select(Mail).where(Mail.kind == "scheme.known"))
    assert [each.user_id for each in letters] == [world.users[CAROL.name]]


def test_coordinators_are_told_that_somebody_waits_once(world, ben, stranger):
    link = open_invitation(ben)
    for number in range(3):
        use(Browser(world.client()), link, **{**NEW, "email": f"n{number}@example.org"})
    told = rows(world, sa.select(Mail).where(Mail.kind == "scheme.waiting"))
    assert [each.user_id for each in told] == [world.users[BEN.name]]


def test_who_is_declined_is_told_and_not_in(world, ben, stranger):
    use(stranger, open_invitation(ben), **NEW)
    asked = rows(world, sa.select(Joining))[0]
    ben.post(f"/joinings/{asked.id}/refusal", {})
    assert rows(world, sa.select(Mail.kind).where(Mail.user_id == asked.user_id)) == ["scheme.declined"]
    ben.post(f"/joinings/{asked.id}/approval", {})  # the first decision stands
    assert rows(world, sa.select(Membership).where(Membership.user_id == asked.user_id)) == []


# ---- the form


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"agreed": ""}, "tick the box"),
        ({"password": "short"}, "15"),
        ({"name": ""}, "Enter your name"),
        ({"email": "nobody"}, "Enter an e-mail address"),
        ({"premises": ""}, "Choose where you work"),
        ({"business": ""}, "Enter the name of the shop"),
        ({"postcode": "12345"}, "full UK postcode"),
        ({"premises": "00000000-0000-7000-8000-000000000000"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(world, ben, stranger, wrong, said):
    typed = {**NEW, **wrong}
    answer = use(stranger, open_invitation(ben), **typed)
    assert answer.status_code == 422
    assert said in answer.text
    for name in ("name", "street", "business"):
        assert not typed[name] or typed[name] in answer.text
    assert typed["password"] not in answer.text
    assert rows(world, sa.select(Joining)) == []


def test_a_password_made_of_the_schemes_name_is_refused(world, ben, stranger):
    answer = use(stranger, open_invitation(ben), **{**NEW, "password": "wickford wickford"})
    assert answer.status_code == 422


# ---- spent links (AU6)


def spent(browser, link):
    browser.client.get(link, headers=HEADERS)
    return browser.get("/join", status=410).text


def test_used_too_old_revoked_and_unknown_are_one_page(world, ben):
    pages, links = [], [bound(ben, f"n{number}@example.org") for number in range(3)]
    used, old, revoked = links
    use(Browser(world.client()), used, **{**NEW, "email": ""})
    pages.append(spent(Browser(world.client()), used))
    change(world, sa.update(Invitation).where(Invitation.email == "n1@example.org").values(expires_at=now()))
    pages.append(spent(Browser(world.client()), old))
    row = rows(world, sa.select(Invitation.id).where(Invitation.email == "n2@example.org"))[0]
    ben.post(f"/invitations/{row}/revocation", {})
    pages.append(spent(Browser(world.client()), revoked))
    pages.append(spent(Browser(world.client()), "/join/" + "x" * 43))
    plain = {re.sub(r'(value="[^"]*"|[0-9a-f]{16})', "", page) for page in pages}
    assert len(plain) == 1


def test_opening_a_link_uses_nothing_up(world, ben, stranger):
    link = bound(ben)
    for _ in range(3):
        stranger.client.get(link, headers=HEADERS)
        stranger.get("/join")
    assert rows(world, sa.select(Invitation.uses)) == [0]


def test_two_who_use_one_link_are_one_member(world, ben):
    link, first, second = bound(ben), Browser(world.client()), Browser(world.client())
    for browser in (first, second):
        browser.client.get(link, headers=HEADERS)
    pages = [browser.get("/join") for browser in (first, second)]
    form = {**NEW, "email": ""}
    assert first.post("/join", form, page=pages[0]).status_code == 303
    assert second.post("/join", {**form, "name": "Another"}, page=pages[1]).status_code == 410
    assert len(rows(world, sa.select(Joining))) == 1


def test_the_secret_is_nowhere_in_the_database_and_the_letter_holds_it_sealed(world, ben):
    link = bound(ben)
    secret = link.removeprefix("/join/")
    with world.app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert secret not in repr(tuple(row)), table.name
        letter = rows(world, sa.select(Mail).where(Mail.kind.startswith("inv.")))[0]
        assert secret in outgoing.unseal(letter.id, letter.sealed)["text"]


def test_an_invitation_ends_after_72_hours_at_most(world, ben):
    bound(ben)
    made = rows(world, sa.select(Invitation))[0]
    assert made.expires_at - made.created_at <= timedelta(hours=72)


def test_who_tries_many_links_is_slowed(world, stranger, monkeypatch):
    from shopalert.accounts import throttle

    monkeypatch.setattr(throttle, "PER_NETWORK", 5)
    answers = []
    for number in range(7):
        stranger.client.get(f"/join/{number}{'x' * 42}", headers=HEADERS)
        answers.append(stranger.client.get("/join", headers=HEADERS).status_code)
    assert answers[:5] == [410] * 5 and answers[-1] == 429


def test_an_invitation_of_one_scheme_is_not_seen_by_anothers_coordinator(world, ben):
    bound(ben)
    row = rows(world, sa.select(Invitation.id))[0]
    carol = Browser(world.client(CAROL))
    carol.get(f"/invitations/{row}", status=404)
    assert carol.post(f"/invitations/{row}/revocation", {}).status_code == 404


# ---- many at once


LIST = """Name,E-mail,Role,Shop
Nell Marsh,nell@example.org,member,Harper's
Old,asha@example.org,member,
Bad,nobody,member,
Boss,boss@example.org,chief,
Twice,nell@example.org,member,
"""


def test_a_list_is_tried_first_and_then_sent(world, ben):
    tried = ben.post("/s/wickford/invitations/list", {"text": LIST})
    assert tried.status_code == 200
    for words in (
        "Invited.",
        "Is a member already",
        "not an e-mail address",
        "Not a role",
        "further up already",
    ):
        assert words in tried.text
    assert rows(world, sa.select(Invitation)) == []
    assert ben.post("/s/wickford/invitations/list", {"text": LIST, "confirmed": "1"}).status_code == 303
    made = rows(world, sa.select(Invitation))
    assert [(each.email, each.role) for each in made] == [("nell@example.org", "member")]
    assert made[0].premises_id == world.premises["Harper's"]
