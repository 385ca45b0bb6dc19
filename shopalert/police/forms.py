"""The forms of the police's page: their numbers, and what they ask beside the report."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import Length

from shopalert.incidents.models import Incident
from shopalert.police.models import ForPolice
from shopalert.police.numbers import clean, standing
from shopalert.police.vocabulary import CCTV, EVIDENCE, NUMBERS, SUPPORT, YES_NO
from shopalert.text import PlainText, one_line


def line(label: Any, most: int) -> StringField:
    """A line of plain text."""
    too_long = _l("Keep it under %(most)s letters.", most=most)
    return StringField(
        label, filters=[one_line], validators=[Length(max=most, message=too_long), PlainText()]
    )


def one_of(label: Any, choices: Any) -> RadioField:
    return RadioField(label, choices=[("", ""), *((code, _l(words)) for code, words in choices)], default="")


class NumbersForm(FlaskForm):
    """Three numbers. Whatever they look like, they are taken."""

    incident = line(_l("Incident number"), 40)
    crime = line(_l("Crime number"), 40)
    online = line(_l("Online report number"), 40)

    @classmethod
    def of(cls, incident: Incident) -> NumbersForm:
        return cls(formdata=None, data=standing(incident))

    def said(self, sent: Any) -> dict[str, str]:
        """Those that were sent, each in one spelling."""
        return {kind: clean(self[kind].data or "") for kind, _label in NUMBERS if kind in sent}


class DetailsForm(FlaskForm):
    """What a force asks that no report holds."""

    contact_name = line(_l("Whom can the police ask?"), 80)
    contact_number = line(_l("Their direct number"), 30)
    available = line(_l("When are they there?"), 200)
    cctv = one_of(_l("Does a camera have it?"), CCTV)
    support = one_of(_l("Would the business support a prosecution?"), SUPPORT)
    reported_elsewhere = one_of(_l("Has somebody reported it already?"), YES_NO)
    evidence = one_of(_l("Is there evidence that an officer has to secure?"), EVIDENCE)

    FIELDS = (
        "contact_name", "contact_number", "available", "cctv", "support", "reported_elsewhere", "evidence",
    )  # fmt: skip

    @classmethod
    def of(cls, beside: ForPolice | None, before: dict[str, str]) -> DetailsForm:
        """As it stands; where nothing was given yet, with what does not change from one report to the next."""
        standing = {name: getattr(beside, name) for name in cls.FIELDS} if beside else before
        return cls(formdata=None, data=standing)

    @property
    def facts(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in self.FIELDS}
