"""What can be done with a call for help: call, say whether one comes, say that all is clear."""

from __future__ import annotations

import uuid

from shopalert.alerts.outbox import announce
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.idempotency import KeyReused, hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks
from shopalert.safety.models import HelpAnswer, HelpCall
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.wall import thread_of

CALLED, ANSWERED, CLEARED = "help.called", "help.answered", "help.cleared"


class Over(Exception):
    """All is clear already."""


@act("safety.call")
def call(viewer: Viewer, scheme: Scheme, client_id: uuid.UUID, premises_id: uuid.UUID | None) -> Sent:
    """Somebody needs help; called twice with one key it is one call, wherever the second says it is."""
    session, at = db.session(), the_act().at
    sent = hash_of({"scheme": str(scheme.id), "premises": str(premises_id or "")})
    new = insert_new(
        session, HelpCall, ["author_id", "client_id"],
        id=uuid7(), scheme_id=scheme.id, author_id=viewer.user_id, client_id=client_id, sent_hash=sent,
        premises_id=premises_id, first=thread_of(premises_id or viewer.user_id), second=thread_of(scheme.id), at=at,
        **clocks("help", at),
    )  # fmt: skip
    if new is None:
        return Sent(the_first(viewer, client_id, sent), True)
    the_act().about = made = session.get_one(HelpCall, new)
    tell(CALLED, made, made.second, made.first)
    return Sent(new, False)


def the_first(viewer: Viewer, client_id: uuid.UUID, sent: bytes) -> uuid.UUID:
    """The call that stands. Nobody who needs help is told that they filled in a form otherwise."""
    try:
        return sent_before(db.session(), HelpCall, viewer.user_id, client_id, sent)
    except KeyReused as reused:
        return reused.thing_id


def tell(kind: str, call: HelpCall, *audiences: str) -> None:
    """Each audience by an event of its own; one that is two of them is told once."""
    for audience in dict.fromkeys(audiences):
        announce(kind, call, audience=audience)


@act("safety.answer")
def answer(viewer: Viewer, call: HelpCall, coming: bool) -> None:
    """I am coming, or I cannot; what was said last counts. Raises Over."""
    session, at = db.session(), the_act().at
    call = take(call)
    values = {"coming": coming, "at": at}
    new = insert_new(
        session, HelpAnswer, ["author_id", "call_id"],
        id=uuid7(), scheme_id=call.scheme_id, author_id=viewer.user_id, call_id=call.id, first=call.first,
        second=call.second, **values, **clocks("help", at),
    )  # fmt: skip
    if new is None:
        of = {"author_id": viewer.user_id, "call_id": call.id}
        row = session.query(HelpAnswer).filter_by(**of).one()
        row.coming, row.at = coming, at
    the_act().details["coming"] = coming
    tell(ANSWERED, call, call.caller, call.second, call.first)


@act("safety.clear")
def clear(viewer: Viewer, call: HelpCall) -> None:
    """All is clear: said by who called or by anybody who was called. Raises Over."""
    call = take(call)
    call.cleared_at, call.cleared_by_id = the_act().at, viewer.user_id
    tell(CLEARED, call, call.caller, call.second, call.first)


def take(call: HelpCall) -> HelpCall:
    """The call as it stands in this transaction, for changing. Raises Over."""
    fresh = db.session.get_one(HelpCall, call.id, with_for_update=True, populate_existing=True)
    the_act().about = fresh
    if fresh.cleared_at is not None:
        raise Over
    return fresh
