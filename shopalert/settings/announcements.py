"""What open screens are told when a scheme's settings have changed: to read themselves anew."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopalert.alerts.announcement import Announcement, Message, register
from shopalert.alerts.live import SETTINGS_CHANGED
from shopalert.alerts.models import Event


def read_anew(_session: Session, _event: Event) -> list[Message]:
    return [Message("resync", "{}")]


def register_all() -> None:
    register(Announcement(SETTINGS_CHANGED, read_anew))
