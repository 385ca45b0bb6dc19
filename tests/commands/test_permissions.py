"""The documents say what the table and the routes say."""

import csv
import io

from shopalert.commands.permissions import COLUMNS, DOCS, as_csv, authz, markdown
from shopalert.permissions import MAY, ROLES


def test_the_documents_are_up_to_date(app):
    assert (DOCS / "permissions.md").read_text() == markdown(app), "flask shopalert permissions"
    assert (DOCS / "authz.csv").read_text() == as_csv(app), "flask shopalert permissions"


def test_every_route_is_in_it(app):
    rows = list(csv.reader(io.StringIO(as_csv(app))))
    assert tuple(rows[0]) == COLUMNS
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(row[0], row[1]) for row in rows[1:]} == routes


def test_every_verb_is_in_it(app):
    text = markdown(app)
    assert all(f"`{verb}`" in text for verb in MAY)


def test_nobody_gets_in_signed_out_and_nobody_elsewhere(app):
    rows = authz(app)
    assert {expect for _, _, _, relation, expect in rows if relation == "signed out"} == {"303", "401"}
    others = [expect for _, _, _, relation, expect in rows if relation == "other"]
    assert others
    assert set(others) == {"404"}
    assert {role for _, _, role, relation, _ in rows if relation == "other"} == set(ROLES)
