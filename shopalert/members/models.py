"""How people come in: the agreement and who accepted it, invitations, and those who wait to be let in."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.kept import KeptWithPerson
from shopalert.schemes.models import Premises
from shopalert.wall import SchemeOwned


class Agreement(SchemeOwned, db.Model):
    """One version of a scheme's data-sharing agreement. A version that stands never changes."""

    version: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    months: Mapped[int] = mapped_column(default=12)  # after so many it is accepted again; 0: never
    published_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("scheme_id", "version"),)


class Acceptance(SchemeOwned, KeptWithPerson, db.Model):
    """Somebody read this version and ticked it."""

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    agreement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("agreement.id"))
    version: Mapped[int]
    accepted_at: Mapped[datetime] = mapped_column(default=now)


class Invitation(SchemeOwned, KeptWithPerson, db.Model):
    """A link into a scheme, of which only the hash is kept.

    Bound to an address it is good once, and carries role and premises. Open, it is for a poster at the meeting:
    good for many until its end, and whoever comes by it is always let in by a coordinator.
    """

    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="")  # empty: open
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    role: Mapped[str] = mapped_column(sa.String(20), default="member")
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    employer: Mapped[str] = mapped_column(sa.String(120), default="")
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"))  # none: the operator
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # the last time
    uses: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]

    premises: Mapped[Premises | None] = relationship()

    @property
    def is_open(self) -> bool:
        return not self.email


class Joining(SchemeOwned, KeptWithPerson, db.Model):
    """Somebody who asked to come in. They see nothing of the scheme until a coordinator has said yes."""

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    invitation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    # Premises that the scheme does not know yet: made when they are let in.
    business: Mapped[str] = mapped_column(sa.String(120), default="")
    street: Mapped[str] = mapped_column(sa.String(120), default="")
    postcode: Mapped[str] = mapped_column(sa.String(10), default="")
    employer: Mapped[str] = mapped_column(sa.String(120), default="")
    authorised_by: Mapped[str] = mapped_column(sa.String(120), default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    let_in: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()
    premises: Mapped[Premises | None] = relationship()
