"""Who, what, when, how far: what may reach whom. Each case is tried on the rule, on real deliveries and on the screen.

Asha works at Harper's, which opens as the case says; what happens is reported by Ivy at a place so many metres away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shopalert.alerts.preferences import PRESETS
from shopalert.words import LONDON

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPEN = {day: ["09:00", "17:30"] for day in WEEK[:6]}
PUB = {day: ["12:00", "01:00"] for day in WEEK}
NIGHTS = dict.fromkeys(WEEK, ("22:00", "07:00"))
LATE = "0" * 18 + "2" * 6  # from six in the evening only what is urgent
WED, SAT, SUN = "2026-11-25", "2026-11-28", "2026-11-29"


@dataclass(frozen=True)
class Case:
    """A sentence, and what it says as data."""

    says: str
    when: str  # by the town's clock
    reaches: str = ""  # of push, live, mail, digest
    choice: dict[str, Any] | None = None  # none: they never chose
    what: dict[str, Any] = field(default_factory=dict)
    far: float | None = 0.0  # metres; none: no place was given
    hours: dict[str, Any] = field(default_factory=dict)  # when Harper's is open; nothing: not known
    break_through: bool = True
    muted: bool = False

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.when).replace(tzinfo=LONDON)

    def __str__(self) -> str:
        return self.says.replace(" ", "-")


NOW, VIOLENCE, WEAPON = {"in_progress": True}, {"violence": True}, {"weapon": True}
ASB = {"category_code": "asb"}
BOTH, SCREEN = "push live digest", "live digest"

CASES = (
    # Nobody chose anything
    Case("theft by day in a shop that is open", f"{WED} 11:00", BOTH, hours=OPEN),
    Case("theft in the evening after closing", f"{WED} 20:15", SCREEN, hours=OPEN),
    Case("theft at the minute of closing", f"{WED} 17:30", SCREEN, hours=OPEN),
    Case("theft a minute before closing", f"{WED} 17:29", BOTH, hours=OPEN),
    Case("theft on a day that is closed", f"{SUN} 11:00", SCREEN, hours=OPEN),
    Case("violence at three at night", f"{WED} 03:00", BOTH, what=VIOLENCE, hours=OPEN),
    Case("happening now after closing", f"{WED} 19:00", BOTH, what=NOW, hours=OPEN),
    Case("theft at any hour where no trading hours are known", f"{WED} 03:00", BOTH),
    Case("theft past midnight in a pub that is open till one", f"{SUN} 00:30", BOTH, hours=PUB),
    Case("theft past the pub's closing", f"{SUN} 01:00", SCREEN, hours=PUB),
    # Everything
    Case("everything rings at three at night", f"{WED} 03:00", BOTH, PRESETS["everything"], hours=OPEN),
    Case("everything rings from the far end", f"{WED} 12:00", BOTH, PRESETS["everything"], far=9000),
    # Only urgent near me
    Case("near and violent", f"{WED} 12:00", BOTH, PRESETS["near"], VIOLENCE, 300),
    Case("near and not urgent", f"{WED} 12:00", "digest", PRESETS["near"], {}, 300),
    Case("violent and too far", f"{WED} 12:00", "", PRESETS["near"], VIOLENCE, 700),
    Case("violent without a place counts as near", f"{WED} 12:00", BOTH, PRESETS["near"], VIOLENCE, None),
    Case("within five hundred metres", f"{WED} 12:00", BOTH, {"metres": 500}, {}, 499),
    Case("beyond five hundred metres", f"{WED} 12:00", "", {"metres": 500}, {}, 501),
    Case("two kilometres are enough", f"{WED} 12:00", BOTH, {"metres": 2000}, {}, 1900),
    # At work
    Case("at work by day", f"{WED} 11:00", BOTH, PRESETS["work"], hours=OPEN),
    Case("theft when work is over", f"{WED} 18:00", SCREEN, PRESETS["work"], hours=OPEN),
    Case("violence when work is over breaks through", f"{WED} 18:00", BOTH, PRESETS["work"], VIOLENCE, hours=OPEN),
    Case(
        "violence when work is over and the scheme lets nothing through", f"{WED} 18:00", SCREEN,
        PRESETS["work"], VIOLENCE, hours=OPEN, break_through=False,
    ),
    # Quiet hours
    Case("theft in quiet hours before midnight", f"{WED} 23:00", SCREEN, {"quiet": NIGHTS}),
    Case("theft in quiet hours after midnight", f"{WED} 06:59", SCREEN, {"quiet": NIGHTS}),
    Case("theft when quiet hours end", f"{WED} 07:00", BOTH, {"quiet": NIGHTS}),
    Case("theft a minute before they begin", f"{WED} 21:59", BOTH, {"quiet": NIGHTS}),
    Case("a weapon breaks through quiet hours", f"{WED} 23:00", BOTH, {"quiet": NIGHTS}, WEAPON),
    Case("happening now breaks through", f"{WED} 04:00", BOTH, {"quiet": NIGHTS}, NOW),
    Case(
        "a weapon where the scheme lets nothing through", f"{WED} 23:00", SCREEN, {"quiet": NIGHTS}, WEAPON,
        break_through=False,
    ),
    Case("Friday's night reaches into Saturday", f"{SAT} 02:00", SCREEN, {"quiet": {"fri": ("23:00", "08:00")}}),
    Case("Saturday's own night is not quiet", f"{SUN} 02:00", BOTH, {"quiet": {"fri": ("23:00", "08:00")}}),
    Case("quiet at lunch", f"{WED} 13:10", SCREEN, {"quiet": {"wed": ("13:00", "14:00")}}),
    Case("e-mail keeps quiet hours too", f"{WED} 23:00", SCREEN, {"quiet": NIGHTS, "mail": "0" * 24}),
    Case("the hour before the clocks go forward", "2027-03-28 00:59", SCREEN, {"quiet": NIGHTS}),
    Case("the hour after they went forward", "2027-03-28 02:30", SCREEN, {"quiet": NIGHTS}),
    Case("quiet hours end by the clock on the wall", "2027-03-28 07:00", BOTH, {"quiet": NIGHTS}),
    Case("the hour that October repeats", "2026-10-25 01:30", SCREEN, {"quiet": NIGHTS}),
    # Hour by hour
    Case("theft in the afternoon", f"{WED} 17:59", BOTH, {"push": LATE}),
    Case("theft after six", f"{WED} 18:00", SCREEN, {"push": LATE}),
    Case("violence after six", f"{WED} 18:00", BOTH, {"push": LATE}, VIOLENCE),
    Case("nothing at all may ring", f"{WED} 12:00", SCREEN, {"push": "3" * 24}, VIOLENCE),
    Case("no toast either", f"{WED} 12:00", "digest", {"push": "3" * 24, "live": "3" * 24}, VIOLENCE),
    Case("toasts of urgent alone", f"{WED} 12:00", "push digest", {"live": "2" * 24}),
    # E-mail at once
    Case("e-mail of everything", f"{WED} 12:00", "push live mail digest", {"mail": "0" * 24}),
    Case("e-mail of what is urgent", f"{WED} 12:00", "push live mail digest", {"mail": "2" * 24}, NOW),
    Case("no e-mail of what is not", f"{WED} 12:00", BOTH, {"mail": "2" * 24}),
    Case("e-mail alone", f"{WED} 12:00", "mail digest", {"push": "3" * 24, "live": "3" * 24, "mail": "0" * 24}),
    # The day's letter
    Case("a digest of what is urgent", f"{WED} 12:00", "push live", {"digest": 2}),
    Case("a digest of what is urgent has it", f"{WED} 12:00", BOTH, {"digest": 2}, NOW),
    Case("digest alone", f"{WED} 12:00", "digest", {"push": "3" * 24, "live": "3" * 24}),
    # Categories
    Case("a category switched off", f"{WED} 12:00", "", {"without": frozenset({"asb"})}, ASB),
    Case("another category", f"{WED} 12:00", BOTH, {"without": frozenset({"asb"})}),
    Case("a category switched off, and violent", f"{WED} 12:00", "", {"without": frozenset({"asb"})}, ASB | VIOLENCE),
)  # fmt: skip
