"""The rows of a report's form: one person, one vehicle, one line of goods; and the questions of a kind.

Each row says what was understood with `said()`: only what was filled in, by its codes. A row left empty is no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from shopalert.incidents import description
from shopalert.incidents.description import Choices
from shopalert.incidents.facts import Row
from shopalert.incidents.questions import QUESTIONS
from shopalert.text import PlainText, one_line

VALUE_LIMIT = Decimal("9999999.99")
MOST_OF_ONE_LINE = 9999
MOST_ROWS = {"people": 10, "vehicles": 5, "goods": 30}


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


def pounds(amount: int | None) -> str:
    """Pence as they stand in a field: 340, 12.50."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}".removesuffix(".00")


def an_amount(_form: Any, field: Field) -> None:
    """Validator: pounds."""
    try:
        pence(field.data or "")
    except ValueError:
        raise ValidationError(_l("Type the value in pounds, such as 340 or 12.50.")) from None


def a_number(most: int) -> Any:
    """Validator: a whole number from 1 to `most`."""

    def check(_form: Any, field: Field) -> None:
        if field.data and not (re.fullmatch(r"[0-9]{1,6}", field.data) and 1 <= int(field.data) <= most):
            raise ValidationError(_l("Type a whole number from 1 to %(most)s.", most=f"{most:,}"))

    return check


def words(label: Any, limit: int) -> StringField:
    """A line of text."""
    return StringField(
        label,
        filters=[one_line],
        validators=[Length(max=limit, message=_l("Keep it under %(n)s letters.", n=limit)), PlainText()],
    )


def choice(label: Any, choices: Choices) -> SelectField:
    """One code of a list, or none."""
    return SelectField(
        label, choices=[("", "–"), *((code, _l(words)) for code, words in choices)], default=""
    )


def filled(form: Form, names: tuple[str, ...]) -> Row:
    """The fields that were filled in."""
    return {name: form[name].data for name in names if name in form and form[name].data}


class PersonForm(Form):
    """Ten points of one person."""

    sex = choice(_l("Sex"), description.SEX)
    age = choice(_l("Age"), description.AGE)
    height = choice(_l("Height"), description.HEIGHT)
    build = choice(_l("Build"), description.BUILD)
    complexion = choice(_l("Complexion"), description.COMPLEXION)
    hair = words(_l("Hair"), 120)
    clothing = words(_l("Clothing"), 300)
    marks = words(_l("Marks"), 300)
    carrying = words(_l("Carrying"), 200)
    appearance = choice(_l("Appearance"), description.APPEARANCE)

    def said(self) -> Row:
        return filled(self, POINTS)


POINTS = (
    "sex",
    "age",
    "height",
    "build",
    "complexion",
    "hair",
    "clothing",
    "marks",
    "carrying",
    "appearance",
)
VEHICLE = ("type", "colour", "make", "model", "registration", "marks")


class VehicleForm(Form):
    """One vehicle."""

    registration = words(_l("Registration"), 15)
    type = choice(_l("Type"), description.VEHICLE)
    colour = words(_l("Colour"), 40)
    make = words(_l("Make"), 60)
    model = words(_l("Model"), 60)
    marks = words(_l("Marks"), 200)

    def said(self) -> Row:
        row = filled(self, VEHICLE)
        if plate := re.sub(r"[\s.-]", "", row.pop("registration", "").upper()):
            row["registration"] = plate
        return row


class GoodsForm(Form):
    """One line of goods: what, how many, what each costs, and whether it was got back."""

    what = words(_l("What"), 200)
    count = StringField(
        _l("How many"), filters=[one_line], validators=[Optional(), a_number(MOST_OF_ONE_LINE)]
    )
    each = StringField(_l("£ each"), filters=[one_line], validators=[Optional(), an_amount])
    recovered = BooleanField(_l("Got back"))

    def said(self) -> Row:
        what, count, each = self.what.data, self.count.data, pence(self.each.data or "")
        if not what and not count and each is None:
            return {}
        row: Row = {"what": what or "", "count": int(count or 1)}
        if each is not None:
            row["each_pence"] = each
        if self.recovered.data:
            row["recovered"] = True
        return row


def goods_typed(line: Row) -> Row:
    """A line of goods as it stands in the form."""
    return {
        "what": line.get("what", ""), "count": str(line.get("count", "")),
        "each": pounds(line.get("each_pence")), "recovered": line.get("recovered", False),
    }  # fmt: skip


class Rows(FieldList):
    """Rows of one kind, one empty one to begin with. More than the limit is said, not cut off."""

    def __init__(self, form: type[Form], kind: str, **bound: Any) -> None:
        self.entries: list[Any] = []
        super().__init__(FormField(form), min_entries=1, validators=[self.not_too_many], **bound)
        self.most, self.blank = MOST_ROWS[kind], form

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Numbers in plain digits: other things that call themselves digits are no row of ours."""
        for key in formdata:
            if found := re.match(rf"{prefix}-([0-9]{{1,4}})-", key):
                yield int(found[1])

    def not_too_many(self, _form: Any, _field: Field) -> None:
        if len(self.entries) > self.most:
            raise ValidationError(_l("No more than %(n)s of them in one report.", n=self.most))

    def said(self) -> list[Row]:
        """What was filled in, row by row."""
        return [row for entry in self.entries if (row := entry.form.said())]

    def another(self) -> None:
        """One more empty row."""
        if len(self.entries) < self.most:
            self.append_entry()

    def without(self, name: str) -> None:
        """Leave the row of this name out."""
        self.entries = [entry for entry in self.entries if entry.name != name]
        self._compact_indices()
        if not self.entries:
            self.append_entry()

    @property
    def template(self) -> Form:
        """An empty row for the script to copy; it puts the number in."""
        return self.blank(prefix=f"{self.name}-NUMBER-")

    @property
    def wrong(self) -> dict[str, list[Any]]:
        """Errors by the name of the field that they belong to."""
        found = {
            field.name: list(field.errors) for entry in self.entries for field in entry.form if field.errors
        }
        if len(self.entries) > self.most:
            found[self.name] = [error for error in self.errors if not isinstance(error, dict)]
        return found


def answers_form(category: str, formdata: Any = None, data: Any = None) -> Form:
    """The questions of a kind, as a form of their own; `answers-<code>`."""
    fields = {
        one.code: choice(_l(one.label), one.choices) if one.choices else words(_l(one.label), 80)
        for one in QUESTIONS.get(category, ())
    }
    made: Form = type("AnswersForm", (Form,), fields)(formdata, prefix="answers-", data=data)
    return made
