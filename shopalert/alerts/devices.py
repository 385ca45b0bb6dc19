"""Devices that are alerted: added, moved to another person, removed, forgotten when their service says so."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import UserSession
from shopalert.accounts.sessions import on_session_end
from shopalert.alerts.deaf import hears, let_go
from shopalert.alerts.models import Delivery, Subscription
from shopalert.alerts.payload import token_hash
from shopalert.alerts.recipients import queue_test
from shopalert.alerts.wakes import wakes
from shopalert.db import Moment, act, db, insert_new, now, system_act, the_act, uuid7, writing
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

MOST = 20  # devices of one person: a fan-out that somebody makes ever longer would slow everybody's
PENDING = ("queued", "sending")


@act("device.add")
def add_device(
    viewer: Viewer, endpoint: str, origin: str, p256dh: str, auth: str, instead_of: str | None = None
) -> tuple[Subscription, bool]:
    """Alert this device, and say whether it is new. One endpoint is one person on one device: one that was
    another's, on a till or a phone handed on, is theirs no more, nor is what still waited for it.
    `instead_of` is the endpoint that the browser gave up for this one."""
    session = db.session()
    if instead_of and instead_of != endpoint:
        retire(session, [old.id for old in [find(viewer, instead_of)] if old], "replaced")
    facts = {
        "origin": origin,
        "p256dh": p256dh,
        "auth": auth,
        "session_id": viewer.session_id,
        "label": label_of(session, viewer),
    }
    fresh = {"user_id": viewer.user_id, "endpoint": endpoint, "created_at": now(), **facts}
    new = insert_new(session, Subscription, ["endpoint"], id=uuid7(), **fresh)
    device = session.scalars(sa.select(Subscription).where(Subscription.endpoint == endpoint)).one()
    if device.user_id != viewer.user_id:
        retire(session, [device.id], "moved to another person")
        new = insert_new(session, Subscription, ["endpoint"], id=uuid7(), **fresh)
        device = session.scalars(sa.select(Subscription).where(Subscription.endpoint == endpoint)).one()
    if not new:
        for name, value in facts.items():
            setattr(device, name, value)
    session.flush()
    retire(session, [each.id for each in devices_of(viewer)[MOST:]], "too many devices")
    the_act().details["device"] = str(device.id)
    return device, bool(new)


@act("device.remove")
def remove_device(viewer: Viewer, device_id: uuid.UUID) -> None:
    """Alert this device no more, if it is one of theirs."""
    session = db.session()
    mine = sa.and_(Subscription.id == device_id, Subscription.user_id == viewer.user_id)
    ids = session.scalars(sa.select(Subscription.id).where(mine)).all()
    retire(session, ids, "removed")
    let_go(session, ids)  # its service may have given it up before
    the_act().details["device"] = str(device_id)


def test_alerts(viewer: Viewer) -> int:
    """A real alert to each of one's own devices, through the same queue. To how many.

    It belongs to no scheme, so it is queued across the wall, in the viewer's name.
    """
    with crossing("deliveries") as session, system_act("alert.test", session) as doing:
        doing.viewer = viewer
        doing.details["devices"] = many = queue_test(session, viewer.user_id)
    wakes.ring()  # a test has no event that would wake the dispatcher
    return many


test_alerts.__test__ = False  # type: ignore[attr-defined]


def devices_of(viewer: Viewer) -> list[Subscription]:
    """Their devices, the newest first."""
    return devices_of_user(viewer.user_id)


def devices_of_user(user_id: uuid.UUID) -> list[Subscription]:
    statement = sa.select(Subscription).where(Subscription.user_id == user_id, Subscription.gone_at.is_(None))
    return list(db.session.scalars(statement.order_by(Subscription.created_at.desc())))


def find(viewer: Viewer, endpoint: str) -> Subscription | None:
    """Their device with this endpoint; another's does not exist for them."""
    found: Subscription | None = db.session.scalar(
        sa.select(Subscription).where(
            Subscription.endpoint == endpoint, Subscription.user_id == viewer.user_id
        )
    )
    return found


def label_of(session: Session, viewer: Viewer) -> str:
    """What the person calls it: the browser and system of the session."""
    signed_in = session.get(UserSession, viewer.session_id) if viewer.session_id else None
    return signed_in.device if signed_in else ""


def retire(session: Session, device_ids: Collection[uuid.UUID], why: str) -> None:
    """Forget devices: endpoint and keys are erased, and nothing that waits is sent to them.

    What waits is marked at once where the session sees all rows; else the dispatcher does it when it comes there.
    """
    if not device_ids:
        return
    session.execute(
        sa.update(Subscription)
        .where(Subscription.id.in_(device_ids), Subscription.gone_at.is_(None))
        .values(gone_at=now(), gone_why=why, endpoint=None, p256dh="", auth="")
        .execution_options(synchronize_session="fetch")
    )
    if session.info.get("crosses"):
        session.execute(
            sa.update(Delivery)
            .where(Delivery.subscription_id.in_(device_ids), Delivery.state.in_(PENDING))
            .values(state="gone", failure=why, lease_until=None)
            .execution_options(synchronize_session=False)
        )


# ---- in the transactions of others


def session_ended(session: Session, user_id: uuid.UUID, only: list[uuid.UUID] | None) -> None:
    """Signed out, ended from elsewhere, or suspended: those devices are alerted no more."""
    live = sa.select(Subscription.id).where(Subscription.user_id == user_id, Subscription.gone_at.is_(None))
    if only is not None:
        live = live.where(Subscription.session_id.in_(only))
    retire(session, list(session.scalars(live)), "signed out")


on_session_end.append(session_ended)


# ---- receipts


def note_receipt(token: str, *, opened: bool) -> bool:
    """A device says that it showed an alert, or that it was opened. Whether the token is one of ours.

    Once noted it stays: a receipt that comes twice, or late, or before the dispatcher has written that it was
    sent, changes nothing that is further on.
    """
    at = now()
    with crossing("deliveries") as session:
        hashed = token_hash(token)
        known = session.execute(
            sa.select(Delivery.id, Delivery.subscription_id, Delivery.shown_at, Delivery.opened_at).where(
                Delivery.token_hash == hashed
            )
        ).one_or_none()
        if known is None:
            return False
        if known.opened_at or (known.shown_at and not opened):
            return True
        noted: dict[str, Any] = {
            "state": "opened" if opened else "shown",
            "shown_at": sa.func.coalesce(Delivery.shown_at, sa.literal(at, Moment())),
            "lease_until": None,
        }
        if opened:
            noted["opened_at"] = at
        with writing(session):
            session.execute(
                sa.update(Delivery)
                .where(Delivery.id == known.id, Delivery.opened_at.is_(None))
                .where(sa.true() if opened else Delivery.shown_at.is_(None))
                .values(noted)
                .execution_options(synchronize_session=False)
            )
            hears(session, known.subscription_id, at)
    return True
