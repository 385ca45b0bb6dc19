"""The forms of requests."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from shopalert.requests.actions import Asked
from shopalert.requests.vocabulary import DAYS, KINDS
from shopalert.text import PlainText, normal, one_line

LONGEST = 2000


class RequestForm(FlaskForm):
    """What is asked of whom, and by when. `to` is premises:<id> or person:<id>."""

    client_id = HiddenField()
    kind = SelectField(
        _l("What you need"), default="cctv", choices=[(code, kind.label) for code, kind in KINDS.items()]
    )
    to = SelectField(_l("Whom you ask"), validate_choice=True)
    what = TextAreaField(
        _l("What exactly"),
        filters=[normal],
        validators=[Length(max=LONGEST, message=_l("Keep it under 2,000 letters.")), PlainText()],
    )
    days = IntegerField(
        _l("By when"), default=2, validators=[AnyOf(DAYS, message=_l("Choose one of the days."))]
    )
    link = StringField(
        _l("Your force’s link for the upload"),
        filters=[one_line],
        validators=[Optional(), Length(max=500, message=_l("That link is too long.")), PlainText()],
    )

    def validate_link(self, link: StringField) -> None:
        """People are sent there: a whole, encrypted address with nobody's name before the @."""
        address = urlsplit(link.data or "")
        if address.scheme != "https" or not address.hostname or "@" in address.netloc:
            raise ValidationError(_("Give the whole address, beginning with https://"))

    def asked(self) -> Asked:
        of, _colon, id_ = str(self.to.data).partition(":")
        who = uuid.UUID(id_)
        return Asked(
            kind=self.kind.data, premises_id=who if of == "premises" else None,
            person_id=who if of == "person" else None,
            days=int(self.days.data or 0), words=self.what.data or "", link=self.link.data or "",
        )  # fmt: skip


class AnswerForm(FlaskForm):
    """An answer, for the police alone."""

    client_id = HiddenField()
    text = TextAreaField(
        _l("Your answer"),
        filters=[normal],
        validators=[Length(max=4000, message=_l("Keep it under 4,000 letters.")), PlainText()],
    )
    receipt = StringField(
        _l("Receipt of the upload"),
        filters=[one_line],
        validators=[Length(max=120, message=_l("Keep it under 120 letters.")), PlainText()],
    )


class AgainForm(FlaskForm):
    """What is still missing, and by when."""

    missing = StringField(
        _l("What is missing"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say what is still missing.")), PlainText(),
            Length(max=400, message=_l("Keep it under 400 letters.")),
        ],
    )  # fmt: skip
    days = IntegerField(
        _l("By when"), default=2, validators=[AnyOf(DAYS, message=_l("Choose one of the days."))]
    )
