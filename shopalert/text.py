"""What people type: normalised, and without characters that hide or turn other text (IO1)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError

# Turns other text around, or stands for bytes that were no text.
UNSHOWN = frozenset("\ufffd\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ALLOWED_CONTROLS = frozenset("\n\t")
LINE_ENDS = re.compile("[ \n\t\u2028\u2029]+")


def normal(text: str | None) -> str:
    """One spelling for each letter (NFC), one for each line's end, no space at the ends."""
    return unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str | None) -> str:
    """The same in one line: for names and whatever else stands in a subject or beside other words."""
    return LINE_ENDS.sub(" ", normal(text))


def is_plain(text: str) -> bool:
    """Whether the text holds nothing that cannot be shown or stored: controls, overrides, half letters."""
    return not any(
        character in UNSHOWN
        or (unicodedata.category(character) in ("Cc", "Cs") and character not in ALLOWED_CONTROLS)
        for character in text
    )


class PlainText:
    """Validator: the text can be stored and shown as it is."""

    def __call__(self, form: Form, field: Field) -> None:
        data: Any = field.data
        if isinstance(data, str) and not is_plain(data):
            raise ValidationError(_l("This holds characters that can’t be shown. Type it again."))
