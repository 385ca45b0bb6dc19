"""Every table that holds personal data carries both clocks, and the clocks run as they should."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path

import shopalert
from shopalert.db import db
from shopalert.protection.clocks import CLOCKS, clocks

for models in Path(shopalert.__file__).parent.glob("*/models.py"):  # also those that no view uses yet
    importlib.import_module(f"shopalert.{models.parent.name}.models")

# No personal data of their own, and why.
WITHOUT = {
    "agreement": "a text",
    "alarm": "a kind of trouble",
    "audit_head": "the end of a chain",
    "audit_row": "who did what stays; what it was lies beside it, erasable",
    "business": "a company",
    "canned_text": "words of a force about nobody",
    "category": "a list",
    "channel": "a room's name",
    "derivative": "a copy goes with its picture",
    "district": "a list",
    "event": "ids alone",
    "force": "a list",
    "instance": "a counter",
    "known_word": "single words, each gone with the last passage that holds it",
    "premises": "a place",
    "push_service": "a company's server",
    "reference_counter": "a counter",
    "repeat": "numbers alone",
    "scheme_category": "a list",
    "scheme_change": "what was set; who did it stands in the audit log",
    "scheme": "a place",
    "set_up_link": "a link that the console shows",
    "shelf": "a number",
}


def test_tables_with_personal_data_say_until_when():
    for name, table in db.metadata.tables.items():
        has = {"shown_until", "kept_until"} <= set(table.columns.keys())
        assert has != (name in WITHOUT), f"{name}: has its clocks is {has}"


def test_nothing_is_shown_longer_than_it_is_kept():
    at = datetime(2026, 11, 24, 13, 42, tzinfo=UTC)
    for thing in CLOCKS:
        found = clocks(thing, at)
        assert at <= found["shown_until"] <= found["kept_until"]


def test_an_incident_is_shown_a_year_and_kept_two():
    found = clocks("incident", datetime(2026, 11, 24, tzinfo=UTC))
    assert (found["shown_until"].date().isoformat(), found["kept_until"].date().isoformat()) == (
        "2027-11-24",
        "2028-11-23",
    )
