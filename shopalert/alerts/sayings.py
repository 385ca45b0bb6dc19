"""What a choice does, in a plain sentence; and why an alert rang or not. Made by the rule that decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.alerts.announcement import IMPORTANT, NORMAL, URGENT
from shopalert.alerts.preferences import NOTHING, NOWHERE, Choice, Post, spans
from shopalert.words import clock

MOST = 3  # pieces of a day that a sentence can hold
NAMED = 3  # kinds


def rings(least: int, metres: int | None) -> str:
    """`only urgent alerts within 500 m ring`."""
    near = _(" within %(far)s", far=distance_in_words(metres)) if metres else ""
    return {
        NORMAL: _("every alert%(near)s rings", near=near),
        IMPORTANT: _("only important and urgent alerts%(near)s ring", near=near),
        URGENT: _("only urgent alerts%(near)s ring", near=near),
        NOTHING: _("nothing rings"),
    }[least]


def distance_in_words(metres: int) -> str:
    return _("%(n)s km", n=metres // 1000) if metres >= 1000 else _("%(n)s m", n=metres)


def sentence(
    choice: Choice,
    at: datetime,
    post: Post = NOWHERE,
    break_through: bool = True,
    kinds: Sequence[tuple[str, str]] = (),
) -> str:
    """What the next day will be like: "Until 18:00 every alert rings; then only urgent alerts ring."."""
    left_out = [words for code, words in kinds if code in choice.without]
    if kinds and len(left_out) == len(kinds):
        return _("Nothing rings but what is said in incidents that you take part in or follow.")
    return " ".join([the_day(choice, at, post, break_through), *([never(left_out)] if left_out else [])])


def never(left_out: Sequence[str]) -> str:
    """The kinds that never ring, the first few by name."""
    named, more = ", ".join(left_out[:NAMED]), len(left_out) - NAMED
    if more <= 0:
        return _("Never: %(kinds)s.", kinds=named)
    return ngettext(
        "Never: %(kinds)s and %(num)d more.", "Never: %(kinds)s and %(num)d more.", more, kinds=named
    )


def the_day(choice: Choice, at: datetime, post: Post, break_through: bool) -> str:
    found = spans(choice, at, post, break_through)
    if len(found) == 1:
        return _("Day and night %(what)s.", what=rings(found[0].least, choice.metres))
    first, rest = found[0], found[1:MOST]
    said = [
        _("Until %(clock)s %(what)s", clock=clock(rest[0].begins), what=rings(first.least, choice.metres))
    ]
    said += [
        _("from %(clock)s %(what)s", clock=clock(span.begins), what=rings(span.least, choice.metres))
        for span in rest
    ]
    more = _(", and so on through the day") if len(found) > MOST else ""
    return "; ".join(said) + more + "."


def reason(why: str) -> str:
    """Why it did not ring."""
    return {
        "": _("It would have rung."),
        "muted": _("You muted it."),
        "category": _("You left this kind out."),
        "far": _("It was further away than you chose."),
        "hour": _("At that hour only something graver rings."),
        "closed": _("It was outside your trading hours."),
        "quiet": _("It was in your quiet hours."),
    }[why]
