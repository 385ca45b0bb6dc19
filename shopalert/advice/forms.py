"""The forms of advice: to whom with which line, what is done, what kind of premises."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from shopalert.advice.actions import Given
from shopalert.advice.vocabulary import DAYS, TRADES
from shopalert.text import PlainText, normal, one_line

LONGEST = 1000


class SendForm(FlaskForm):
    """To which business, with which line, and after how many days to ask how it went."""

    client_id = HiddenField()
    incident = HiddenField()
    to = SelectField(_l("To which business"), validate_choice=True)
    line = TextAreaField(
        _l("A line of your own"),
        filters=[normal],
        validators=[Length(max=LONGEST, message=_l("Keep it under 1,000 letters.")), PlainText()],
    )
    days = IntegerField(
        _l("Ask again"), default=14, validators=[AnyOf((0, *DAYS), message=_l("Choose one of the days."))]
    )

    def given(self, piece: str, about_id: uuid.UUID | None) -> Given:
        return Given(piece, uuid.UUID(self.to.data), self.line.data or "", about_id, int(self.days.data or 0))


class WithdrawForm(FlaskForm):
    """Why it is taken back."""

    why = StringField(
        _l("Why"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why, in a few words.")),
            Length(max=200, message=_l("Keep it under 200 letters.")),
            PlainText(),
        ],
    )


class TicksForm(FlaskForm):
    """Which steps are done."""

    done = SelectMultipleField(_l("Done"), coerce=int, validate_choice=False)


class TradeForm(FlaskForm):
    """What kind of premises one's own are."""

    trade = SelectField(_l("What are you?"), choices=[("", _l("Not said")), *TRADES.items()])
