"""Who is helped with what: a guide for each kind of person, with three first steps and the parts of its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from shopalert.permissions import POLICE_ROLES
from shopalert.schemes.models import PUBWATCH, Scheme
from shopalert.schemes.viewer import Viewer


@dataclass(frozen=True)
class Step:
    """One of the three: what to do, why, and where. `{slug}` in the address is one's own scheme."""

    glyph: str
    title: Any
    words: Any
    address: str = ""


@dataclass(frozen=True)
class Guide:
    slug: str  # /help/<slug>
    glyph: str
    name: Any
    whom: Any
    steps: tuple[Step, Step, Step]
    parts: tuple[str, ...]  # of parts.PARTS


ALERTS = Step(
    "bell",
    _l("Let alerts reach you"),
    _l("Turn them on and send one to yourself: then you know that it arrives."),
    "/alerts/check",
)

GUIDES = {
    guide.slug: guide
    for guide in (
        Guide(
            "shop",
            "shop",
            _l("Shops"),
            _l("You work in a shop and have a phone or a till with a browser."),
            (
                Step(
                    "alert",
                    _l("Report in three taps"),
                    _l(
                        "Report, the kind, Send. A photo and all the rest can follow. In danger, call 999 first."
                    ),
                    "/s/{slug}/report",
                ),
                ALERTS,
                Step(
                    "seen",
                    _l("Say when they come to you"),
                    _l("Open the incident and tap “Seen here”: every shop knows at once where they are now."),
                ),
            ),
            (
                *("report", "after", "help", "told", "looking", "advised"),
                *("police", "alerts", "feed", "seen", "chat", "install"),
            ),
        ),
        Guide(
            "pub",
            "bottle",
            _l("Pubs and clubs"),
            _l("You hold a licence or stand at the door, and belong to a Pubwatch."),
            (
                Step(
                    "alert",
                    _l("Report from the door"),
                    _l(
                        "Report, the kind, Send: threats, violence, drugs, who was refused. In danger, call 999 first."
                    ),
                    "/s/{slug}/report",
                ),
                Step(
                    "bell",
                    _l("Choose what rings at night"),
                    _l(
                        "Your hours, how far around, which kinds. A sentence tells you what tonight will ring."
                    ),
                    "/s/{slug}/alerts",
                ),
                Step(
                    "seen",
                    _l("Warn the next door"),
                    _l(
                        "They come to yours after all? “Seen here” on the incident tells every door in one tap."
                    ),
                ),
            ),
            (
                "report",
                "after",
                "help",
                "told",
                "looking",
                "advised",
                "wakes",
                "alerts",
                "seen",
                "chat",
                "install",
            ),
        ),
        Guide(
            "security",
            "eye",
            _l("Managers and security"),
            _l("You lead a shop’s team or guard several: you report, follow, and say when it is over."),
            (
                Step(
                    "alert",
                    _l("Send it while it happens"),
                    _l(
                        "“Happening now” goes out with the kind and the place alone. Add what you know as you walk."
                    ),
                    "/s/{slug}/report",
                ),
                Step(
                    "bell",
                    _l("Follow what is yours"),
                    _l(
                        "Follow an incident and hear of each sighting and answer; mute what is not your concern."
                    ),
                    "/alerts",
                ),
                Step(
                    "ok",
                    _l("Say when it is over"),
                    _l("“All clear” ends an alert on every screen. You may end what others reported, too."),
                ),
            ),
            (
                *("report", "after", "help", "told", "looking", "advised", "police", "seen", "chat"),
                *("alerts", "wakes", "practice", "install"),
            ),
        ),
        Guide(
            "coordinator",
            "people",
            _l("Coordinators"),
            _l("You run a scheme: who is in, what it agreed, how it is set."),
            (
                Step(
                    "send",
                    _l("Invite your town"),
                    _l(
                        "A poster with a code for the meeting, a link for one person, or a list from a spreadsheet."
                    ),
                    "/s/{slug}/invitations",
                ),
                Step(
                    "door",
                    _l("Let people in"),
                    _l(
                        "Whoever asks to join waits for you. You get a letter, and see them among the members."
                    ),
                    "/s/{slug}/members",
                ),
                Step(
                    "edit",
                    _l("Decide how the scheme works"),
                    _l(
                        "Lock screens, names, kinds of incident, what officers see. Each choice says what it does."
                    ),
                    "/s/{slug}/settings",
                ),
            ),
            (
                *(
                    "invite",
                    "members",
                    "agreement",
                    "settings",
                    "telling",
                    "advising",
                    "sharing",
                    "caring",
                    "looking",
                ),
                *("report", "police", "chat", "practice", "alerts"),
            ),
        ),
        Guide(
            "partner",
            "desktop",
            _l("Control rooms and partners"),
            _l("You watch cameras, patrol the town or work for the council beside the scheme."),
            (
                Step(
                    "feed",
                    _l("Leave the feed open"),
                    _l("New reports come by themselves, within a second. Nothing has to be pressed."),
                    "/s/{slug}/",
                ),
                Step(
                    "seen",
                    _l("Say what you see"),
                    _l(
                        "“Seen here” puts time and place on the trail of an incident, for every shop and officer."
                    ),
                ),
                ALERTS,
            ),
            ("feed", "seen", "told", "looking", "help", "chat", "report", "alerts"),
        ),
        Guide(
            "police",
            "shield",
            _l("Police"),
            _l("You read all schemes of your district, in any browser, with or without scripts."),
            (
                Step(
                    "desk",
                    _l("Look at your desk"),
                    _l("Every scheme of your districts on one page: what is happening now comes first."),
                    "/desk",
                ),
                Step(
                    "chat",
                    _l("Answer in the chat"),
                    _l(
                        "What you write stands out as police. “Police only” is for colleagues, and no shop sees it."
                    ),
                ),
                Step(
                    "search",
                    _l("Look back"),
                    _l(
                        "Search what was reported and said in all your schemes. What you open is written down."
                    ),
                    "/search",
                ),
            ),
            (
                "desk",
                "telling",
                "looking",
                "advising",
                "sharing",
                "police",
                "chat",
                "feed",
                "alerts",
                "locked",
            ),
        ),
        Guide(
            "operator",
            "shield",
            _l("Operators"),
            _l(
                "You run this server: districts, schemes, officers, back-ups. You do not see what is reported."
            ),
            (
                Step(
                    "ok",
                    _l("See what is still missing"),
                    _l(
                        "One page looks at settings, alerts, mail and back-up, and says what to do about each."
                    ),
                    "/operating/health",
                ),
                Step(
                    "shop",
                    _l("Make a scheme, and its coordinator"),
                    _l("The coordinator does the rest: invites, lets in, decides the settings."),
                    "/operating/schemes",
                ),
                Step(
                    "people",
                    _l("Place officers in their districts"),
                    _l(
                        "They see the schemes of these districts from that second, and no longer when you move them."
                    ),
                    "/operating/people",
                ),
            ),
            ("operating", "people", "backup"),
        ),
    )
}


def guide_of(viewer: Viewer, schemes: Iterable[Scheme]) -> Guide:
    """The one that fits most of what they may do."""
    roles = viewer.all_roles
    if roles & set(POLICE_ROLES):
        return GUIDES["police"]
    for role, slug in (("coordinator", "coordinator"), ("lead", "security"), ("partner", "partner")):
        if role in roles:
            return GUIDES[slug]
    if viewer.is_operator and not viewer.schemes:
        return GUIDES["operator"]
    kinds = {scheme.kind for scheme in schemes}
    return GUIDES["pub" if kinds == {PUBWATCH} else "shop"]
