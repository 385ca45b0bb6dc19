"""The forms of a scheme's settings: what to decide, which kinds to offer, a kind of one's own."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from shopalert.incidents.kinds import Kind
from shopalert.schemes.models import Scheme
from shopalert.settings.vocabulary import GLYPHS, HUES, SETTINGS
from shopalert.text import PlainText, one_line


class Versioned(FlaskForm):
    """What was seen when it was opened: another's change since is never overwritten unseen."""

    row_version = HiddenField()

    @property
    def version(self) -> int | None:
        text = self.row_version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class SettingsForm(Versioned):
    """One choice a setting; the fields are those of the vocabulary."""

    @classmethod
    def of(cls, scheme: Scheme) -> Any:
        """As the scheme has it now."""
        now = {setting.name: setting.of(scheme) for setting in SETTINGS}
        return cls(formdata=None, data={**now, "row_version": str(scheme.settings_version)})

    @property
    def chosen(self) -> dict[str, str]:
        return {setting.name: self[setting.name].data for setting in SETTINGS}


for _setting in SETTINGS:
    _field = RadioField(
        _l(_setting.title),
        choices=[(choice.value, choice.label) for choice in _setting.choices],
        validators=[InputRequired(_l("Choose one of the two."))],
        validate_choice=True,
    )
    setattr(SettingsForm, _setting.name, _field)


class KindsForm(Versioned):
    """Which kinds the report form offers."""

    shown = SelectMultipleField(_l("Offered in the report form"), validate_choice=True)

    def offer(self, kinds: list[Kind]) -> KindsForm:
        self.shown.choices = [(kind.code, kind.label) for kind in kinds]
        return self


class AddedForm(FlaskForm):
    """A kind of the scheme's own."""

    label = StringField(
        _l("What is it called?"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Say what it is called.")),
            Length(max=40, message=_l("Keep it under 40 letters: it stands on a tile.")),
            PlainText(),
        ],
    )
    base = SelectField(_l("What does it count as?"), validate_choice=True)
    glyph = RadioField(_l("Its picture"), choices=[(name, name) for name in GLYPHS], default="bag")
    hue = RadioField(_l("Its colour"), choices=list(HUES), default="other")

    def offer(self, kinds: list[Kind]) -> AddedForm:
        """Under which kind of the list it may stand."""
        self.kinds = kinds
        self.base.choices = [(kind.code, _(kind.label)) for kind in kinds if not kind.added]
        return self

    def validate_label(self, field: Any) -> None:
        said = (field.data or "").casefold()
        if any(said in (kind.label.casefold(), _(kind.label).casefold()) for kind in self.kinds):
            raise ValidationError(_l("There is a kind of that name already. Show it again instead."))
