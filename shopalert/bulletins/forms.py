"""The forms of bulletins: what is said to whom and until when, why it is corrected or recalled, a reply."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from shopalert.bulletins import markdown
from shopalert.bulletins.answers import Known
from shopalert.bulletins.areas import CIRCLE, PICKED, WHOLE, Area
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.publishing import Draft
from shopalert.bulletins.vocabulary import (
    COUNTERFEIT,
    EVENT,
    HOLDING,
    KINDS,
    METRES,
    MISSING,
    NOTES,
    SEVERITIES,
    TEMPLATES,
    WARNING,
)
from shopalert.db import now
from shopalert.incidents.cards import place_of
from shopalert.schemes.models import Premises
from shopalert.text import PlainText, normal, one_line
from shopalert.words import field_time, iso, parse_local

LONGEST_WARNING = timedelta(days=60)
LONGEST_SEARCH = timedelta(hours=72)
FURTHEST = timedelta(days=366)
AS_IT_IS = ("kind", "template", "title", "text", "near_only", "exercise", "row_version")
RING = ("999", "101")
PERSON = ("age", "clothes", "seen_where", "ring", "police_reference")
NOTE = ("denomination", "serial", "look_for")
SERIAL = re.compile(r"[A-Z]{1,2}[0-9]{0,10}")


def line(label: str, most: int, *validators: Any) -> StringField:
    """One line of text."""
    long = _l("Keep it under %(n)d letters.", n=most)
    return StringField(
        label, filters=[one_line], validators=[*validators, Length(max=most, message=long), PlainText()]
    )


class BulletinForm(FlaskForm):
    """One bulletin. Which of its fields stand on the page goes by its kind."""

    client_id = HiddenField()
    kind = SelectField(choices=[(code, code) for code in KINDS])
    template = SelectField(choices=["", *TEMPLATES], default="")
    to = SelectMultipleField(_l("To whom"), default=[])
    title = line(_l("Title"), 140, DataRequired(_l("Give it a title.")))
    text = TextAreaField(
        _l("What you want to say"),
        filters=[normal],
        validators=[
            DataRequired(_l("Write what people should know.")), PlainText(),
            Length(max=markdown.LONGEST, message=_l("Keep it under 12,000 letters.")),
        ],
    )  # fmt: skip
    publish_at = StringField(_l("Send it"), filters=[one_line], validators=[Optional()])
    starts_at = StringField(_l("From"), filters=[one_line])
    ends_at = StringField(_l("Until"), filters=[one_line])
    severity = RadioField(
        _l("How loud"), default="normal", choices=[(code, each.label) for code, each in SEVERITIES.items()]
    )
    where = RadioField(
        _l("Where it holds"), default=WHOLE,
        choices=[
            (WHOLE, _l("Everywhere in the scheme")), (CIRCLE, _l("Around one of the premises")),
            (PICKED, _l("Premises that I choose")),
        ],
    )  # fmt: skip
    centre = SelectField(_l("Around"), default="")
    metres = SelectField(_l("How far"), coerce=int, default=300, choices=[(each, each) for each in METRES])
    premises = SelectMultipleField(_l("Premises"), default=[])
    near_only = BooleanField(_l("Alert and pin it for these premises only"))
    denomination = RadioField(_l("Which notes"), default="20", choices=list(NOTES.items()))
    serial = line(_l("Serial numbers begin with"), 12)
    look_for = line(_l("How to tell them"), 300)
    age = line(_l("Age, about"), 40)
    clothes = line(_l("Clothes"), 200)
    seen_where = line(_l("Last seen where"), 120)
    seen_when = StringField(_l("Last seen when"), filters=[one_line], validators=[Optional()])
    ring = RadioField(_l("Whom to ring"), default="999", choices=[(each, each) for each in RING])
    police_reference = line(_l("Police reference"), 40)
    exercise = BooleanField(_l("For practice only: it did not happen"))
    why = line(_l("What was wrong"), 200)
    row_version = HiddenField()

    def __init__(
        self,
        sites: list[Premises],
        codes: dict[Any, str],
        targets: list[tuple[str, str]],
        *args: Any,
        **options: Any,
    ) -> None:
        """`codes` tell the schemes of premises apart, where they are of several."""
        super().__init__(*args, **options)
        self.sites = sites
        named = [(str(site.id), named_in(site, codes.get(site.scheme_id, ""))) for site in sites]
        self.centre.choices, self.premises.choices = [("", ""), *named], named
        self.to.choices = targets
        self.correcting: Bulletin | None = None

    # ---- what is wrong

    def validate_to(self, field: SelectMultipleField) -> None:
        if self.correcting is None and not field.data:
            raise ValidationError(_("Choose at least one scheme."))

    def validate_publish_at(self, field: StringField) -> None:
        at = moment(field)
        if at > now() + FURTHEST:
            raise ValidationError(_("That is more than a year away."))

    def validate_starts_at(self, field: StringField) -> None:
        if self.kind.data not in (WARNING, EVENT):
            return
        if not field.data:
            raise ValidationError(_("Say when it begins."))
        if moment(field) > now() + FURTHEST:
            raise ValidationError(_("That is more than a year away."))

    def validate_ends_at(self, field: StringField) -> None:
        """Of a warning it must be there: a warning that nobody ends is read by nobody."""
        if self.kind.data not in (*HOLDING, EVENT) or (self.kind.data == EVENT and not field.data):
            return
        if not field.data:
            raise ValidationError(_("Say until when it holds. It goes by itself then."))
        at = moment(field)
        begins = now()
        with suppress(ValueError, OverflowError):
            begins = max(begins, parse_local(self.starts_at.data or ""))
        if at <= begins:
            raise ValidationError(_("The end must be later than the beginning, and later than now."))
        if self.kind.data == WARNING and at > begins + LONGEST_WARNING:
            raise ValidationError(_("A warning holds for 60 days at most. What holds for longer is advice."))

        since = self.correcting.published_at if self.correcting else begins
        if self.kind.data == MISSING and at > since + LONGEST_SEARCH:
            raise ValidationError(_("Such a notice stands for 72 hours at most."))

    def validate_seen_when(self, field: StringField) -> None:
        if moment(field) > now():
            raise ValidationError(_("That has not been yet."))

    def validate_centre(self, field: SelectField) -> None:
        if self.kind.data == WARNING and self.where.data == CIRCLE and not field.data:
            raise ValidationError(_("Say around which premises."))

    def validate_premises(self, field: SelectMultipleField) -> None:
        if self.kind.data == WARNING and self.where.data == PICKED and not field.data:
            raise ValidationError(_("Choose the premises."))

    def validate_serial(self, field: StringField) -> None:
        field.data = re.sub(r"\s", "", field.data or "").upper()
        if field.data and not SERIAL.fullmatch(field.data):
            raise ValidationError(_("One or two letters, then numbers, as on the note."))

    # ---- what was understood

    def draft(self) -> Draft:
        kind, template = self.kind.data, self.template.data if self.kind.data == WARNING else ""
        timed = kind in (*HOLDING, EVENT)
        said = Draft(
            kind=kind, title=self.title.data or "", text=self.text.data or "", template=template,
            publish_at=typed(self.publish_at) if kind not in HOLDING else None,
            starts_at=typed(self.starts_at) if timed else None, ends_at=typed(self.ends_at) if timed else None,
        )  # fmt: skip
        if kind == MISSING:
            seen = {"seen_when": iso(at)} if (at := typed(self.seen_when)) else {}
            note = {**{name: self[name].data or "" for name in PERSON}, **seen}
            return replace(
                said, starts_at=None, severity="urgent", note=note, exercise=bool(self.exercise.data)
            )
        if kind != WARNING:
            return said
        area = self.area()
        note = {name: self[name].data or "" for name in NOTE} if template == COUNTERFEIT else {}
        return Draft(
            **{
                **vars(said), "severity": self.severity.data, "area": area, "note": note,
                "near_only": bool(self.near_only.data) and area.kind != WHOLE, "exercise": bool(self.exercise.data),
            }
        )  # fmt: skip

    def area(self) -> Area:
        if self.where.data == PICKED:
            return Area(PICKED, picked=tuple(sorted(self.premises.data)))
        if self.where.data == CIRCLE:
            site = next(each for each in self.sites if str(each.id) == self.centre.data)
            return Area(
                CIRCLE, metres=int(self.metres.data), centre=str(site.id), name=place_of(site.name, site.street),
                lat=site.lat, lon=site.lon,
            )  # fmt: skip
        return Area()


def named_in(site: Premises, code: str) -> str:
    """Harper's, High Street · WIC."""
    return " · ".join(part for part in (place_of(site.name, site.street), code) if part)


def moment(field: StringField) -> datetime:
    """What was typed as a moment; else the field is wrong."""
    try:
        return parse_local(field.data or "")
    except (ValueError, OverflowError):
        raise ValidationError(_("Give a day and a time, such as 2026-11-30 18:00.")) from None


def typed(field: StringField) -> datetime | None:
    return parse_local(field.data) if field.data else None


def begun(kind: str, template: str, to: list[str]) -> dict[str, Any]:
    """What a fresh form begins with."""
    at = now()
    found: dict[str, Any] = {"kind": kind, "to": to}
    if kind == WARNING:
        found |= {"starts_at": field_time(at), "ends_at": field_time(at + timedelta(days=1))}
    if kind == MISSING:
        found |= {"title": _("Missing person"), "ends_at": field_time(at + timedelta(days=1))}
    if kind == WARNING and template in TEMPLATES:
        usual = TEMPLATES[template]
        found |= {
            "template": template,
            "title": str(usual.title),
            "text": str(usual.text),
            "severity": usual.severity,
        }
    return found


def standing(row: Bulletin) -> dict[str, Any]:
    """What the form of a correction begins with: what stands."""
    area = Area.of(row.area)
    times = {"starts_at": row.starts_at, "ends_at": row.ends_at}
    times |= {"publish_at": row.published_at if row.announced_at is None and not row.holds else None}
    note = dict(row.note)
    if seen := note.get("seen_when"):
        note["seen_when"] = field_time(datetime.fromisoformat(seen))
    return {
        **{name: getattr(row, name) for name in AS_IT_IS},
        **{name: field_time(at) if at else "" for name, at in times.items()},
        **note, "severity": row.severity or "normal", "where": area.kind, "metres": area.metres or 300,
        "centre": area.centre, "premises": list(area.picked),
    }  # fmt: skip


class RecallForm(FlaskForm):
    """Why it is taken back."""

    why = line(_l("Why"), 200, DataRequired(_l("Say why, in a few words.")))


class ReplyForm(FlaskForm):
    """A few lines to the author."""

    client_id = HiddenField()
    text = TextAreaField(
        _l("Your reply"),
        filters=[normal],
        validators=[
            DataRequired(_l("Write something.")), PlainText(),
            Length(max=2000, message=_l("Keep it under 2,000 letters.")),
        ],
    )  # fmt: skip


def fresh_reply() -> ReplyForm:
    return ReplyForm(formdata=None, data={"client_id": str(uuid.uuid4())})


class AnswerForm(FlaskForm):
    """What somebody knows about an appeal, or where they saw a missing person."""

    client_id = HiddenField()
    name = line(_l("Who it is"), 120)
    seen_at = StringField(_l("When"), filters=[one_line], validators=[Optional()])
    text = TextAreaField(
        _l("What you know"),
        filters=[normal],
        validators=[PlainText(), Length(max=2000, message=_l("Keep it under 2,000 letters."))],
    )

    @classmethod
    def fresh(cls) -> AnswerForm:
        return cls(formdata=None, data={"client_id": str(uuid.uuid4())})

    def validate_text(self, field: TextAreaField) -> None:
        if not field.data and not self.name.data:
            raise ValidationError(_("Write what you know."))

    def validate_seen_at(self, field: StringField) -> None:
        if moment(field) > now():
            raise ValidationError(_("That has not been yet."))

    def known(self) -> Known:
        return Known(self.name.data or "", self.text.data or "", typed(self.seen_at))
