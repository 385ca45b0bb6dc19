"""Every table that holds personal data says until when it is shown, and when it is erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped


class Kept:
    """Both clocks run from the day the row is made: shown to members until, erased on."""

    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]


class KeptWithPerson:
    """About a person who belongs here: both clocks are empty until they leave, or the row has had its use."""

    shown_until: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
