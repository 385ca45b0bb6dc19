"""What a coordinator does with a member: roles, suspension, removal, sessions; and what ends at once (SE5, SE6)."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import UserSession
from shopalert.alerts import wakes
from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery, Subscription
from shopalert.db import writing
from shopalert.mail.models import Mail
from shopalert.members.models import Acceptance, Agreement
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import AGREEMENT_GRACE, Membership
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO


@pytest.fixture
def ben(world):
    return Browser(world.client(BEN))


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def change(world, *statements):
    with world.app.app_context(), crossing("command") as session, writing(session):
        for statement in statements:
            session.execute(statement)


def membership(world, person, slug="wickford"):
    mine = sa.select(Membership.id).where(
        Membership.user_id == world.users[person.name], Membership.scheme_id == world.schemes[slug]
    )
    return rows(world, mine)[0]


def act_on(ben, world, person, what, **fields):
    return ben.post(f"/memberships/{membership(world, person)}/{what}", fields)


def alerted(world, person):
    """A device of theirs, with an alert that waits."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name], endpoint=f"https://push.example/{uuid.uuid4()}",
                origin="https://push.example",
            )
        )  # fmt: skip
    world.report(IVY, in_progress=True)
    waiting = sa.select(Delivery.state).where(Delivery.user_id == world.users[person.name])
    assert rows(world, waiting) == ["queued"]
    return waiting


def in_two_schemes(world, person):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Membership(user_id=world.users[person.name], scheme_id=world.schemes["billericay"], role="member")
        )


@pytest.mark.parametrize("what", ["suspension", "removal"])
def test_what_is_taken_ends_everything_in_the_same_breath(world, ben, what):
    incident, asha, waiting = world.report(IVY), Browser(world.client(ASHA)), alerted(world, ASHA)
    asha.get(f"/incidents/{incident}")
    assert act_on(ben, world, ASHA, what).status_code == 303
    assert asha.client.get(f"/incidents/{incident}", headers=HEADERS).location.startswith("/sign-in")
    assert rows(world, waiting) == ["gone"]
    mine = world.users[ASHA.name]
    assert rows(world, sa.select(Subscription.endpoint).where(Subscription.user_id == mine)) == [None]
    standing = sa.select(UserSession.id).where(UserSession.user_id == mine, UserSession.revoked_at.is_(None))
    assert rows(world, standing) == []
    assert "member.manage" in rows(world, sa.select(AuditRow.verb))
    told = sa.select(Mail.kind).where(Mail.user_id == mine)
    assert rows(world, told) == ["scheme.ended"]


def test_who_belongs_elsewhere_goes_on_there_and_sees_nothing_here(world, ben):
    in_two_schemes(world, ASHA)
    incident, asha = world.report(IVY), Browser(world.client(ASHA))
    asha.get(f"/incidents/{incident}")
    act_on(ben, world, ASHA, "removal")
    asha.get(f"/incidents/{incident}", status=404)
    asha.get("/s/wickford/", status=404)
    asha.get("/s/billericay/")


def test_an_open_stream_ends_with_the_membership(world, ben):
    in_two_schemes(world, ASHA)
    viewer, hub = world.viewer(ASHA), Hub()
    client = world.client(ASHA)
    with client.session_transaction():
        pass
    signed_in = sa.select(UserSession.id).where(
        UserSession.user_id == world.users[ASHA.name], UserSession.revoked_at.is_(None)
    )
    stream = Stream(viewer.user_id, rows(world, signed_in)[-1], viewer.log)
    hub.streams.add(stream)

    def check(user_id):
        with world.app.app_context():
            hub.check(user_id)

    wakes.wakes.on_revoke.append(check)
    try:
        act_on(ben, world, ASHA, "removal")
    finally:
        wakes.wakes.on_revoke.remove(check)
    assert stream.ended


def test_a_suspension_is_lifted_and_the_member_is_back(world, ben):
    act_on(ben, world, ASHA, "suspension")
    Browser(world.client(ASHA)).get("/s/wickford/", status=404)
    act_on(ben, world, ASHA, "reinstatement")
    Browser(world.client(ASHA)).get("/s/wickford/")


def test_a_changed_role_holds_from_the_next_request(world, ben):
    leo = Browser(world.client(LEO))
    leo.get("/s/wickford/invitations", status=403)
    fields = {
        "role": "coordinator",
        "premises": "",
        "employer": "",
        "call_sign": "Seven",
        "authorised_by": "",
    }
    assert ben.post(f"/memberships/{membership(world, LEO)}", fields).status_code == 303
    leo.get("/s/wickford/invitations")
    assert rows(world, sa.select(Membership.call_sign).where(Membership.id == membership(world, LEO))) == [
        "Seven"
    ]


@pytest.mark.parametrize("what", ["suspension", "removal"])
def test_the_last_coordinator_stays(world, ben, what):
    assert act_on(ben, world, BEN, what).status_code == 409
    ben.get("/s/wickford/members")
    assert ben.post("/s/wickford/departure", {}).status_code == 409


def test_a_member_leaves_by_themselves(world):
    asha = Browser(world.client(ASHA))
    asha.get("/s/wickford/membership")
    assert asha.post("/s/wickford/departure", {}).location == "/sign-in"
    gone = sa.select(Membership.removed_at).where(Membership.id == membership(world, ASHA))
    assert rows(world, gone)[0] is not None


def test_a_coordinator_ends_a_members_sessions(world, ben):
    asha = Browser(world.client(ASHA))
    asha.get("/s/wickford/")
    assert act_on(ben, world, ASHA, "sessions/end").status_code == 303
    assert asha.client.get("/s/wickford/", headers=HEADERS).status_code == 303
    Browser(world.client(ASHA)).get("/s/wickford/")  # they may sign in again


def test_nobody_but_the_coordinator_of_the_scheme_manages(world):
    of_asha = membership(world, ASHA)
    for person, status in ((IVY, 403), (LEO, 403), (DEV, 403), (CAROL, 404)):
        browser = Browser(world.client(person))
        browser.get(f"/memberships/{of_asha}", status=status)
        assert browser.post(f"/memberships/{of_asha}/removal", {}).status_code == status
    assert rows(world, sa.select(Membership.removed_at).where(Membership.id == of_asha)) == [None]


# ---- the agreement


def test_a_new_version_is_read_before_the_next_page_but_holds_up_no_report(world, ben):
    published = ben.post("/s/wickford/agreement", {"text": "Be fair, and brief.", "months": "12"})
    assert published.status_code == 303
    asha = Browser(world.client(ASHA))
    assert asha.client.get("/s/wickford/", headers=HEADERS).location == "/agree"
    gate = asha.get("/agree")
    assert "Be fair, and brief." in gate.text
    fields = {"client_id": str(uuid.uuid4()), "category": "shop_theft"}
    assert asha.post("/s/wickford/report", fields, page=gate).status_code == 303
    assert asha.post("/agree", {"scheme": str(world.schemes["wickford"])}, page=gate).location == "/"
    asha.get("/s/wickford/")
    accepted = sa.select(Acceptance.version).where(Acceptance.user_id == world.users[ASHA.name])
    assert rows(world, accepted) == [2]


def test_who_never_accepts_is_shut_out_after_the_grace_and_back_when_they_do(world, ben):
    ben.post("/s/wickford/agreement", {"text": "Be fair.", "months": "0"})
    change(
        world,
        sa.update(Membership)
        .where(Membership.id == membership(world, ASHA))
        .values(agree_by=rows(world, sa.select(Agreement.published_at))[0] - 2 * AGREEMENT_GRACE),
    )
    asha = Browser(world.client(ASHA))
    assert world.viewer(ASHA).schemes == ()
    gate = asha.get("/agree")
    asha.post("/agree", {"scheme": str(world.schemes["wickford"])}, page=gate)
    assert world.viewer(ASHA).schemes == (world.schemes["wickford"],)


def test_a_version_that_stands_never_changes(world, ben):
    ben.post("/s/wickford/agreement", {"text": "One.", "months": "12"})
    ben.post("/s/wickford/agreement", {"text": "Two.", "months": "12"})
    found = rows(world, sa.select(Agreement).order_by(Agreement.version))
    assert [(each.version, each.text) for each in found][1:] == [(2, "One."), (3, "Two.")]


def test_a_coordinator_alone_is_told_what_to_do_next(world, ben):
    assert "You are the first" not in ben.get("/s/wickford/members").text
    others = sa.select(Membership.id).where(Membership.user_id != world.users[BEN.name])
    change(world, sa.delete(Membership).where(Membership.id.in_(others)))
    page = ben.get("/s/wickford/members")
    assert "You are the first" in page.text
    assert "You are the first" not in ben.get("/s/wickford/members?q=ben").text
