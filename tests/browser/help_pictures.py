"""The pictures in the help: the upper part of some screens on a phone by day, small enough for a slow line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from shopalert.help.parts import PICTURE

FOLDER = Path(__file__).resolve().parents[2] / "static" / "help"
BANNER, BAR = (
    54,
    64,
)  # pixels: "everything here is invented" above each page, and what stays when it is scrolled away
# The picture's name: the screen that it shows.
PICTURES = {
    "report": "report", "sent": "incident-sent", "feed": "feed", "seen": "incident-now", "chat": "incident-chat",
    "check": "alerts-check", "wakes": "wakes", "invite": "invitation", "members": "members", "settings": "settings",
    "desk": "desk", "operating": "operating",
}  # fmt: skip


def keep_for_help(shot: bytes, screen: str, size: str, theme: str) -> None:
    """One of them, where this shot is one."""
    for name, shown in PICTURES.items():
        if (shown, "phone", "light") == (screen, size, theme):
            FOLDER.mkdir(parents=True, exist_ok=True)
            whole = Image.open(BytesIO(shot)).convert("RGB")
            top = BANNER if whole.getpixel((2, 2)) != whole.getpixel((2, BANNER + 2)) else BAR
            upper = whole.crop((0, top, PICTURE[0], top + PICTURE[1]))
            upper.save(FOLDER / f"{name}.webp", quality=45, method=6)
