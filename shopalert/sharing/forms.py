"""The form of a share: with whom, why, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from shopalert.db import now
from shopalert.schemes.models import Scheme
from shopalert.text import PlainText, one_line
from shopalert.words import local, parse_local

USUAL, LONGEST = timedelta(days=7), timedelta(days=90)


class ShareForm(FlaskForm):
    """Schemes are ticked; the last day counts whole."""

    to = SelectMultipleField(_l("With whom"), default=[])
    reason = StringField(
        _l("Why"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why, in a few words: they read it.")), PlainText(),
            Length(max=200, message=_l("Keep it under 200 letters.")),
        ],
    )  # fmt: skip
    until = StringField(_l("Until"), filters=[one_line])

    def __init__(self, schemes: Sequence[Scheme], **options: object) -> None:
        super().__init__(**options)
        self.schemes = schemes
        self.to.choices = [(each.slug, each.name) for each in schemes]

    def validate_to(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one scheme."))

    def validate_until(self, field: StringField) -> None:
        try:
            at = end_of(field.data or "")
        except (ValueError, OverflowError):
            raise ValidationError(_("Give the last day, such as 2026-12-06.")) from None
        if at <= now():
            raise ValidationError(_("Choose a day that is not over."))
        if at > now() + LONGEST + timedelta(days=1):
            raise ValidationError(_("Ninety days at most. It can be shared again then."))

    @property
    def chosen(self) -> list[Scheme]:
        return [each for each in self.schemes if each.slug in (self.to.data or [])]

    @property
    def ends(self) -> datetime:
        return end_of(self.until.data or "")


def end_of(text: str) -> datetime:
    """The end of a day of the town's calendar. Raises ValueError."""
    at = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007
    return parse_local(f"{at:%Y-%m-%d}T23:59:59")


def usual_day() -> str:
    return f"{local(now() + USUAL):%Y-%m-%d}"
