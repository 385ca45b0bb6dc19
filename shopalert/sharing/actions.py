"""What is done with shares: a thing is shown to other schemes, and that is ended.

Both schemes are touched and whoever does it sees one of them perhaps, so it is done across the wall in their name;
whether they may, and with whom, the rooms have asked before (`lookup.may_be_given`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from shopalert.alerts.outbox import Announced
from shopalert.db import Act, db, release, system_act
from shopalert.protection.audit import Note
from shopalert.protection.clocks import kept_until
from shopalert.rounds import Taken, claim
from shopalert.schemes.models import Scheme, Share
from shopalert.schemes.viewer import Viewer
from shopalert.sharing.lookup import Thing, given, kind_of, shareable
from shopalert.wall import crossing


class NotStanding(Exception):
    """It was withdrawn or is over, or its scheme keeps it from the police."""


@contextmanager
def sharing(viewer: Viewer | None, verb: str) -> Iterator[tuple[Session, Act]]:
    """One transaction about two schemes, in the name of whoever does it; or, with no viewer, of the clock."""
    release(db.session())
    with crossing("sharing") as session, system_act(verb, session) as doing:
        doing.viewer = viewer
        yield session, doing


def share(viewer: Viewer, thing: Thing, schemes: Sequence[Scheme], until: datetime, reason: str) -> int:
    """Show it to these schemes. With how many it is shared now that it was not before: said twice it is once.
    Raises NotStanding."""
    kind = kind_of(thing)
    with sharing(viewer, f"share.{kind}") as (session, doing):
        doing.about = row = session.get(type(thing), thing.id, with_for_update=True, populate_existing=True)
        if row is None or row.id not in shareable(session, [row.id], doing.at):
            raise NotStanding
        known = {each.to_scheme_id for each in given(session, row.id, doing.at)}
        new = [each for each in schemes if each.id not in known and each.id != row.scheme_id]
        for scheme in new:
            made = Share(
                kind=kind, thing_id=row.id, from_scheme_id=row.scheme_id, to_scheme_id=scheme.id,
                shared_by_id=viewer.user_id, reason=reason, shared_at=doing.at, until=until,
            )  # fmt: skip
            session.add(made)
            session.flush()
            doing.notes.append(Note("share.made", made, "done", {"of": row.id}))
            doing.announced.append(Announced("share.made", scheme.id, "members", made.id, None))
        doing.details |= {"to": sorted(scheme.code for scheme in new), "until": until.isoformat()}
        return len(new)


def end(viewer: Viewer | None, share_id: uuid.UUID, why: str = "withdrawn") -> bool:
    """It is shown there no more, from the next request on. Whether it was until now."""
    with sharing(viewer, "share.end") as (session, doing):
        return close(session, doing, share_id, why)


def close(session: Session, doing: Act, share_id: uuid.UUID, why: str) -> bool:
    """Within an action: once, whoever else ends it at the same time."""
    over = {"ended_at": doing.at, "shown_until": doing.at, "kept_until": kept_until("withdrawn", doing.at)}
    try:
        doing.about = row = claim(session, Share, share_id, over, Share.ended_at.is_(None))
    except Taken:
        return False
    doing.details |= {"why": why, "of": row.thing_id, "from": row.from_scheme_id}
    doing.announced.append(Announced("share.ended", row.to_scheme_id, "members", row.id, None))
    return True
