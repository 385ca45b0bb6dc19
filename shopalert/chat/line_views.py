"""One message and everything that can be done with it; and the list of what was reported to the coordinators."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, flash
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from shopalert.chat import actions, moderation
from shopalert.chat.forms import WhyForm, WordingForm
from shopalert.chat.lines import comment_line, lines
from shopalert.chat.mentions import names_for, spelt
from shopalert.chat.models import AbuseReport, Comment, CommentVersion
from shopalert.chat.seen import seen_by
from shopalert.db import db
from shopalert.incidents.models import Incident
from shopalert.incidents.views import refused, the_card
from shopalert.pages import Problem, answer_problem, not_found, page, see_other
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import the_viewer

room = Room("lines", __name__)
MOST = 200  # reports on one page


def the_comment(incident_id: uuid.UUID, comment_id: uuid.UUID) -> Comment | None:
    """The comment of an address, under the wall."""
    query = sa.select(Comment).where(Comment.id == comment_id, Comment.incident_id == incident_id)
    return db.session.scalar(query)


@room.app_errorhandler(actions.Gone)
def was_removed(_error: actions.Gone) -> Response:
    """Its page offers this no more; it was open when the message was removed."""
    return answer_problem(Problem(409, "gone_meanwhile", _("This message was removed or hidden meanwhile.")))


def back_to(comment: Comment) -> Response:
    return see_other(f"/incidents/{comment.incident_id}#{comment.dom_id}")


@room.get("/incidents/<uuid:incident_id>/comments/<uuid:comment_id>", verb="incident.read", of=the_comment)
def show(comment: Comment) -> Response:
    """The message, and what this viewer may do with it."""
    looks.note("incident.read", the_viewer(), db.session.get(Incident, comment.incident_id))
    return line_page(comment)


def line_page(comment: Comment, status: int = 200, **forms: Any) -> Response:
    """The page, with a form that came back where one did."""
    viewer, session = the_viewer(), db.session()
    line = comment_line(session, comment.id)
    incident = session.scalar(sa.select(Incident).where(Incident.id == comment.incident_id))
    if line is None or incident is None:
        not_found()
    card = the_card(incident)
    reads = can(viewer, "comment.wordings", comment)
    seen = seen_by(comment)
    mine = comment.author_id == viewer.user_id
    by = bylines(session, comment.scheme_id, seen) if mine else {}
    standing = not comment.is_gone and not card.withdrawn
    hides = can(viewer, "comment.hide", comment)
    to_judge = comment.author_id != viewer.user_id and comment.audience in moderation.REPORTABLE and not hides
    offered = {
        "edit": standing and can(viewer, "comment.edit", comment),
        "remove": not comment.removed_at and not card.withdrawn and can(viewer, "comment.remove", comment),
        "hide": standing and hides,
        "show": comment.hidden_at and not comment.removed_at and hides,
        "report": standing and to_judge and can(viewer, "comment.report", comment),
    }
    shown = {
        "wording_form": WordingForm(formdata=None, data={"text": words_of(comment)}),
        "hide_form": WhyForm(formdata=None), "report_form": WhyForm(formdata=None), **forms,
    }  # fmt: skip
    return page(
        "chat/line.html", status=status, comment=comment, line=line, incident=incident, card=card, offered=offered,
        here=session.get_one(Scheme, comment.scheme_id), wordings=wordings(comment) if reads else [],
        seen_count=len(seen), seen_by=sorted(by.values(), key=lambda one: one.who) if mine else None, **shown,
    )  # fmt: skip


def words_of(comment: Comment) -> str:
    """What it says, hidden or not, with names as this viewer reads them: as it would be typed again."""
    return spelt(
        comment.text, comment.mentions, names_for(db.session(), comment.scheme_id, [comment.mentions])
    )


def wordings(comment: Comment) -> list[Any]:
    """What it said before, oldest first; of what is hidden, what it says."""
    query = sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    found: list[Any] = list(db.session.scalars(query.order_by(CommentVersion.replaced_at, CommentVersion.id)))
    return [*found, hidden_wording(comment)] if comment.hidden_at and comment.text else found


def hidden_wording(comment: Comment) -> dict[str, Any]:
    return {
        "text": words_of(comment),
        "said_at": comment.edited_at or comment.at,
        "replaced_at": comment.hidden_at,
    }


@room.post("/incidents/<uuid:incident_id>/comments/<uuid:comment_id>", verb="comment.edit", of=the_comment)
def edit(comment: Comment) -> Response:
    """Other words."""
    form = WordingForm()
    if not form.validate():
        refused(form)
        return line_page(comment, 422, wording_form=form)
    actions.edit(the_viewer(), comment, form.text.data or "")
    return back_to(comment)


@room.post(
    "/incidents/<uuid:incident_id>/comments/<uuid:comment_id>/removal", verb="comment.remove", of=the_comment
)
def remove(comment: Comment) -> Response:
    actions.remove(the_viewer(), comment)
    return back_to(comment)


@room.post(
    "/incidents/<uuid:incident_id>/comments/<uuid:comment_id>/hiding", verb="comment.hide", of=the_comment
)
def hide(comment: Comment) -> Response:
    """Out of sight, with the reason that everybody reads."""
    form = WhyForm()
    if not form.validate():
        refused(form)
        return line_page(comment, 422, hide_form=form)
    moderation.hide(the_viewer(), comment, form.why.data or "")
    return back_to(comment)


@room.post(
    "/incidents/<uuid:incident_id>/comments/<uuid:comment_id>/restoration",
    verb="comment.hide",
    of=the_comment,
)
def restore(comment: Comment) -> Response:
    moderation.show(the_viewer(), comment)
    return back_to(comment)


@room.post(
    "/incidents/<uuid:incident_id>/comments/<uuid:comment_id>/abuse", verb="comment.report", of=the_comment
)
def report(comment: Comment) -> Response:
    """To the coordinators, who are alerted. What they cannot read they cannot judge: it is no page of theirs."""
    if comment.audience not in moderation.REPORTABLE:
        not_found()
    form = WhyForm()
    if not form.validate():
        refused(form)
        return line_page(comment, 422, report_form=form)
    moderation.report(the_viewer(), comment, form.why.data or "")
    flash(_("Sent to the coordinators. Nobody else sees that you reported it."), "ok")
    return back_to(comment)


# ---- what was reported


@dataclass(frozen=True)
class Handling:
    """A report that is to be handled, in its scheme: who is inside but no coordinator is refused, not sent away."""

    scheme: Scheme
    reported: AbuseReport | None

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.scheme.id


def the_handling(slug: str, abuse_id: uuid.UUID) -> Handling | None:
    scheme = the_scheme(slug)
    found = sa.select(AbuseReport).where(AbuseReport.id == abuse_id)
    return (
        Handling(scheme, db.session.scalar(found.where(AbuseReport.scheme_id == scheme.id)))
        if scheme
        else None
    )


@room.get("/s/<slug>/abuse", verb="abuse.handle", of=the_scheme)
def abuse(scheme: Scheme) -> Response:
    """What waits to be looked into, and what was."""
    session = db.session()
    query = sa.select(AbuseReport).where(AbuseReport.scheme_id == scheme.id)
    query = query.options(joinedload(AbuseReport.comment))
    newest = query.order_by(AbuseReport.handled_at.is_not(None), AbuseReport.id.desc()).limit(MOST)
    reports = list(session.scalars(newest))
    of = lines(session, Comment.id.in_([each.comment_id for each in reports])) if reports else []
    said = {line.id: line for line in of}
    people = {each.author_id for each in reports} | {
        each.handled_by_id for each in reports if each.handled_by_id
    }
    return page(
        "chat/abuse.html", scheme=scheme, here=scheme, reports=reports, said=said,
        by=bylines(session, scheme.id, people),
    )  # fmt: skip


@room.post("/s/<slug>/abuse/<uuid:abuse_id>/handling", verb="abuse.handle", of=the_handling)
def handle(handling: Handling) -> Response:
    """It was looked into."""
    if handling.reported is None:
        not_found()
    moderation.handle(the_viewer(), handling.reported)
    return see_other(f"/s/{handling.scheme.slug}/abuse")
