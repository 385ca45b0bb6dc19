"""The form of a step: what happened, when, when the shop was told, and what is to be said beside it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from shopalert.db import now
from shopalert.incidents.models import Incident
from shopalert.outcomes.actions import Said
from shopalert.outcomes.vocabulary import STATION
from shopalert.outcomes.working_days import day_of
from shopalert.text import PlainText, normal, one_line


def words(label: Any, most: int) -> TextAreaField:
    too_long = _l("Keep it under %(most)s letters.", most=most)
    return TextAreaField(
        label, filters=[normal], validators=[Length(max=most, message=too_long), PlainText()]
    )


class StepForm(FlaskForm):
    """One step of the police, or of a court."""

    client_id = HiddenField()
    code = SelectField(
        _l("What happened?"),
        choices=[("", ""), *((one.code, one.label) for one in STATION.values())],
        validators=[InputRequired(_l("Choose what happened."))],
    )
    happened_on = StringField(_l("On which day?"), filters=[one_line])
    told_on = StringField(_l("When was the shop told?"), filters=[one_line])
    note = words(_l("To be read by everybody"), 1000)
    sentence = words(_l("Sentence and order"), 1000)
    for_police = words(_l("For police only"), 2000)

    @classmethod
    def fresh(cls) -> StepForm:
        """For today: that is when most things are told."""
        today = day_of(now()).isoformat()
        data = {"client_id": str(uuid.uuid4()), "happened_on": today, "told_on": today}
        return cls(formdata=None, data=data)

    def about(self, incident: Incident) -> StepForm:
        """Of which incident: nothing became of it before it happened."""
        self.began = day_of(incident.occurred_at)
        return self

    began: date | None = None

    def validate_happened_on(self, field: Field) -> None:
        day = a_day(field)
        if self.began is not None and day < self.began:
            raise ValidationError(_l("That is before it happened."))

    def validate_told_on(self, field: Field) -> None:
        day = a_day(field)
        try:
            happened = a_day(self.happened_on)
        except ValidationError:
            return
        if day < happened:
            raise ValidationError(_l("Nobody was told of it before it happened: look at both days."))

    def validate_sentence(self, field: Field) -> None:
        station = STATION.get(self.code.data or "")
        if field.data and station is not None and station.kind != "court":
            raise ValidationError(_l("Only a court passes a sentence: choose what it decided."))

    @property
    def said(self) -> Said:
        return Said(
            code=self.code.data, happened_on=a_day(self.happened_on), told_on=a_day(self.told_on),
            note=self.note.data or "", sentence=self.sentence.data or "",
            for_police=(self.for_police.data or "") if "for_police" in self else "",
        )  # fmt: skip


def a_day(field: Field) -> date:
    """The day in a field, today where it is empty, or what is wrong with it."""
    today = day_of(now())
    if not field.data:
        return today
    try:
        day = date.fromisoformat(field.data)
    except ValueError:
        raise ValidationError(_l("Type the day, such as 24/11/2026.")) from None
    if day > today:
        raise ValidationError(_l("That day is still to come."))
    return day
