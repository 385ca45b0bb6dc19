"""Who belongs where: force, district, scheme, business, premises, membership, police role, share."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.db import db, now, uuid7
from shopalert.kept import KeptWithPerson
from shopalert.wall import SchemeOwned

RETAIL, PUBWATCH = "retail", "pubwatch"
AGREEMENT_GRACE = timedelta(days=14)
REPORTER_SHOWN = ("name", "business")  # to members: first name and business, or the business alone
LOCK_SCREEN_LEVELS = ("category", "discreet")  # "Theft in progress · High Street" or "New alert"


class Force(db.Model):
    """A police force: one force is one instance."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)


class District(db.Model):
    """A police district; its officers read all schemes of it."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    force_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("force.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    ended_at: Mapped[datetime | None]  # merged into another


class Scheme(db.Model):
    """A town's or centre's group: the wall that nobody's data crosses by accident."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    district_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("district.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    code: Mapped[str] = mapped_column(sa.String(6), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    lock_screen: Mapped[str] = mapped_column(sa.String(10), default="category")
    reporter_shown: Mapped[str] = mapped_column(sa.String(10), default="name")  # one of REPORTER_SHOWN
    appearance: Mapped[bool] = mapped_column(default=False)  # descriptions may hold an IC code
    break_through: Mapped[bool] = mapped_column(default=True)  # urgent alerts ring in quiet hours
    repeat_urgent: Mapped[bool] = mapped_column(
        default=True
    )  # once more, to who neither opened nor did anything
    help_tells_police: Mapped[bool] = mapped_column(default=False)  # a call for help alerts police, too
    officers_see_unreported: Mapped[bool] = mapped_column(default=True)
    offline_reading: Mapped[bool] = mapped_column(default=True)  # what was opened is kept for the stock room
    approval: Mapped[bool] = mapped_column(default=True)  # a coordinator lets each new member in
    takes_shares: Mapped[bool] = mapped_column(default=True)  # other schemes may share with it
    settings_version: Mapped[int] = mapped_column(default=1)  # moves on with each change of its settings
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def scheme_id(self) -> uuid.UUID:
        """So that `can()` may be asked of a scheme as of anything in it."""
        return self.id


class SchemeCategory(SchemeOwned, db.Model):
    """A kind of incident as one scheme has it: hidden from its form, or added by it under a kind of the list.

    The code never changes and its row is never removed: incidents of a kind that is hidden later stay readable.
    """

    __tablename__ = "scheme_category"

    code: Mapped[str] = mapped_column(sa.String(40))  # of the list, or `own_…`
    base_code: Mapped[str] = mapped_column(sa.ForeignKey("category.code"))  # what it counts as in figures
    label: Mapped[str] = mapped_column(sa.String(80), default="")  # empty: as in the list
    glyph: Mapped[str] = mapped_column(sa.String(30), default="")
    hue: Mapped[str] = mapped_column(sa.String(10), default="")
    shown: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (sa.UniqueConstraint("scheme_id", "code"),)


class SchemeChange(SchemeOwned, db.Model):
    """A change of a scheme's settings as its members read it. Who made it stands in the audit log alone."""

    __tablename__ = "scheme_change"

    at: Mapped[datetime] = mapped_column(default=now)
    setting: Mapped[str] = mapped_column(sa.String(40))  # its name, or `kind`
    before: Mapped[str] = mapped_column(sa.String(40), default="")
    after: Mapped[str] = mapped_column(sa.String(40), default="")
    thing: Mapped[str] = mapped_column(sa.String(40), default="")  # the kind's code


class Business(db.Model):
    """A company or sole trader; it may have premises in several schemes."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(sa.String(120))


class Premises(SchemeOwned, db.Model):
    """A site of a business in a scheme, with its place and trading hours."""

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("business.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    trade: Mapped[str] = mapped_column(
        sa.String(20), default=""
    )  # of advice.vocabulary.TRADES; empty: nobody said
    street: Mapped[str] = mapped_column(sa.String(120), default="")  # shown on lock screens: no house number
    postcode: Mapped[str] = mapped_column(sa.String(10), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # {"mon": ["09:00", "17:30"], …}, local times; a day left out is closed
    trading_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)

    business: Mapped[Business] = relationship()


class Membership(SchemeOwned, KeptWithPerson, db.Model):
    """A user's place in a scheme: role, premises, employer."""

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))  # member, lead, coordinator, partner
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    employer: Mapped[str] = mapped_column(sa.String(120), default="")
    call_sign: Mapped[str] = mapped_column(sa.String(20), default="")
    authorised_by: Mapped[str] = mapped_column(
        sa.String(120), default=""
    )  # for a guard firm: who at the shop
    joined_at: Mapped[datetime] = mapped_column(default=now)
    # By when the agreement must be accepted again: asked for AGREEMENT_GRACE before, no access after. Empty: never.
    agree_by: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]  # in this scheme, until it is lifted
    removed_at: Mapped[datetime | None]
    responder: Mapped[bool] = mapped_column(default=False)  # chosen to be called when somebody needs help
    changed_at: Mapped[datetime | None] = mapped_column(index=True)  # what they may see became another thing

    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("user_id", "scheme_id"),)


class PoliceRole(KeptWithPerson, db.Model):
    """An officer's or commander's district."""

    __tablename__ = "police_role"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    district_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("district.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))  # officer, commander
    ended_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("user_id", "district_id", "role"),)


class Share(KeptWithPerson, db.Model):
    """A thing of one scheme shown to another, by a person, for a reason, until a date."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(sa.String(20))  # incident, person, bulletin
    thing_id: Mapped[uuid.UUID]
    from_scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)
    to_scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme.id"))
    shared_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    shared_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("ix_share_to_scheme_id_thing_id", "to_scheme_id", "thing_id"),
        sa.Index("ix_share_thing_id", "thing_id"),
    )

    @property
    def scheme_id(self) -> uuid.UUID:
        """Where it is read: `can()` and events ask for it."""
        return self.to_scheme_id

    @property
    def dom_id(self) -> str:
        return f"share-{self.id}"

    @property
    def url(self) -> str:
        return f"/shared/{self.id}"
