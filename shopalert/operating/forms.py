"""What an operator types: set-up, districts, schemes, people."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from shopalert.accounts import passwords
from shopalert.operating.actions import CODE, LONGEST_SLUG, SLUG
from shopalert.operating.offered import ESSEX
from shopalert.permissions import POLICE_ROLES
from shopalert.schemes.models import PUBWATCH, RETAIL
from shopalert.text import PlainText, normal, one_line

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+|[^@\s]+@localhost")


def named(label: Any, missing: Any, longest: int = 120) -> StringField:
    """A name: one line that can be shown."""
    checks = [
        InputRequired(missing),
        Length(max=longest, message=_l("Keep it under %(max)d letters.")),
        PlainText(),
    ]
    return StringField(label, checks, filters=[one_line])


class Address:
    """Validator: an e-mail address that can be kept and written to."""

    def __call__(self, form: Form, field: Field) -> None:
        typed = (field.data or "").strip()
        if len(typed) > 254 or not typed.isprintable() or not ADDRESS.fullmatch(typed):
            raise ValidationError(_l("Type an e-mail address, such as name@example.org."))


def address() -> EmailField:
    return EmailField(_l("E-mail"), [InputRequired(_l("Enter an e-mail address.")), Address()])


class OperatorForm(Form):
    """The first operator."""

    name = named(_l("Your name"), _l("Enter your name."))
    email = address()
    password = PasswordField(_l("Password"), [InputRequired(_l("Choose a password."))])

    def validate_password(self, field: Field) -> None:
        try:
            passwords.check_new(
                field.data or "", (self.name.data or "", (self.email.data or "").split("@")[0])
            )
        except passwords.Weak as weak:
            raise ValidationError(weak.reason) from None


class ForceForm(Form):
    name = named(_l("Police force"), _l("Enter the name of the police force."))


class DistrictsForm(Form):
    """Those that are offered, ticked, and others by their names."""

    offered = SelectMultipleField(_l("Districts of Essex"), choices=[SelectChoice(name) for name in ESSEX])
    others = TextAreaField(_l("Others, one a line"), [Length(max=4000), PlainText()], filters=[normal])

    @property
    def names(self) -> list[str]:
        """All that are wanted, each once."""
        typed = [" ".join(line.split()) for line in (self.others.data or "").splitlines()]
        return list(dict.fromkeys([*(self.offered.data or []), *filter(None, typed)]))

    def validate_others(self, field: Field) -> None:
        if not self.names:
            raise ValidationError(_l("Tick at least one district, or type one."))
        if any(len(name) > 120 for name in self.names):
            raise ValidationError(_l("Keep each name under 120 letters."))


class NameForm(Form):
    name = named(_l("Name"), _l("Enter a name."))


class MergeForm(Form):
    into = SelectField(_l("Into"), [InputRequired(_l("Choose another district."))])


class SchemeForm(Form):
    """A town's or centre's scheme."""

    name = named(_l("Name of the town or centre"), _l("Enter the scheme’s name."))
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter a code of two to six letters.")), PlainText()],
        filters=[one_line],
    )
    kind = RadioField(
        _l("Kind"),
        choices=[SelectChoice(RETAIL, _l("Shops")), SelectChoice(PUBWATCH, _l("Pubwatch"))],
        default=RETAIL,
    )
    district = SelectField(_l("Police district"), [InputRequired(_l("Choose a district."))])
    slug = StringField(_l("Address"), [Optional(), PlainText()], filters=[one_line])

    def validate_code(self, field: Field) -> None:
        field.data = (field.data or "").upper()
        if not CODE.fullmatch(field.data):
            raise ValidationError(_l("A code is two to six letters: WIC."))

    def validate_slug(self, field: Field) -> None:
        if not SLUG.fullmatch(field.data or "") or len(field.data) > LONGEST_SLUG:
            raise ValidationError(_l("An address is small letters, figures and hyphens: wickford-town."))


class PersonForm(Form):
    """A coordinator, or another operator."""

    name = named(_l("Name"), _l("Enter their name."))
    email = address()


class OfficerForm(PersonForm):
    rank = named(_l("Rank and number"), _l("Enter rank and number, such as PC 4417."), 60)


class Districts:
    """A role in each district: one field `district-<id>` for each that there is."""

    def __init__(self, districts: Any, sent: Any = None, held: Any = None) -> None:
        self.rows = []
        self.wanted: dict[Any, str] = {}
        for district in districts:
            name = f"district-{district.id}"
            role = (held or {}).get(district.id, "") if sent is None else sent.get(name, "")
            role = role if role in POLICE_ROLES else ""
            self.rows.append((name, district, role))
            if role:
                self.wanted[district.id] = role
