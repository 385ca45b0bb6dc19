"""Sentences and the words in them: what is put in is text, and turns nothing beside it."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import gettext

from shopalert.db import now, writing
from shopalert.directions import BEGIN, END
from shopalert.incidents.lines import line_of_sighting
from shopalert.incidents.models import Sighting
from shopalert.schemes.models import Premises, SchemeCategory
from shopalert.schemes.names import Byline
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA

NAME = "שלום"
HELD = f"{BEGIN}{NAME}{END}"


def test_a_name_from_right_to_left_stands_apart(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("Shared by %(who)s until 9", who=NAME) == f"Shared by {HELD} until 9"
        assert gettext("Shared by %(who)s", who="Zoë") == "Shared by Zoë"
        page = "{{ _('By %(who)s', who=name) }} {{ name }} "
        page += "{{ ngettext('%(num)d of %(who)s', '%(num)d for %(who)s', 2, who=name) }}"
        assert render_template_string(page, name=NAME) == f"By {HELD} {HELD} 2 for {HELD}"


def test_what_stands_in_a_field_is_as_it_was_typed(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ name|as_typed }}", name=NAME) == NAME
        assert render_template_string("{{ name|as_typed }}", name=HELD) == NAME
        assert render_template_string("{{ name|as_typed }}", name="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("label", ["<b hx-get=/pwned hx-trigger=load>", "50% off", "%(who)s", "a & b"])
def test_what_is_looked_up_in_the_catalogue_is_no_markup(app: Flask, label: str) -> None:
    with app.test_request_context():
        shown = render_template_string("{{ _(label) }}|{{ label }}", label=label)
        assert shown.split("|")[0] == shown.split("|")[1]


def test_a_kind_that_a_coordinator_names_is_text_in_the_report_form(world) -> None:
    label = "50% <b hx-get=/pwned hx-trigger=load>off"
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            SchemeCategory(
                scheme_id=world.schemes["wickford"], code="own_off", base_code="fraud", label=label, glyph="bag",
                hue="other",
            )
        )  # fmt: skip
    page = Browser(world.client(ASHA)).get("/s/wickford/report")
    assert label in page.tree.text_content()
    assert not page.tree.xpath("//b[@hx-get='/pwned']")


def test_what_is_typed_to_a_sighting_stands_apart_from_where_it_was(world) -> None:
    site = Premises(name=NAME, street="")
    sighting = Sighting(premises=site, note=NAME, seen_at=now())
    with world.app.test_request_context():
        line = line_of_sighting(sighting, Byline("Asha", "", None))
    assert line.text == f"Seen at {BEGIN}{HELD}{END}. {HELD}"
