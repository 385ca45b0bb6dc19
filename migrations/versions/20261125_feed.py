"""A feed for work: what was read, saved views, and the index that search looks through.

Revision ID: 20261125_feed
Revises: 20261126_help
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261125_feed"
down_revision = "20261126_help"
branch_labels = None
depends_on = None

INCIDENT = (("stirred_at", house.Moment()), ("stirred_by_id", sa.Uuid()), ("last_said_by_id", sa.Uuid()))
WALLED = ("read_mark", "read_up_to", "saved_view", "shelf", "passage", "known_word")


def upgrade() -> None:
    for name, kind in INCIDENT:
        op.add_column("incident", sa.Column(name, kind, nullable=True))
    say_when_incidents_stirred()
    op.create_index(
        "ix_incident_scheme_id_category_code_id", "incident", ["scheme_id", "category_code", "id"]
    )
    op.create_index("ix_incident_scheme_id_stirred_at", "incident", ["scheme_id", "stirred_at"])
    reading()
    searching()
    for table in WALLED:
        lock(op, table)


def reading() -> None:
    """What one person has read, and their views."""
    of_a_person("read_mark", "user_id", ["user_id", "incident_id"], sa.Column("at", house.Moment(), nullable=False),
                incident=True)  # fmt: skip
    of_a_person(
        "read_up_to", "user_id", ["user_id", "scheme_id"], sa.Column("at", house.Moment(), nullable=False)
    )
    of_a_person(
        "saved_view", "author_id", ["author_id", "scheme_id", "name"],
        sa.Column("name", sa.String(60), nullable=False), sa.Column("query", sa.String(400), nullable=False),
    )  # fmt: skip


def searching() -> None:
    """Shelves, passages, words; and the index itself, which is each engine's own."""
    walled("shelf", sa.Column("number", sa.Integer(), nullable=False), audience, once("number"),
           once("scheme_id", "audience"))  # fmt: skip
    walled(
        "passage", sa.Column("number", sa.BigInteger(), nullable=False), sa.Column("words", sa.Text(), nullable=False),
        audience, once("number"), once("incident_id", "audience"), *of_incident("passage"), *clocks(nullable=False),
    )  # fmt: skip
    walled("known_word", sa.Column("word", sa.String(40), nullable=False), sa.Column("length", sa.Integer(), nullable=False),
           audience, once("scheme_id", "audience", "word"))  # fmt: skip
    op.create_index("ix_passage_incident_id", "passage", ["incident_id"])
    op.create_index(
        "ix_known_word_scheme_id_audience_length", "known_word", ["scheme_id", "audience", "length"]
    )
    for line in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(line)


# Row by row nobody's words: what the index gives back are numbers of passages, and those stand behind the wall.
SQLITE = (
    "CREATE VIRTUAL TABLE passage_index USING fts5(words, content='', detail=none, columnsize=0, "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    # Merging is done outside of people's transactions, in small steps.
    "INSERT INTO passage_index(passage_index, rank) VALUES ('automerge', 0)",
    "INSERT INTO passage_index(passage_index, rank) VALUES ('crisismerge', 64)",
)
POSTGRES = (
    "CREATE TABLE passage_index (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX passage_index_words ON passage_index USING gin (words)",
)


def audience() -> sa.Column:
    return sa.Column("audience", sa.String(60), nullable=False)


def clocks(nullable: bool) -> list[sa.Column]:
    return [sa.Column(name, house.Moment(), nullable=nullable) for name in ("shown_until", "kept_until")]


def of_incident(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f(f"fk_{table}_incident_id")),
    ]


def once(*columns: str):
    def constraint(table: str) -> sa.UniqueConstraint:
        return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))

    return constraint


def walled(table: str, *items) -> None:
    """A table of a scheme's rows; an item may be a function of the table's name, or of nothing."""
    made = [item() if item is audience else item(table) if callable(item) else item for item in items]
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        *made,
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f(f"fk_{table}_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])


def of_a_person(table: str, owner: str, key: list[str], *items, incident: bool = False) -> None:
    walled(
        table,
        sa.Column(owner, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([owner], ["user.id"], name=op.f(f"fk_{table}_{owner}")),
        *items,
        once(*key),
        *(of_incident(table) if incident else []),
        *clocks(nullable=True),
    )
    if incident:
        op.create_index(op.f(f"ix_{table}_incident_id"), table, ["incident_id"])


def say_when_incidents_stirred() -> None:
    """For incidents that stand: their last comment for members, or their report."""
    incident = sa.table(
        "incident", *map(sa.column, ("id", "author_id", "received_at", *(n for n, _ in INCIDENT)))
    )
    comment = sa.table("comment", *map(sa.column, ("id", "incident_id", "author_id", "audience", "at")))
    said = sa.and_(comment.c.incident_id == incident.c.id, comment.c.audience == "members")
    at = sa.select(sa.func.max(comment.c.at)).where(said).scalar_subquery()
    last = sa.select(comment.c.author_id).where(said).order_by(comment.c.id.desc()).limit(1).scalar_subquery()
    op.execute(
        sa.update(incident).values(
            stirred_at=sa.func.coalesce(at, incident.c.received_at),
            stirred_by_id=sa.func.coalesce(last, incident.c.author_id),
            last_said_by_id=last,
        )
    )


def downgrade() -> None:
    op.execute("DROP TABLE passage_index")
    for table in reversed(WALLED):
        op.drop_table(table)
    op.drop_index("ix_incident_scheme_id_stirred_at", "incident")
    op.drop_index("ix_incident_scheme_id_category_code_id", "incident")
    for name, _kind in INCIDENT:
        op.drop_column("incident", name)
