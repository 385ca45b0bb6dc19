"""The form of what wakes somebody in a scheme: a simple choice first, then hours, kinds, distance and letters."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from shopalert.alerts.announcement import IMPORTANT, NORMAL, URGENT
from shopalert.alerts.choices import Wish
from shopalert.alerts.preferences import DAYS, LIVE, MAIL, NOTHING, PRESETS, PUSH, Choice, preset_of

CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
CUSTOM = "custom"
CHOICES = (
    ("standard", _l("While we are open"), _l("Everything in our trading hours; outside of them only what is urgent.")),
    ("everything", _l("Everything, always"), _l("Every report rings, day and night.")),
    ("near", _l("Only urgent, near me"), _l("What is urgent and within 500 m of my premises, or as far as set below.")),
    ("work", _l("Only at work"), _l("Everything in our trading hours, nothing outside of them.")),
    (CUSTOM, _l("My own hours"), _l("Hour by hour, as set below.")),
)  # fmt: skip
LEVELS = (
    (NORMAL, _l("Everything")), (IMPORTANT, _l("Important")), (URGENT, _l("Urgent")), (NOTHING, _l("Nothing")),
)  # fmt: skip
DISTANCES = (
    ("", _l("The whole town")), ("200", _l("200 m")), ("500", _l("500 m")), ("1000", _l("1 km")),
    ("2000", _l("2 km")), ("5000", _l("5 km")),
)  # fmt: skip
DAY_WORDS = tuple(
    zip(DAYS, (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun")), strict=True)
)
HOURS = range(24)
BY_THE_HOUR = (PUSH, LIVE, MAIL)
BY_HOUR = "hours"  # instead of a level: each hour has its own
level_choices = [(str(level), words) for level, words in LEVELS]


def level_field(words: Any, start: int, *more: tuple[str, Any]) -> SelectField:
    return SelectField(words, choices=[*level_choices, *more], default=str(start))


class WakeForm(FlaskForm):
    """What wakes me. Of each channel and hour a field `push-9`, made below."""

    preset = RadioField(_l("What rings"), choices=[(name, words) for name, words, _ in CHOICES])
    metres = SelectField(_l("How far around my premises"), choices=list(DISTANCES), default="")
    closed = level_field(_l("Outside our trading hours"), URGENT)
    quiet_from = StringField(_l("Quiet from"))
    quiet_to = StringField(_l("until"))
    quiet_days = SelectMultipleField(_l("On these days"), choices=list(DAY_WORDS))
    wanted = SelectMultipleField(_l("Kinds that I want"))
    mail = level_field(_l("E-mail at once"), NOTHING, (BY_HOUR, _l("Hour by hour, as set below")))
    digest = SelectField(
        _l("One e-mail a day"),
        choices=[("", _l("None")), *((str(hour), f"{hour:02d}:00") for hour in HOURS)],
        default="",
    )
    counted = level_field(_l("The day’s letter counts"), NORMAL)
    kept_out: frozenset[str] = frozenset()
    newsletter = BooleanField(_l("The scheme’s week, on Monday morning"))

    @classmethod
    def of(cls, wish: Wish, topics: list[tuple[str, str]], sent: Any = None) -> WakeForm:
        """As it stands, or as it was sent; `topics` are the kinds that alerts of the scheme can be about."""
        choice = wish.choice
        flat = len(set(choice.mail)) == 1
        quiet = next(iter(choice.quiet.values()), ("", ""))
        stands = {
            "preset": preset_of(choice), "metres": str(choice.metres or ""), "closed": str(choice.closed),
            "quiet_from": quiet[0], "quiet_to": quiet[1], "quiet_days": list(choice.quiet) or list(DAYS),
            "wanted": [code for code, _ in topics if code not in choice.without],
            "mail": choice.mail[0] if flat else BY_HOUR, "counted": str(choice.digest),
            "digest": "" if wish.digest_hour is None else str(wish.digest_hour), "newsletter": wish.newsletter,
            **{f"{channel}-{hour}": getattr(choice, channel)[hour] for channel in BY_THE_HOUR for hour in HOURS},
        }  # fmt: skip
        form = cls(formdata=sent, data=stands)
        form.kept_out = choice.without - {code for code, _ in topics}
        form.wanted.choices = topics
        return form

    def validate_quiet_from(self, field: Any) -> None:
        self.check_clock(field, self.quiet_to)

    def validate_quiet_to(self, field: Any) -> None:
        self.check_clock(field, self.quiet_from)

    def check_clock(self, field: Any, other: Any) -> None:
        """Both or none, as a clock shows them."""
        text = (field.data or "").strip()
        if not text and not (other.data or "").strip():
            return
        if not CLOCK.fullmatch(text):
            raise ValidationError(_l("Give both times, such as 22:00 and 07:00, or neither."))

    def wish(self) -> Wish:
        """What was chosen. Of a simple choice neither the hours below count nor, but near me, the distance."""
        begin, end = (self.quiet_from.data or "").strip(), (self.quiet_to.data or "").strip()
        metres = int(self.metres.data) if self.metres.data else None
        facts: dict[str, Any] = {
            "push": self.by_hour(PUSH), "live": self.by_hour(LIVE), "closed": int(self.closed.data), "metres": metres,
        }  # fmt: skip
        if self.preset.data in PRESETS:
            facts = dict(PRESETS[self.preset.data])
            facts["metres"] = facts["metres"] and (metres or facts["metres"])
        choice = Choice(
            mail=self.by_hour(MAIL) if self.mail.data == BY_HOUR else self.mail.data * 24,
            digest=int(self.counted.data),
            quiet=dict.fromkeys(self.quiet_days.data or [], (begin, end)) if begin and end else {},
            without=self.left_out(),
            **facts,
        )
        hour = int(self.digest.data) if self.digest.data else None
        return Wish(choice, digest_hour=hour, newsletter=bool(self.newsletter.data))

    def by_hour(self, channel: str) -> str:
        return "".join(self[f"{channel}-{hour}"].data for hour in HOURS)

    def left_out(self) -> frozenset[str]:
        """The kinds that are not ticked. One that the scheme hides meanwhile was not asked: it stays as it was."""
        offered = frozenset(code for code, _ in self.wanted.choices)
        return self.kept_out | (offered - set(self.wanted.data or []))


for _channel in BY_THE_HOUR:
    for _hour in HOURS:
        setattr(WakeForm, f"{_channel}-{_hour}", level_field(f"{_hour:02d}:00", NORMAL))
