"""The forms of an incident: report and edit, withdraw, seen here."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from shopalert.db import now
from shopalert.incidents.actions import Facts
from shopalert.incidents.kinds import Kind
from shopalert.incidents.models import Incident
from shopalert.text import PlainText, normal
from shopalert.words import field_time, parse_local

NARRATIVE_LIMIT = 5000
VALUE_LIMIT = Decimal("9999999.99")


def as_uuid(text: str | None) -> uuid.UUID | None:
    """A UUID in its usual spelling, or None."""
    try:
        return uuid.UUID(text or "") if len(text or "") == 36 else None
    except ValueError:
        return None


def pence(text: str) -> int | None:
    """Pounds as typed, with or without £ and commas, as pence. Raises ValueError."""
    plain = re.sub(r"[£,\s]", "", text)
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", plain):
        raise ValueError("not an amount")
    try:
        amount = Decimal(plain)
    except InvalidOperation as wrong:  # digits of other scripts
        raise ValueError("not an amount") from wrong
    if amount > VALUE_LIMIT:
        raise ValueError("too much")
    return int(amount * 100)


class ReportForm(FlaskForm):
    """One growing form. Every field but the category may stay empty."""

    client_id = HiddenField()
    category = RadioField(
        _l("What kind?"),
        validators=[InputRequired(_l("Choose what kind of incident it is."))],
        validate_choice=True,
    )
    narrative = TextAreaField(
        _l("What happened?"),
        filters=[normal],
        validators=[Length(max=NARRATIVE_LIMIT, message=_l("Keep it under 5,000 letters.")), PlainText()],
    )
    in_progress = BooleanField(_l("Happening now"))
    violence = BooleanField(_l("Violence was used or threatened"))
    weapon = BooleanField(_l("A weapon was seen"))
    told_police = BooleanField(_l("The police know of it"))
    value_lost = StringField(_l("Value lost, in pounds"), filters=[normal], validators=[Optional()])
    premises = SelectField(_l("Where?"), validate_choice=True, default="")
    occurred_at = StringField(_l("When?"), filters=[normal], validators=[Optional()])

    def validate_value_lost(self, field: Field) -> None:
        try:
            pence(field.data or "")
        except ValueError:
            raise ValidationError(_l("Type the value in pounds, such as 340 or 12.50.")) from None

    def validate_occurred_at(self, field: Field) -> None:
        try:
            at = parse_local(field.data or "")
        except (ValueError, OverflowError):
            raise ValidationError(_l("Type the date and time, such as 24/11/2026 13:42.")) from None
        if not (now() - timedelta(days=3660) < at < now() + timedelta(days=4)):
            raise ValidationError(_l("That time is too far away."))

    @property
    def typed_time(self) -> bool:
        return bool(self.occurred_at.data)

    def facts(self, standing: datetime | None = None) -> Facts:
        """What was understood; without a time it is now.

        `standing` is the time that an edited report has: where the form still shows it, it stays. The form
        has no seconds, and in the hour that October repeats it cannot say which one.
        """
        typed = self.occurred_at.data
        if standing is not None and typed == field_time(standing):
            at = standing
        else:
            at = parse_local(typed) if typed else now()
        kind = self.kinds[self.category.data]
        return Facts(
            category_code=kind.base,
            category_own=kind.code if kind.added else "",
            told_police=bool(self.told_police.data),
            occurred_at=at,
            narrative=self.narrative.data or "",
            premises_id=as_uuid(self.premises.data),
            in_progress=bool(self.in_progress.data),
            violence=bool(self.violence.data),
            weapon=bool(self.weapon.data),
            value_lost_pence=pence(self.value_lost.data or ""),
        )

    def offer(self, kinds: list[Kind], premises: list[Any]) -> ReportForm:
        """The choices of the scheme."""
        self.kinds = {kind.code: kind for kind in kinds}
        self.category.choices = [(kind.code, kind.label) for kind in kinds]
        self.premises.choices = [
            ("", _l("Not at one of our premises")),
            *((str(row.id), row.name) for row in premises),
        ]
        return self


class EditForm(ReportForm):
    """The report again, with the version it was opened at."""

    row_version = HiddenField()

    @classmethod
    def of(cls, incident: Incident) -> EditForm:
        """Filled from what stands."""
        value = "" if incident.value_lost_pence is None else f"{incident.value_lost_pence / 100:.2f}"
        return cls(
            data={
                "category": incident.category_own or incident.category_code,
                "narrative": incident.narrative, "told_police": incident.told_police,
                "in_progress": incident.in_progress, "violence": incident.violence, "weapon": incident.weapon,
                "value_lost": value.removesuffix(".00"), "premises": str(incident.premises_id or ""),
                "occurred_at": field_time(incident.occurred_at), "row_version": str(incident.row_version),
            }
        )  # fmt: skip


class WithdrawForm(FlaskForm):
    """Why a report is taken back."""

    reason = TextAreaField(
        _l("Why?"),
        filters=[normal],
        validators=[
            InputRequired(_l("Say why, in a few words.")),
            Length(max=1000, message=_l("Keep it under 1,000 letters.")),
            PlainText(),
        ],
    )


class SightingForm(FlaskForm):
    """Seen here, now."""

    client_id = HiddenField()
    premises = SelectField(_l("Where?"), validate_choice=True, default="")
    note = StringField(
        _l("Anything to add?"),
        filters=[normal],
        validators=[Length(max=300, message=_l("Keep it under 300 letters.")), PlainText()],
    )
