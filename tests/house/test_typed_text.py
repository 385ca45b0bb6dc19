"""Every field of every form that takes words: what hides or turns text is refused, and a line stays one line.

The forms are found, not listed: a new field is tried here without anybody remembering it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.form import BaseForm

import shopalert
from shopalert.text import UNSHOWN

# Of a password every letter counts and none is shown; what the page itself fills in is read as a key or a number.
NOT_WORDS = (PasswordField, HiddenField)
# Moments, which are kept as such and refused if they are none; and what is only looked up.
NOT_KEPT = {
    "publish_at", "starts_at", "ends_at", "seen_at", "seen_when", "occurred_at", "occurred_until", "happened_on",
    "told_on", "until", "quiet_from", "quiet_to", "ForgotForm.email", "SignInForm.email", "SignInForm.code",
}  # fmt: skip
HIDING = sorted(UNSHOWN | {"\x00", "\x1b", "\x7f", "\x85", "\ud800"})


def forms() -> list[type[Form]]:
    """Every class of the house that is a form."""
    for module in pkgutil.walk_packages(shopalert.__path__, "shopalert."):
        importlib.import_module(module.name)
    found: set[type[Form]] = set()
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        for each in type.__subclasses__(waiting.pop()):
            waiting.append(each)
            if each.__module__.startswith("shopalert."):
                found.add(each)
    return sorted(found, key=lambda form: f"{form.__module__}.{form.__name__}")


def fields() -> Iterator[tuple[type[Form], str]]:
    """The fields that hold typed words, of the forms that the house itself makes."""
    for form in forms():
        for name in dir(form):
            unbound = getattr(form, name, None)
            kind = getattr(unbound, "field_class", None)
            words = (
                isinstance(kind, type) and issubclass(kind, StringField) and not issubclass(kind, NOT_WORDS)
            )
            if words and not {name, f"{form.__name__}.{name}"} & NOT_KEPT:
                yield form, name


def typed(form: type[Form], name: str, text: str) -> Field:
    """The field alone, in a form of its own, after somebody typed this."""
    alone = type("Alone", (Form,), {name: getattr(form, name)})
    sent = alone(MultiDict({name: text}))
    sent.validate()
    return sent[name]


def test_what_hides_or_turns_other_text_is_refused() -> None:
    taken = [
        f"{form.__name__}.{name} takes {letter!r}"
        for form, name in fields()
        for letter in HIDING
        if not (field := typed(form, name, f"Asha{letter}Kaur")).errors and letter in field.data
    ]
    assert not taken, "\n".join(taken)


def test_a_line_stays_one_line() -> None:
    """What stands in a subject, or beside other words, begins no line of its own."""
    kept = [
        f"{form.__name__}.{name} keeps {end!r}"
        for form, name in fields()
        for end in ("\n", "\r\n", "\t", "\x0b", "\x85", "\u2028", "\u2029")
        if not issubclass(getattr(form, name).field_class, TextAreaField)
        and not (field := typed(form, name, f"Asha{end}Bcc: all@example.org")).errors
        and set(end) & set(field.data)
    ]
    assert not kept, "\n".join(kept)
