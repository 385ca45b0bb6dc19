"""Incidents: one report each, with every version, what happened after, and where it was seen again."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.incidents.priority import Priority, priority_of
from shopalert.kept import Kept, KeptWithPerson
from shopalert.schemes.models import Premises
from shopalert.wall import OfIncident, OnShelf, SchemeOwned, Shareable, Tellable


class Category(db.Model):
    """A kind of incident; the list is seeded from `vocabulary.py`."""

    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    glyph: Mapped[str] = mapped_column(sa.String(30))
    hue: Mapped[str] = mapped_column(sa.String(10))
    position: Mapped[int]


class ReferenceCounter(db.Model):
    """The last number given in a scheme and year: WIC-2026-00421."""

    __tablename__ = "reference_counter"

    scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Incident(Shareable, Tellable, Kept, db.Model):
    """One report: what, where, when, by whom."""

    client_id: Mapped[uuid.UUID]  # made on the phone: a repeat finds its own row
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  # of what was understood
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    category_code: Mapped[str] = mapped_column(sa.ForeignKey("category.code"))
    category_own: Mapped[str] = mapped_column(sa.String(40), default="")  # a kind that its scheme added
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    narrative: Mapped[str] = mapped_column(sa.Text, default="")
    occurred_at: Mapped[datetime]  # as the reporter says
    received_at: Mapped[datetime] = mapped_column(default=now)  # as the server saw
    in_progress: Mapped[bool] = mapped_column(default=False)
    violence: Mapped[bool] = mapped_column(default=False)
    weapon: Mapped[bool] = mapped_column(default=False)
    value_lost_pence: Mapped[int | None]
    exercise: Mapped[bool] = mapped_column(default=False)  # practice: it did not happen, and counts nowhere
    occurred_until: Mapped[datetime | None]  # the end of a range; empty when the time is precise
    came_to: Mapped[str] = mapped_column(sa.String(20), default="")  # description.CAME_TO; empty: carried out
    people_count: Mapped[int | None]  # how many there were, described or not
    value_recovered_pence: Mapped[int | None]
    direction: Mapped[str] = mapped_column(sa.String(200), default="")
    words_spoken: Mapped[str] = mapped_column(sa.Text, default="")
    flags: Mapped[list[Any]] = mapped_column(default=list)  # description.FLAG_CODES, in that order
    # Descriptions live and die with their report, are always read and changed as a whole with it, and its versions
    # hold the same: so they are columns of it and no tables of their own (docs/decisions/0007).
    people: Mapped[list[Any]] = mapped_column(default=list)
    vehicles: Mapped[list[Any]] = mapped_column(default=list)
    goods: Mapped[list[Any]] = mapped_column(default=list)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of questions.QUESTIONS
    status: Mapped[str] = mapped_column(sa.String(10), default="open")  # open, closed, withdrawn
    all_clear_at: Mapped[datetime | None]
    incident_number: Mapped[str] = mapped_column(sa.String(40), default="")  # the police's three numbers
    crime_number: Mapped[str] = mapped_column(sa.String(40), default="")
    online_number: Mapped[str] = mapped_column(sa.String(40), default="")
    # Where the police stand with it, as `outcomes.standing` has it; kept here for lists.
    progress: Mapped[str] = mapped_column(sa.String(60), default="not_reported")
    outcome: Mapped[str] = mapped_column(sa.String(60), default="")
    court: Mapped[str] = mapped_column(sa.String(60), default="")
    replies: Mapped[int] = mapped_column(default=0)  # comments for members; kept by the chat
    police_replied: Mapped[bool] = mapped_column(default=False)
    row_version: Mapped[int] = mapped_column(default=1)
    stirred_at: Mapped[datetime | None] = mapped_column(
        default=now
    )  # when members could last learn something of it
    stirred_by_id: Mapped[uuid.UUID | None]
    last_said_by_id: Mapped[uuid.UUID | None]  # whose the last comment for members is
    resolved_at: Mapped[datetime | None]  # nothing more is asked in its chat
    slow_seconds: Mapped[int] = mapped_column(
        default=0
    )  # between two lines of one member; nought: as they like
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship(foreign_keys="Incident.author_id")
    category: Mapped[Category] = relationship()
    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_incident_scheme_id_id", "scheme_id", "id"),
        sa.Index("ix_incident_scheme_id_category_code_id", "scheme_id", "category_code", "id"),
        sa.Index("ix_incident_scheme_id_stirred_at", "scheme_id", "stirred_at"),
    )

    @property
    def dom_id(self) -> str:
        return f"incident-{self.id}"

    @property
    def happening_now(self) -> bool:
        """Reported as in progress, and no all clear yet."""
        return self.in_progress and self.all_clear_at is None and self.withdrawn_at is None

    @property
    def priority(self) -> Priority:
        """How pressing it is now, and why."""
        return self.priority_when(self.happening_now)

    @property
    def priority_at_first(self) -> Priority:
        """How pressing it was as it was reported, whatever became of it."""
        return self.priority_when(self.in_progress)

    def priority_when(self, happening_now: bool) -> Priority:
        return priority_of(
            self.category_code, happening_now=happening_now, violence=self.violence, weapon=self.weapon,
            flags=self.flags, value_lost_pence=self.value_lost_pence,
        )  # fmt: skip

    @property
    def urgent(self) -> bool:
        """What breaks through."""
        return self.priority.urgent

    @property
    def police_have_it(self) -> bool:
        """They gave a number, or something became of it: that they know of it can't be taken back."""
        numbers = self.incident_number or self.crime_number or self.online_number
        return bool(numbers) or self.progress != "not_reported"

    @property
    def restricts_pictures(self) -> bool:
        """Pictures of a child are for the coordinator and the police."""
        return "child" in self.flags

    @classmethod
    def real(cls) -> sa.ColumnElement[bool]:
        """The criterion of everything that counts: no practice, nothing withdrawn."""
        return sa.and_(cls.exercise.is_(False), cls.withdrawn_at.is_(None))


class IncidentVersion(OfIncident, Kept, db.Model):
    """What an incident said at one time; every version is kept."""

    __tablename__ = "incident_version"

    number: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    facts: Mapped[dict[str, Any]]  # as of `Facts.as_json`
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("incident_id", "number"),)


class Step(OfIncident, Kept, db.Model):
    """Something that became of an incident: edited, all clear, withdrawn."""

    kind: Mapped[str] = mapped_column(sa.String(20))
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()


class Sighting(OfIncident, Kept, db.Model):
    """Seen here, now: by one person, at one of the scheme's premises."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    seen_at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()
    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("author_id", "client_id"),)


# ---- what one person has read, and how they like to look


class ReadMark(OfIncident, KeptWithPerson, db.Model):
    """Until when one person has read an incident."""

    __tablename__ = "read_mark"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("user_id", "incident_id"),)


class ReadUpTo(SchemeOwned, KeptWithPerson, db.Model):
    """Until when one person has read all of a scheme: they said so."""

    __tablename__ = "read_up_to"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("user_id", "scheme_id"),)


class SavedView(SchemeOwned, KeptWithPerson, db.Model):
    """A name for a way of filtering a feed; its author's alone."""

    __tablename__ = "saved_view"

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(400))  # as of filters.Filters.query

    __table_args__ = (sa.UniqueConstraint("author_id", "scheme_id", "name"),)


# ---- what search looks through (index.py writes it, search.py reads it)


class Shelf(SchemeOwned, OnShelf, db.Model):
    """All that one audience of a scheme may read. Search looks through whole shelves, and only the reader's."""

    number: Mapped[int] = mapped_column(unique=True)  # the upper bits of the numbers of its passages

    __table_args__ = (sa.UniqueConstraint("scheme_id", "audience"),)


class Passage(OfIncident, OnShelf, Kept, db.Model):
    """The words of an incident, as one audience may read it: its report, and what was said to them."""

    number: Mapped[int] = mapped_column(
        sa.BigInteger, unique=True
    )  # shelf << 40 | the incident's own integer
    words: Mapped[str] = mapped_column(sa.Text)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("incident_id", "audience"),)


class KnownWord(SchemeOwned, OnShelf, db.Model):
    """A word that stands somewhere on a shelf: what a slip of the finger is compared with."""

    __tablename__ = "known_word"

    word: Mapped[str] = mapped_column(sa.String(40))
    length: Mapped[int]

    __table_args__ = (
        sa.UniqueConstraint("scheme_id", "audience", "word"),
        sa.Index("ix_known_word_scheme_id_audience_length", "scheme_id", "audience", "length"),
    )
