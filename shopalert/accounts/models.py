"""People who sign in, their sessions, and the failures that throttle guessing."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.db import db, now, uuid7
from shopalert.kept import KeptWithPerson


class User(KeptWithPerson, db.Model):
    """A person. What they may do stands in their memberships and police roles, not here."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(120))
    short_name: Mapped[str] = mapped_column(sa.String(60))  # first name, or rank and surname
    rank_title: Mapped[str | None] = mapped_column(sa.String(60))  # of police: "PC 4417"
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    is_operator: Mapped[bool] = mapped_column(default=False)
    tells_force: Mapped[bool] = mapped_column(default=False)  # of police: may write to the whole force
    suspended_at: Mapped[datetime | None]
    install_dismissed_at: Mapped[datetime | None]  # invited to the Home Screen, and answered
    toured_at: Mapped[datetime | None]  # has put the first steps away
    created_at: Mapped[datetime] = mapped_column(default=now)


class UserSession(KeptWithPerson, db.Model):
    """One signed-in browser. The cookie holds a token of which only the hash is kept."""

    __tablename__ = "user_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    device: Mapped[str] = mapped_column(sa.String(120), default="")  # "Chrome on Android"
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    absolute_end: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class SignInFailure(KeptWithPerson, db.Model):
    """A sign-in that failed. Rows, so that a restart or the loss of Redis forgets none."""

    __tablename__ = "sign_in_failure"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    account: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  # hash of the address typed, known or not
    network: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.Index("ix_sign_in_failure_account_at", "account", "at"),
        sa.Index("ix_sign_in_failure_network_at", "network", "at"),
    )


class PasswordReset(KeptWithPerson, db.Model):
    """A link to choose a new password: good once, for half an hour. Also written where nobody has the address, so
    that asking takes the same steps for all; then it belongs to nobody and opens nothing."""

    __tablename__ = "password_reset"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    account: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  # hash of the address typed, known or not
    network: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("ix_password_reset_account_at", "account", "at"),
        sa.Index("ix_password_reset_network_at", "network", "at"),
    )
