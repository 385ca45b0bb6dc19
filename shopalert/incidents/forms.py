"""The forms of an incident: report and edit, withdraw, seen here."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from shopalert.db import now
from shopalert.incidents import description
from shopalert.incidents.describing import (
    VALUE_LIMIT,
    GoodsForm,
    PersonForm,
    Rows,
    VehicleForm,
    a_number,
    an_amount,
    answers_form,
    goods_typed,
    pence,
    pounds,
    words,
)
from shopalert.incidents.facts import Facts, goods_value
from shopalert.incidents.kinds import Kind
from shopalert.incidents.models import Incident
from shopalert.text import PlainText, normal, one_line
from shopalert.words import field_time, parse_local

NARRATIVE_LIMIT = 5000
MOST_PEOPLE = 99


def as_uuid(text: str | None) -> uuid.UUID | None:
    """A UUID in its usual spelling, or None."""
    try:
        return uuid.UUID(text or "") if len(text or "") == 36 else None
    except ValueError:
        return None


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
    value_lost = StringField(
        _l("Value lost, in pounds"), filters=[one_line], validators=[Optional(), an_amount]
    )
    premises = SelectField(_l("Where?"), validate_choice=True, default="")
    occurred_at = StringField(_l("When?"), filters=[one_line], validators=[Optional()])

    occurred_until = StringField(_l("Until"), filters=[one_line], validators=[Optional()])
    came_to = RadioField(
        _l("What came of it?"),
        choices=[("", _l("It was done")), *((code, _l(label)) for code, label in description.CAME_TO)],
        default="",
    )
    people_count = StringField(
        _l("How many people"), filters=[one_line], validators=[Optional(), a_number(MOST_PEOPLE)]
    )
    value_recovered = StringField(
        _l("Value got back"), filters=[one_line], validators=[Optional(), an_amount]
    )
    direction = words(_l("Which way did they go?"), 200)
    words_spoken = TextAreaField(
        _l("Words spoken"),
        filters=[normal],
        validators=[Length(max=1000, message=_l("Keep it under 1,000 letters.")), PlainText()],
    )
    exercise = BooleanField(_l("This is practice"))
    flags = SelectMultipleField(choices=[(code, code) for code in description.FLAG_CODES])
    people = Rows(PersonForm, "people")
    vehicles = Rows(VehicleForm, "vehicles")
    goods = Rows(GoodsForm, "goods")

    def __init__(self, formdata: Any = _Auto, **options: Any) -> None:
        super().__init__(formdata, **options)
        auto = request.form if self.is_submitted() else None
        self.typed = (auto if formdata is _Auto else formdata) or None
        self.answered = (options.get("data") or {}).get("answers")

    # ---- what is wrong

    def validate_occurred_at(self, field: Field) -> None:
        a_moment(field)

    def validate_occurred_until(self, field: Field) -> None:
        until = a_moment(field)
        with suppress(ValueError, OverflowError):
            if until < (parse_local(self.occurred_at.data) if self.occurred_at.data else now()):
                raise StopValidation(_l("It ended before it began: look at both times."))

    def validate_goods(self, _field: Field) -> None:
        with suppress(ValueError):
            if (goods_value(self.goods.said()) or 0) > VALUE_LIMIT * 100:
                self.value_lost.errors = [_l("The goods come to more than £9,999,999.99.")]

    def validate_exercise(self, field: Field) -> None:
        if field.data and not self.may_practise:
            raise ValidationError(_l("Only coordinators and leads can report practice."))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        return self.answers.validate() and fine and not self.value_lost.errors

    @property
    def errors(self) -> dict[str | None, Any]:
        """By the name of the field that each belongs to, those of rows and answers included."""
        found: dict[str | None, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, Rows):
                found.update(field.wrong)
            elif field.errors:
                found[name] = field.errors
        return found | {field.name: field.errors for field in self.answers if field.errors}

    # ---- what the page shows

    @property
    def totals(self) -> tuple[int | None, int | None]:
        """What the goods come to as typed, and what was got back; nothing while a line is wrong."""
        try:
            goods = self.goods.said()
        except ValueError:
            return None, None
        return goods_value(goods), goods_value(goods, recovered=True)

    def opens(self, kind: str) -> bool:
        """Whether a group of rows stands open: something is wrong in it, or a row was just asked for."""
        asked = request.form.get("add", "") or request.form.get("drop", "").partition("-")[0]
        rows: Rows = self[kind]
        return bool(rows.wrong) or asked == kind or (kind == "people" and bool(self.people_count.data))

    # ---- what was understood

    @property
    def typed_time(self) -> bool:
        return bool(self.occurred_at.data)

    def facts(self, standing: Incident | None = None) -> Facts:
        """What was understood; without a time it is now.

        `standing` is the report that is edited: where the form still shows its times, they stay. The form
        has no seconds, and in the hour that October repeats it cannot say which one.
        """
        people, goods = self.people.said(), self.goods.said()
        count = max(int(self.people_count.data or 0), len(people))
        lost, recovered = pence(self.value_lost.data or ""), pence(self.value_recovered.data or "")
        kind = self.kinds[self.category.data]
        return Facts(
            category_code=kind.base,
            category_own=kind.code if kind.added else "",
            occurred_at=understood(self.occurred_at.data, standing and standing.occurred_at) or now(),
            narrative=self.narrative.data or "",
            premises_id=as_uuid(self.premises.data),
            in_progress=bool(self.in_progress.data),
            violence=bool(self.violence.data),
            weapon=bool(self.weapon.data),
            value_lost_pence=goods_value(goods) if lost is None else lost,
            occurred_until=understood(self.occurred_until.data, standing and standing.occurred_until),
            came_to=self.came_to.data or "",
            people_count=count or None,
            value_recovered_pence=goods_value(goods, recovered=True) if recovered is None else recovered,
            direction=self.direction.data or "",
            words_spoken=self.words_spoken.data or "",
            told_police=bool(self.told_police.data),
            exercise=standing.exercise if standing else bool(self.exercise.data),
            flags=self.flags_said(people),
            people=people,
            vehicles=self.vehicles.said(),
            goods=goods,
            answers={field.short_name: field.data for field in self.answers if field.data},
        )

    def flags_said(self, people: list[Any]) -> list[str]:
        """In the order of the list, with what follows: hate of a kind is hate, who may be a child is one."""
        said = set(self.flags.data or [])
        if said & {code for code, _label in description.HATE}:
            said.add("hate")
        if any(person.get("age") == description.UNDER_18 for person in people):
            said.add("child")
        return [code for code in description.FLAG_CODES if code in said]

    # ---- what the scheme and the viewer allow

    may_practise = appearance = False
    kinds: dict[str, Kind] = {}
    answers: Any = None

    def offer(
        self, kinds: list[Kind], premises: list[Any], *, appearance: bool = False, practice: bool = False
    ) -> ReportForm:
        """The choices of the scheme, and what this viewer may say."""
        self.kinds = {kind.code: kind for kind in kinds}
        self.category.choices = [(kind.code, kind.label) for kind in kinds]
        self.premises.choices = [
            ("", _l("Not at one of our premises")),
            *((str(row.id), row.name) for row in premises),
        ]
        self.may_practise, self.appearance = practice, appearance
        if self.answers is None:  # once: what is wrong with them is known by then
            chosen = self.kinds.get(self.category.data or "")
            self.answers = answers_form(chosen.base if chosen else "", self.typed, self.answered)
        if not appearance:
            for entry in self.people.entries:
                if "appearance" in entry.form:
                    del entry.form.appearance
        return self


def understood(typed: str | None, standing: datetime | None) -> datetime | None:
    """The moment that was typed; the standing one where the field still shows it."""
    if not typed:
        return None
    return standing if standing is not None and typed == field_time(standing) else parse_local(typed)


def a_moment(field: Field) -> datetime:
    """The moment in a field, or what is wrong with it."""
    try:
        at = parse_local(field.data or "")
    except (ValueError, OverflowError):
        raise ValidationError(_l("Type the date and time, such as 24/11/2026 13:42.")) from None
    if not (now() - timedelta(days=3660) < at < now() + timedelta(days=4)):
        raise ValidationError(_l("That time is too far away."))
    return at


class EditForm(ReportForm):
    """The report again, with the version it was opened at."""

    row_version = HiddenField()

    @classmethod
    def of(cls, incident: Incident) -> EditForm:
        """Filled from what stands. A value that the goods come to stands by them alone, and follows them."""
        lost, recovered = incident.value_lost_pence, incident.value_recovered_pence
        got_back = goods_value(incident.goods, recovered=True)
        return cls(
            data={
                "category": incident.category_own or incident.category_code,
                "narrative": incident.narrative, "told_police": incident.told_police,
                "in_progress": incident.in_progress, "violence": incident.violence, "weapon": incident.weapon,
                "value_lost": "" if lost == goods_value(incident.goods) else pounds(lost),
                "value_recovered": "" if recovered == got_back else pounds(recovered),
                "premises": str(incident.premises_id or ""), "occurred_at": field_time(incident.occurred_at),
                "occurred_until": field_time(incident.occurred_until) if incident.occurred_until else "",
                "came_to": incident.came_to, "people_count": str(incident.people_count or ""),
                "direction": incident.direction, "words_spoken": incident.words_spoken,
                "flags": incident.flags, "people": incident.people,
                "vehicles": incident.vehicles, "goods": [goods_typed(line) for line in incident.goods],
                "answers": incident.answers, "row_version": str(incident.row_version),
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
        filters=[one_line],
        validators=[Length(max=300, message=_l("Keep it under 300 letters.")), PlainText()],
    )
