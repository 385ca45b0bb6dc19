"""What a scheme may decide for itself, as data: each setting with its choices, and what each choice does in words.

The same words stand beside the choice, on the page that every member can read, and in the list of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shopalert.schemes.models import Scheme


def N_(text: str) -> str:
    """Marks words for translation; the template that shows them asks gettext."""
    return text


YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to set it: the word to choose, and what it does."""

    value: str
    label: str
    effect: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to decide; `name` is the scheme's column, `title` what it is about."""

    name: str
    title: str
    icon: str
    choices: tuple[Choice, ...]

    @property
    def is_switch(self) -> bool:
        return self.choices[0].value in (YES, NO)

    def of(self, scheme: Scheme) -> str:
        """How the scheme has it now."""
        value: Any = getattr(scheme, self.name)
        return (YES if value else NO) if self.is_switch else str(value)

    def put(self, scheme: Scheme, value: str) -> None:
        setattr(scheme, self.name, value == YES if self.is_switch else value)

    def choice(self, value: str) -> Choice:
        """The choice of this value; the first for one that is no more."""
        return next((each for each in self.choices if each.value == value), self.choices[0])


SETTINGS = (
    Setting(
        "lock_screen",
        N_("What a locked phone shows"),
        "phone",
        (
            Choice(
                "category",
                N_("The kind and the street"),
                N_("“Shop theft in progress · High Street”. Never a person, a description or a message."),
            ),
            Choice(
                "discreet",
                N_("Only that there is something"),
                N_("“New alert”. The rest is read after unlocking."),
            ),
        ),
    ),
    Setting(
        "reporter_shown",
        N_("How members are named to each other"),
        "people",
        (
            Choice("name", N_("First name and business"), N_("Members see “Asha, Harper’s”.")),
            Choice(
                "business",
                N_("Business only"),
                N_("Members see “Harper’s”, not “Asha, Harper’s”. Police and coordinators still see the name."),
            ),
        ),
    ),
    Setting(
        "officers_see_unreported",
        N_("What officers see"),
        "shield",
        (
            Choice(
                YES,
                N_("Every report"),
                N_("Officers of the district see each report at once, also if nobody has told the police."),
            ),
            Choice(
                NO,
                N_("Only what the police were told of"),
                N_(
                    "Officers see a report once its author says that the police know of it. Until then it is in none "
                    "of their lists, searches, alerts or counts."
                ),
            ),
        ),
    ),
    Setting(
        "break_through",
        N_("Quiet hours"),
        "bell",
        (
            Choice(
                YES,
                N_("Urgent alerts ring"),
                N_("Violence, a weapon or something happening now rings also in a member’s quiet hours."),
            ),
            Choice(
                NO,
                N_("Nothing rings"),
                N_("In quiet hours no phone rings but for a call for help. A report waits in the feed."),
            ),
        ),
    ),
    Setting(
        "repeat_urgent",
        N_("Urgent alerts that were not opened"),
        "refresh",
        (
            Choice(
                YES,
                N_("Ring once more"),
                N_(
                    "After three minutes an urgent alert rings once more for whoever has neither opened it nor done "
                    "anything about it. Not after an all clear, and never a third time."
                ),
            ),
            Choice(
                NO,
                N_("Ring once"),
                N_("Each alert rings once, whether somebody opened it or not. Only a call for help rings again."),
            ),
        ),
    ),
    Setting(
        "help_tells_police",
        N_("When somebody needs help"),
        "heart",
        (
            Choice(
                NO,
                N_("Police see it"),
                N_("The responders and the colleagues are alerted. Police of the district see it on their desk."),
            ),
            Choice(
                YES,
                N_("Police are alerted, too"),
                N_("The officers of the district are alerted with them. It is no emergency call: 999 comes first."),
            ),
        ),
    ),
    Setting(
        "appearance",
        N_("Appearance in descriptions"),
        "eye",
        (
            Choice(
                NO,
                N_("Not asked for"),
                N_("Descriptions hold clothing, build, hair and marks. Nobody is asked how somebody’s skin looked."),
            ),
            Choice(
                YES,
                N_("May be added"),
                N_(
                    "A report may hold how a person looked to the witness, in the words of the police’s IC list. "
                    "It is never in an alert, and never used to suggest who somebody is."
                ),
            ),
        ),
    ),
    Setting(
        "offline_reading",
        N_("Reading without signal"),
        "offline",
        (
            Choice(
                YES,
                N_("What was opened stays readable"),
                N_(
                    "In the stock room members read what they have opened before. It is encrypted on the phone and "
                    "gone after 24 hours without contact, on signing out, and when somebody is removed."
                ),
            ),
            Choice(
                NO,
                N_("Nothing stays on phones"),
                N_("Without signal nothing can be read. What phones have kept is cleared at their next contact."),
            ),
        ),
    ),
    Setting(
        "takes_shares",
        N_("What other schemes share"),
        "people",
        (
            Choice(
                YES,
                N_("It is taken"),
                N_(
                    "Coordinators and police of other schemes may show members here an incident or a bulletin, for a "
                    "reason and until a date. It is marked as shared."
                ),
            ),
            Choice(
                NO,
                N_("Nothing is taken"),
                N_("Nobody can share anything new with this scheme. What was shared already stays until its end."),
            ),
        ),
    ),
    Setting(
        "approval",
        N_("Who lets new members in"),
        "person",
        (
            Choice(
                YES,
                N_("A coordinator approves"),
                N_("Somebody who was invited sees nothing until a coordinator has looked at their request."),
            ),
            Choice(
                NO,
                N_("The invitation is enough"),
                N_("Whoever holds an invitation is in as soon as they have agreed. Give invitations with care."),
            ),
        ),
    ),
)  # fmt: skip
BY_NAME = {setting.name: setting for setting in SETTINGS}

MOST_ADDED = 12  # kinds of a scheme's own: more would be a list that nobody reads
GLYPHS = (
    *("bag", "purse", "exit", "door", "van", "fist", "knife", "speech", "alert", "noise", "bottle", "damage"),
    *("card", "note", "ban", "age", "eye", "heart", "shop", "pin", "people", "clock", "bell", "more"),
)
HUES = (
    ("theft", N_("Brown, as theft")),
    ("violence", N_("Red, as violence")),
    ("asb", N_("Violet, as nuisance")),
    ("fraud", N_("Blue, as fraud")),
    ("other", N_("Grey, as all else")),
)
