"""The first schema: people, schemes, incidents, chat, pictures, the event log, deliveries, the audit.

Revision ID: 20261124_first
Revises:
Create Date: 2026-11-24
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

import shopalert.db as house

revision = "20261124_first"
down_revision = None
branch_labels = None
depends_on = None

# code, label, glyph, hue, position: as in shopalert/incidents/vocabulary.py on the day of this migration
CATEGORIES = (
    ("shop_theft", "Shop theft", "bag", "theft", 1),
    ("shop_theft_attempt", "Attempted or prevented theft", "bag-stop", "theft", 2),
    ("threats_abuse", "Threats or abuse", "speech", "violence", 3),
    ("violence_worker", "Violence to staff", "fist", "violence", 4),
    ("suspicious", "Suspicious behaviour", "eye", "other", 5),
    ("asb", "Anti-social behaviour", "noise", "asb", 6),
    ("order_breach", "Broke a ban or court order", "ban", "other", 7),
    ("fraud", "Fraud, refund, card, scam", "card", "fraud", 8),
    ("drugs_alcohol", "Drugs or drink", "bottle", "asb", 9),
    ("age_sale", "Under-age or proxy sale, refusal", "age", "other", 10),
    ("damage", "Criminal damage", "damage", "asb", 11),
    ("counterfeit", "Counterfeit money", "note", "fraud", 12),
    ("make_off", "Left without paying", "exit", "theft", 13),
    ("burglary", "Burglary of business", "door", "theft", 14),
    ("theft_person", "Theft from a customer or staff", "purse", "theft", 15),
    ("robbery", "Robbery", "alert", "violence", 16),
    ("weapon", "Weapon seen", "knife", "violence", 17),
    ("vehicle", "Vehicle or delivery crime", "van", "theft", 18),
    ("welfare", "Missing or vulnerable person", "heart", "other", 19),
    ("other", "Something else", "more", "other", 20),
)

# Rows of a scheme: PostgreSQL itself refuses them to a session that has not said whose they are.
WALLED = (
    "attachment",
    "bulletin",
    "comment",
    "delivery",
    "event",
    "incident",
    "incident_version",
    "membership",
    "person_of_interest",
    "premises",
    "sighting",
    "step",
)
SHAREABLE = {"incident": "id", "person_of_interest": "id", "bulletin": "id"}
# What hangs on an incident is seen with it: which column leads to what was shared.
SHAREABLE |= dict.fromkeys(("attachment", "comment", "incident_version", "sighting", "step"), "incident_id")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("lease_until", house.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("detail_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_row_seq")),
    )
    op.create_index(op.f("ix_audit_row_actor_id"), "audit_row", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_row_object_id"), "audit_row", ["object_id"], unique=False)
    op.create_index(op.f("ix_audit_row_scheme_id"), "audit_row", ["scheme_id"], unique=False)
    op.create_table(
        "business",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business")),
    )
    op.create_table(
        "category",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("glyph", sa.String(length=30), nullable=False),
        sa.Column("hue", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
    )
    op.create_table(
        "force",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force")),
        sa.UniqueConstraint("name", name=op.f("uq_force_name")),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("cursor_key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_table(
        "push_service",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("wait_until", house.Moment(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_push_service")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=32), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_account_at", "sign_in_failure", ["account", "at"], unique=False)
    op.create_index("ix_sign_in_failure_network_at", "sign_in_failure", ["network", "at"], unique=False)
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("rank_title", sa.String(length=60), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", house.Moment(), nullable=True),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "audit_detail",
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("erased_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["row_id"], ["audit_row.id"], name=op.f("fk_audit_detail_row_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_audit_detail")),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("force_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_district_force_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("slug", name=op.f("uq_district_slug")),
    )
    op.create_index(op.f("ix_district_force_id"), "district", ["force_id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("last_seen_at", house.Moment(), nullable=False),
        sa.Column("absolute_end", house.Moment(), nullable=False),
        sa.Column("revoked_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "police_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("ended_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_police_role_district_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_police_role_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_police_role")),
        sa.UniqueConstraint(
            "user_id", "district_id", "role", name=op.f("uq_police_role_user_id_district_id_role")
        ),
    )
    op.create_index(op.f("ix_police_role_district_id"), "police_role", ["district_id"], unique=False)
    op.create_index(op.f("ix_police_role_user_id"), "police_role", ["user_id"], unique=False)
    op.create_table(
        "scheme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lock_screen", sa.String(length=10), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_scheme_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_scheme_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_scheme_slug")),
    )
    op.create_index(op.f("ix_scheme_district_id"), "scheme", ["district_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint", sa.String(length=2000), nullable=True),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("last_success_at", house.Moment(), nullable=True),
        sa.Column("gone_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_subscription_session_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_subscription_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_subscription_endpoint")),
    )
    op.create_index(op.f("ix_subscription_session_id"), "subscription", ["session_id"], unique=False)
    op.create_index(op.f("ix_subscription_user_id"), "subscription", ["user_id"], unique=False)
    op.create_table(
        "bulletin",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", house.Moment(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_bulletin_author_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_bulletin_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
    )
    op.create_index(op.f("ix_bulletin_scheme_id"), "bulletin", ["scheme_id"], unique=False)
    op.create_table(
        "event",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_event_scheme_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
    )
    op.create_index(op.f("ix_event_incident_id"), "event", ["incident_id"], unique=False)
    op.create_index(op.f("ix_event_scheme_id"), "event", ["scheme_id"], unique=False)
    op.create_index(
        "ix_event_scheme_id_audience_seq", "event", ["scheme_id", "audience", "seq"], unique=False
    )
    op.create_table(
        "person_of_interest",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_person_of_interest_author_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_person_of_interest_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_of_interest")),
    )
    op.create_index(
        op.f("ix_person_of_interest_scheme_id"), "person_of_interest", ["scheme_id"], unique=False
    )
    op.create_table(
        "premises",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("trading_hours", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_premises_business_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_premises_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
    )
    op.create_index(op.f("ix_premises_business_id"), "premises", ["business_id"], unique=False)
    op.create_index(op.f("ix_premises_scheme_id"), "premises", ["scheme_id"], unique=False)
    op.create_table(
        "reference_counter",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_reference_counter_scheme_id")),
        sa.PrimaryKeyConstraint("scheme_id", "year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("from_scheme_id", sa.Uuid(), nullable=False),
        sa.Column("to_scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shared_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shared_at", house.Moment(), nullable=False),
        sa.Column("until", house.Moment(), nullable=False),
        sa.Column("ended_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["from_scheme_id"], ["scheme.id"], name=op.f("fk_share_from_scheme_id")),
        sa.ForeignKeyConstraint(["shared_by_id"], ["user.id"], name=op.f("fk_share_shared_by_id")),
        sa.ForeignKeyConstraint(["to_scheme_id"], ["scheme.id"], name=op.f("fk_share_to_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    op.create_index(op.f("ix_share_from_scheme_id"), "share", ["from_scheme_id"], unique=False)
    op.create_index("ix_share_to_scheme_id_thing_id", "share", ["to_scheme_id", "thing_id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("category_code", sa.String(length=30), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("occurred_at", house.Moment(), nullable=False),
        sa.Column("received_at", house.Moment(), nullable=False),
        sa.Column("in_progress", sa.Boolean(), nullable=False),
        sa.Column("violence", sa.Boolean(), nullable=False),
        sa.Column("weapon", sa.Boolean(), nullable=False),
        sa.Column("value_lost_pence", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("all_clear_at", house.Moment(), nullable=True),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("police_replied", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", house.Moment(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_incident_author_id")),
        sa.ForeignKeyConstraint(["category_code"], ["category.code"], name=op.f("fk_incident_category_code")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_incident_premises_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_incident_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_incident_author_id_client_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_incident_reference")),
    )
    op.create_index(op.f("ix_incident_author_id"), "incident", ["author_id"], unique=False)
    op.create_index(op.f("ix_incident_scheme_id"), "incident", ["scheme_id"], unique=False)
    op.create_index("ix_incident_scheme_id_id", "incident", ["scheme_id", "id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("call_sign", sa.String(length=20), nullable=False),
        sa.Column("joined_at", house.Moment(), nullable=False),
        sa.Column("removed_at", house.Moment(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_membership_premises_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_membership_scheme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "scheme_id", name=op.f("uq_membership_user_id_scheme_id")),
    )
    op.create_index(op.f("ix_membership_scheme_id"), "membership", ["scheme_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("by_police", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_comment_incident_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_comment_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_comment_author_id_client_id")),
    )
    op.create_index(op.f("ix_comment_incident_id"), "comment", ["incident_id"], unique=False)
    op.create_index(op.f("ix_comment_scheme_id"), "comment", ["scheme_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", house.Moment(), nullable=False),
        sa.Column("due_at", house.Moment(), nullable=False),
        sa.Column("expires_at", house.Moment(), nullable=False),
        sa.Column("lease_until", house.Moment(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", house.Moment(), nullable=True),
        sa.Column("shown_at", house.Moment(), nullable=True),
        sa.Column("opened_at", house.Moment(), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_delivery_event_seq")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_delivery_incident_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_delivery_scheme_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_delivery_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "event_seq", "subscription_id", name=op.f("uq_delivery_event_seq_subscription_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_delivery_token_hash")),
    )
    op.create_index(op.f("ix_delivery_incident_id"), "delivery", ["incident_id"], unique=False)
    op.create_index(op.f("ix_delivery_scheme_id"), "delivery", ["scheme_id"], unique=False)
    op.create_index("ix_delivery_state_due_at", "delivery", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_delivery_subscription_id"), "delivery", ["subscription_id"], unique=False)
    op.create_index(op.f("ix_delivery_user_id"), "delivery", ["user_id"], unique=False)
    op.create_table(
        "incident_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_incident_version_author_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_version_incident_id")
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_incident_version_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_version")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_incident_version_incident_id_number")),
    )
    op.create_index(
        op.f("ix_incident_version_incident_id"), "incident_version", ["incident_id"], unique=False
    )
    op.create_index(op.f("ix_incident_version_scheme_id"), "incident_version", ["scheme_id"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", house.Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_sighting_author_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_sighting_incident_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_sighting_premises_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_sighting_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_sighting_author_id_client_id")),
    )
    op.create_index(op.f("ix_sighting_incident_id"), "sighting", ["incident_id"], unique=False)
    op.create_index(op.f("ix_sighting_scheme_id"), "sighting", ["scheme_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_step_author_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_step_incident_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_step_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index(op.f("ix_step_incident_id"), "step", ["incident_id"], unique=False)
    op.create_index(op.f("ix_step_scheme_id"), "step", ["scheme_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("received_at", house.Moment(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_attachment_author_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_attachment_comment_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_attachment_incident_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_attachment_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
    )
    op.create_index(
        "ix_attachment_author_id_received_at", "attachment", ["author_id", "received_at"], unique=False
    )
    op.create_index(op.f("ix_attachment_comment_id"), "attachment", ["comment_id"], unique=False)
    op.create_index(op.f("ix_attachment_incident_id"), "attachment", ["incident_id"], unique=False)
    op.create_index(op.f("ix_attachment_scheme_id"), "attachment", ["scheme_id"], unique=False)
    op.create_table(
        "derivative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", house.Moment(), nullable=True),
        sa.Column("stored_as", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_derivative_attachment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivative")),
        sa.UniqueConstraint("attachment_id", "variant", name=op.f("uq_derivative_attachment_id_variant")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_derivative_stored_as")),
    )
    op.create_index(
        "ix_derivative_open",
        "derivative",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'working')"),
        postgresql_where=sa.text("state IN ('queued', 'working')"),
    )

    seed()
    if op.get_bind().dialect.name == "postgresql":
        second_lock()


def seed() -> None:
    """The rows without which nothing works: the event log's counter, the audit's head, the categories."""
    bind = op.get_bind()
    instance = sa.table("instance", sa.column("id"), sa.column("seq"), sa.column("cursor_key"))
    bind.execute(instance.insert().values(id=1, seq=0, cursor_key=secrets.token_bytes(32)))
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("mac"), sa.column("holder"))
    bind.execute(head.insert().values(id=1, seq=0, mac=b"", holder=""))
    names = ("code", "label", "glyph", "hue", "position")
    category = sa.table("category", *(sa.column(name) for name in names))
    bind.execute(category.insert(), [dict(zip(names, row, strict=True)) for row in CATEGORIES])


def second_lock() -> None:
    """Row-level security: the wall again, below the application (shopalert/wall.py tells it whose turn it is)."""
    mine = "scheme_id = ANY (string_to_array(current_setting('shopalert.schemes', true), ',')::uuid[])"
    crossing = "current_setting('shopalert.crossing', true) = 'yes'"
    shared = (
        "{} IN (SELECT thing_id FROM share WHERE ended_at IS NULL AND to_scheme_id = ANY "
        "(string_to_array(current_setting('shopalert.schemes', true), ',')::uuid[]))"
    )
    for table in WALLED:
        rule = f"{crossing} OR {mine}" + (
            f" OR {shared.format(SHAREABLE[table])}" if table in SHAREABLE else ""
        )
        rule += " OR scheme_id IS NULL" if table == "delivery" else ""
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY wall ON {table} USING ({rule}) WITH CHECK ({crossing} OR {mine} OR scheme_id IS NULL)"
        )


def downgrade() -> None:
    op.drop_index(
        "ix_derivative_open",
        table_name="derivative",
        sqlite_where=sa.text("state IN ('queued', 'working')"),
        postgresql_where=sa.text("state IN ('queued', 'working')"),
    )
    op.drop_table("derivative")
    op.drop_index(op.f("ix_attachment_scheme_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_incident_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_comment_id"), table_name="attachment")
    op.drop_index("ix_attachment_author_id_received_at", table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_step_scheme_id"), table_name="step")
    op.drop_index(op.f("ix_step_incident_id"), table_name="step")
    op.drop_table("step")
    op.drop_index(op.f("ix_sighting_scheme_id"), table_name="sighting")
    op.drop_index(op.f("ix_sighting_incident_id"), table_name="sighting")
    op.drop_table("sighting")
    op.drop_index(op.f("ix_incident_version_scheme_id"), table_name="incident_version")
    op.drop_index(op.f("ix_incident_version_incident_id"), table_name="incident_version")
    op.drop_table("incident_version")
    op.drop_index(op.f("ix_delivery_user_id"), table_name="delivery")
    op.drop_index(op.f("ix_delivery_subscription_id"), table_name="delivery")
    op.drop_index("ix_delivery_state_due_at", table_name="delivery")
    op.drop_index(op.f("ix_delivery_scheme_id"), table_name="delivery")
    op.drop_index(op.f("ix_delivery_incident_id"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_comment_scheme_id"), table_name="comment")
    op.drop_index(op.f("ix_comment_incident_id"), table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_scheme_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_incident_scheme_id_id", table_name="incident")
    op.drop_index(op.f("ix_incident_scheme_id"), table_name="incident")
    op.drop_index(op.f("ix_incident_author_id"), table_name="incident")
    op.drop_table("incident")
    op.drop_index("ix_share_to_scheme_id_thing_id", table_name="share")
    op.drop_index(op.f("ix_share_from_scheme_id"), table_name="share")
    op.drop_table("share")
    op.drop_table("reference_counter")
    op.drop_index(op.f("ix_premises_scheme_id"), table_name="premises")
    op.drop_index(op.f("ix_premises_business_id"), table_name="premises")
    op.drop_table("premises")
    op.drop_index(op.f("ix_person_of_interest_scheme_id"), table_name="person_of_interest")
    op.drop_table("person_of_interest")
    op.drop_index("ix_event_scheme_id_audience_seq", table_name="event")
    op.drop_index(op.f("ix_event_scheme_id"), table_name="event")
    op.drop_index(op.f("ix_event_incident_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_bulletin_scheme_id"), table_name="bulletin")
    op.drop_table("bulletin")
    op.drop_index(op.f("ix_subscription_user_id"), table_name="subscription")
    op.drop_index(op.f("ix_subscription_session_id"), table_name="subscription")
    op.drop_table("subscription")
    op.drop_index(op.f("ix_scheme_district_id"), table_name="scheme")
    op.drop_table("scheme")
    op.drop_index(op.f("ix_police_role_user_id"), table_name="police_role")
    op.drop_index(op.f("ix_police_role_district_id"), table_name="police_role")
    op.drop_table("police_role")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_index(op.f("ix_district_force_id"), table_name="district")
    op.drop_table("district")
    op.drop_table("audit_detail")
    op.drop_table("user")
    op.drop_index("ix_sign_in_failure_network_at", table_name="sign_in_failure")
    op.drop_index("ix_sign_in_failure_account_at", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_table("push_service")
    op.drop_table("instance")
    op.drop_table("force")
    op.drop_table("category")
    op.drop_table("business")
    op.drop_index(op.f("ix_audit_row_scheme_id"), table_name="audit_row")
    op.drop_index(op.f("ix_audit_row_object_id"), table_name="audit_row")
    op.drop_index(op.f("ix_audit_row_actor_id"), table_name="audit_row")
    op.drop_table("audit_row")
    op.drop_table("audit_head")
