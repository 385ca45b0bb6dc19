"""What a coordinator does about a message: hides it with a reason, shows it again, looks into what was reported."""

from __future__ import annotations

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.chat.actions import Gone, changed, count_again, latest
from shopalert.chat.models import AbuseReport, Comment
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.evidence.actions import withhold
from shopalert.evidence.models import Attachment
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer

REPORTABLE = ("members",)  # coordinators read what they are asked to judge


@act("comment.hide")
def hide(viewer: Viewer, comment: Comment, why: str) -> None:
    """Out of everybody's sight, with the reason in its place. Raises Gone where its author was quicker."""
    latest(comment)
    the_act().about = comment
    if comment.removed_at is not None:
        raise Gone
    first = comment.hidden_at is None
    comment.hidden_at, comment.hidden_by_id, comment.hidden_why = the_act().at, viewer.user_id, why
    withhold(Attachment.comment_id == comment.id)
    if first:
        count_again(comment, -1)
    changed(comment)


@act("comment.hide")
def show(viewer: Viewer, comment: Comment) -> None:
    """Back where it stood."""
    latest(comment)
    the_act().about = comment
    the_act().details["shown"] = True
    if comment.hidden_at is None or comment.removed_at is not None:
        return
    comment.hidden_at, comment.hidden_by_id, comment.hidden_why = None, None, ""
    withhold(Attachment.comment_id == comment.id, False)
    count_again(comment, 1)
    changed(comment)


@act("comment.report")
def report(viewer: Viewer, comment: Comment, why: str) -> None:
    """Tell the coordinators; once a person and message, however often it is sent."""
    at = the_act().at
    new = insert_new(
        db.session(), AbuseReport, ["author_id", "comment_id"],
        id=uuid7(), scheme_id=comment.scheme_id, incident_id=comment.incident_id, comment_id=comment.id,
        audience="coordinators", author_id=viewer.user_id, why=why, at=at, **clocks("comment", at),
    )  # fmt: skip
    the_act().about = comment
    if new is not None:
        announce("comment.reported", comment, audience="coordinators")


@act("abuse.handle")
def handle(viewer: Viewer, reported: AbuseReport) -> None:
    """It was looked into; what was done stands in the audit log by itself."""
    the_act().about = reported
    open_ = sa.update(AbuseReport).where(AbuseReport.id == reported.id, AbuseReport.handled_at.is_(None))
    db.session.execute(
        open_.values(handled_at=the_act().at, handled_by_id=viewer.user_id),
        execution_options={"synchronize_session": False},
    )
