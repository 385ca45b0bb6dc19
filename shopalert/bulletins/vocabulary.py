"""The kinds of bulletins, how loud a warning is, and the warnings that are given again and again."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from shopalert.alerts.announcement import IMPORTANT, NORMAL, URGENT
from shopalert.wall import ENDING


class Kind(NamedTuple):
    """A kind in words, its mark, what a lock screen says of it, and how much it weighs."""

    label: str
    icon: str
    said: str
    priority: int
    hint: str


WARNING, EVENT, APPEAL, MISSING = "warning", "event", "appeal", "missing"
HOLDING = ENDING  # have an end, stand pinned until then, and go by themselves
ANSWERED = (APPEAL, MISSING)  # asks what others know: police and coordinators read their answers
KINDS = {
    "warning": Kind(
        _l("Warning"), "warn", _l("Warning"), IMPORTANT,
        _l("Something to look out for now. It has an end, and goes by itself."),
    ),
    MISSING: Kind(
        _l("Missing person"), "person", _l("Missing person: please look out"), URGENT,
        _l("Missing or vulnerable: everybody looks out now. It stands for three days at most."),
    ),
    "advice": Kind(_l("Advice"), "info", _l("New advice"), NORMAL, _l("How to prevent crime, or what to do after it.")),
    "appeal": Kind(_l("Appeal"), "seen", _l("An appeal"), IMPORTANT, _l("Police ask whether anybody saw or knows something.")),
    "nbcc": Kind(
        _l("NBCC information"), "shield", _l("NBCC information"), NORMAL, _l("Passed on from the National Business Crime Centre."),
    ),
    "event": Kind(_l("Event"), "clock", _l("An event"), NORMAL, _l("A meeting, a day of action, a road that is closed.")),
    "minutes": Kind(_l("Minutes"), "page", _l("Minutes"), NORMAL, _l("Of a meeting of the scheme.")),
    "document": Kind(_l("Document"), "page", _l("A document"), NORMAL, _l("Something to look up again later.")),
}  # fmt: skip


class Severity(NamedTuple):
    """How loud a warning is."""

    label: str
    hint: str
    priority: int
    chip: str


SEVERITIES = {
    "normal": Severity(_l("Normal"), _l("Rings in trading hours, as each member has chosen."), IMPORTANT, "warn"),
    "urgent": Severity(
        _l("Urgent"), _l("Rings like an urgent incident, also in quiet hours where the scheme lets it."), URGENT, "danger"
    ),
    "quiet": Severity(_l("Quiet"), _l("Stands pinned and appears without a sound."), NORMAL, "plain"),
}  # fmt: skip

NOTES = {"5": "£5", "10": "£10", "20": "£20", "50": "£50"}
METRES = (100, 200, 300, 500, 1000, 2000)


class Template(NamedTuple):
    """A usual warning: its name, which lock screens may say; how loud; and what it begins with."""

    label: str
    icon: str
    severity: str
    title: str
    text: str
    scheme_kind: str = ""  # offered only in schemes of this kind; empty: in all


COUNTERFEIT = "counterfeit"
TEMPLATES = {
    COUNTERFEIT: Template(
        _l("Counterfeit notes"), "note", "normal", _l("Counterfeit notes are being passed"),
        _l("Counterfeit notes have been passed in shops here. Check each note before you open the till drawer, and tell whoever relieves you."),
    ),
    "distraction": Template(
        _l("Distraction at the till"), "eye", "normal", _l("Distraction at the till"),
        _l("Two or more people work together: one asks for change or a price, another takes goods or notes meanwhile.\n\n- Close the drawer before you turn away.\n- Count change once, aloud; start again if you are interrupted.\n- Ask a colleague to stand with you."),
    ),
    "refund": Template(
        _l("Refund fraud"), "page", "normal", _l("Refunds of goods that were not bought"),
        _l("Goods are taken from the shelf and brought to the desk with an old or found receipt.\n\n- Look at the date, the shop and the last digits of the card.\n- Refund to the card that paid, never in cash."),
    ),
    "fake_officer": Template(
        _l("Calls from false police or bank staff"), "call", "normal", _l("Calls that say they are from police or your bank"),
        _l("Shops are rung by somebody who says they are police, the bank or head office and asks for takings, codes or vouchers.\n\n- Police and banks never ask for money, codes or vouchers.\n- Hang up and ring back on a number that you know, from another phone if you can."),
    ),
    "card_reader": Template(
        _l("Tampered card machines"), "card", "normal", _l("Card machines are being swapped or opened"),
        _l("Look at your card machines at opening and closing: serial number, seal, a lead or cover that was not there. If one looks wrong, do not use it and ring your provider."),
    ),
    "team": Template(
        _l("Shop theft team at work"), "people", "urgent", _l("A team is stealing in town today"),
        _l("Several people go from shop to shop and take much at once.\n\n- Greet everybody at the door.\n- Move high-value lines in sight of the till.\n- Do not block or follow anybody: tell us what you see and ring 999 if somebody is in danger."),
    ),
    "after_dark": Template(
        _l("Break-ins after closing"), "lock", "normal", _l("Break-ins after closing time"),
        _l("Shops nearby were broken into at night. Empty the till and leave it open, set the alarm, check the back door and the roof light, and leave a light on inside."),
    ),
    "violence": Template(
        _l("Aggressive person"), "fist", "urgent", _l("Somebody aggressive towards staff"),
        _l("Staff have been threatened today. Keep the counter between you, let them leave, and ring 999 when you feel in danger. No goods are worth an injury."),
    ),
    "spiking": Template(
        _l("Drink spiking"), "bottle", "urgent", _l("Drinks may have been spiked"),
        _l("Guests have been taken ill in a way that drink does not explain.\n\n- Look after whoever is unwell; do not let them leave with somebody they came to know tonight.\n- Keep the glass, covered, and write down the time. Ring 999 in danger, 101 otherwise."),
        "pubwatch",
    ),
    "disorder": Template(
        _l("Crowds or disorder expected"), "people", "normal", _l("Crowds are expected in town"),
        _l("A match, march or event brings many people. Bring in boards and chairs, know who opens and closes the doors, and keep a phone at hand."),
    ),
}  # fmt: skip

# What to do with such a note, on every warning of them: the Bank of England's and the police's own advice.
WITH_A_NOTE = (
    _l("If it is safe, keep the note. Do not give it back and do not pass it on."),
    _l("Put it in an envelope or bag at once and handle it as little as you can."),
    _l("Write down when and where it was taken, and who gave it, as you remember it."),
    _l("Report it here or on 101. Police fill in a form and give you a receipt with a number."),
    _l("Never hand a note on that you think is false: that is a crime, also for a shop."),
)
AT_RISK = _l("If you feel at risk, give it back and ask politely for another way to pay.")
