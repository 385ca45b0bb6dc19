"""Words that run from right to left inside of ours: they stand apart, so that they turn nothing beside them.

A name in Hebrew or Arabic before a number or another name would change places with it. So each value that a template
shows, and each that is put into a sentence, is held by the two characters that Unicode has for it; `<bdi>` does the
same to an element. What people type can hold none of them (text.PlainText): each that is found was put there by us,
and what stands in a field to be sent again goes through the filter `as_typed`.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

BEGIN, END = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
OURS = dict.fromkeys(map(ord, BEGIN + END))
# Hebrew, Arabic, Syriac, Thaana, NKo and their like, and the forms of them that are kept apart.
OTHER_WAY = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def apart(text: str) -> str:
    """The text as it may stand between other words."""
    if text.isascii() or isinstance(text, Markup) or not OTHER_WAY.search(text):
        return text
    return f"{BEGIN}{text}{END}"


class Typed(str):
    """What somebody typed, letter for letter."""


def as_typed(text: Any) -> Typed:
    """What stands in a field, to be sent or copied: without what we put around words."""
    return Typed(str(text).translate(OURS))


def shown(value: Any) -> Any:
    """What a template puts out: words apart, markup and everything else as it is."""
    return apart(value) if type(value) is str else value


def each_apart(said: dict[str, Any]) -> dict[str, Any]:
    return {name: apart(value) if isinstance(value, str) else value for name, value in said.items()}


class Sentences(Domain):
    """The catalogue; what is put into a sentence stands apart in it."""

    def gettext(self, string: str, **said: Any) -> str:
        return str(super().gettext(string, **each_apart(said)))

    def ngettext(self, singular: str, plural: str, num: int, **said: Any) -> str:
        return str(super().ngettext(singular, plural, num, **each_apart(said)))


def put_in(sentence: str, said: dict[str, Any], as_markup: bool) -> str:
    """The sentence with what is said in it. It is text, as every other value: a kind's own name is looked up too."""
    whole = escape(sentence) if as_markup else sentence
    return whole % each_apart(said) if said else whole


def catalogue() -> Any:
    """The sentences of whoever asks, looked up once for all sentences of a page."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def init_app(app: Flask) -> None:
    """Sentences of the house, in templates and elsewhere."""
    Babel(app, default_locale="en_GB").domain_instance = Sentences()

    @pass_context
    def gettext(context: Context, string: str, **said: Any) -> str:
        found = catalogue().gettext(str(string))
        return put_in(found, said, bool(context.eval_ctx.autoescape))

    @pass_context
    def ngettext(context: Context, singular: str, plural: str, num: int, **said: Any) -> str:
        found = catalogue().ngettext(singular, plural, num)
        return put_in(found, {"num": num, **said}, bool(context.eval_ctx.autoescape))

    app.jinja_env.globals.update(gettext=gettext, ngettext=ngettext)
    app.jinja_env.finalize = shown
    app.jinja_env.filters.update(as_typed=as_typed, apart=apart)
