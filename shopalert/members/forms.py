"""The forms of joining, inviting, members and the agreement."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from shopalert.members.actions import Place
from shopalert.members.invitations import Guest
from shopalert.members.joining import Newcomer
from shopalert.members.lists import is_email
from shopalert.members.models import Invitation
from shopalert.permissions import SCHEME_ROLES
from shopalert.schemes.models import Membership, Premises
from shopalert.text import PlainText, normal, one_line

ELSEWHERE = "other"
POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}")
PERIODS = ((12, _l("Every year")), (6, _l("Every six months")), (24, _l("Every two years")), (0, _l("Never")))
ROLE_WORDS = {
    "member": _l("Member"),
    "lead": _l("Lead"),
    "coordinator": _l("Coordinator"),
    "partner": _l("Partner"),
}


def line(label: Any, *more: Any, most: int = 120) -> StringField:
    """One line of plain text."""
    return StringField(
        label, [*more, Length(max=most, message=_l("Keep this shorter.")), PlainText()], filters=[one_line]
    )


def check_email(_form: FlaskForm, field: Field) -> None:
    if not is_email(field.data or ""):
        raise ValidationError(_l("Enter an e-mail address, such as name@example.org."))


class JoinForm(FlaskForm):
    """A person joins: few fields, and those that the invitation knows are not asked again."""

    name = line(_l("Your name"), InputRequired(_l("Enter your name, as colleagues know you.")))
    email = EmailField(_l("E-mail"), [check_email], filters=[one_line])
    password = PasswordField(_l("Password"), [InputRequired(_l("Choose a password."))])
    premises = SelectField(_l("Where do you work?"), default="")
    business = line(_l("Name of the shop or pub"))
    street = line(_l("Street"))
    postcode = line(_l("Postcode"), most=10)
    employer = line(_l("Employer"))
    authorised_by = line(_l("Who at the shop or pub authorised this?"))
    agreed = BooleanField(_l("I have read the agreement and accept it"))

    @classmethod
    def of(cls, invitation: Invitation, places: list[Premises], signed_in: bool) -> JoinForm:
        """The form with the fields that are needed here."""
        form = cls(data={"name": invitation.name, "employer": invitation.employer})
        form.premises.choices = [
            ("", ""),
            *((str(place.id), place.name) for place in places),
            (ELSEWHERE, ""),
        ]
        if signed_in:
            del form.name, form.password
        if invitation.email or signed_in:
            del form.email
        if invitation.premises_id or invitation.role in ("partner", "coordinator"):
            del form.premises
        return form

    def validate_agreed(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Read the agreement and tick the box to join."))

    def validate_premises(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("Choose where you work."))

    def validate_business(self, field: Field) -> None:
        if self.adds_premises and not field.data:
            raise ValidationError(_l("Enter the name of the shop or pub."))

    def validate_postcode(self, field: Field) -> None:
        if self.adds_premises and field.data and not POSTCODE.fullmatch(field.data):
            raise ValidationError(_l("Enter a full UK postcode, such as SS12 9AA."))

    @property
    def adds_premises(self) -> bool:
        return "premises" in self and self.premises.data == ELSEWHERE

    def newcomer(self) -> Newcomer:
        chosen = self.premises.data if "premises" in self and not self.adds_premises else ""
        own = (
            (self.business.data, self.street.data, self.postcode.data) if self.adds_premises else ("", "", "")
        )
        return Newcomer(
            name=self.name.data if "name" in self else "",
            email=self.email.data if "email" in self else "",
            premises_id=uuid.UUID(chosen) if chosen else None,
            business=own[0], street=own[1], postcode=own[2].upper(),
            employer=self.employer.data, authorised_by=self.authorised_by.data,
        )  # fmt: skip


def place_field() -> SelectField:
    return SelectField(_l("Premises"), default="")


def role_field() -> SelectField:
    return SelectField(
        _l("Role"), choices=[(role, ROLE_WORDS[role]) for role in SCHEME_ROLES], default="member"
    )


def choose_from(form: Any, places: list[Premises]) -> None:
    form.premises.choices = [("", ""), *((str(place.id), place.name) for place in places)]


class InviteForm(FlaskForm):
    """One person."""

    email = EmailField(_l("E-mail"), [check_email], filters=[one_line])
    name = line(_l("Name"))
    role = role_field()
    premises = place_field()

    def guest(self) -> Guest:
        chosen = self.premises.data
        return Guest(self.email.data, self.name.data, self.role.data, uuid.UUID(chosen) if chosen else None)


class MemberForm(FlaskForm):
    """What a member is in the scheme."""

    role = role_field()
    premises = place_field()
    employer = line(_l("Employer"))
    call_sign = line(_l("Radio call sign"), most=20)
    authorised_by = line(_l("Authorised by"))

    @classmethod
    def of(cls, member: Membership, places: list[Premises]) -> MemberForm:
        stands = {name: getattr(member, name) for name in ("role", "employer", "call_sign", "authorised_by")}
        form = cls(data={**stands, "premises": str(member.premises_id or "")})
        choose_from(form, places)
        return form

    def place(self) -> Place:
        chosen = self.premises.data
        return Place(
            self.role.data, uuid.UUID(chosen) if chosen else None, self.employer.data, self.call_sign.data,
            self.authorised_by.data,
        )  # fmt: skip


class AgreementForm(FlaskForm):
    """A new version of the agreement."""

    text = TextAreaField(
        _l("The agreement"),
        [
            InputRequired(_l("Write the agreement.")),
            Length(max=20_000, message=_l("Keep it under 20,000 letters.")),
            PlainText(),
        ],
        filters=[normal],
    )
    months = SelectField(_l("Accepted again"), choices=PERIODS, coerce=int, default=12)
