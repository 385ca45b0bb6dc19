"""What a browser calls itself, in words that its owner recognises in a list."""

from __future__ import annotations

from flask_babel import gettext as _

# The first that is found counts: Edge also says Chrome, Chrome also says Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def label(user_agent: str | None) -> str:
    """ "Chrome on Android"."""
    said = user_agent or ""
    browser = next((name for mark, name in BROWSERS if mark in said), _("Browser"))
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
