"""Names become addresses: always ones that an address can hold."""

from hypothesis import given
from hypothesis import strategies as st

from shopalert.operating.actions import LONGEST_SLUG, SLUG, default_slug, slug_of
from shopalert.operating.offered import ESSEX
from shopalert.operating.people import Person


def test_the_districts_of_essex_have_the_addresses_that_the_force_knows():
    assert slug_of("Castle Point & Rochford") == "castle-point-rochford"
    assert slug_of("St Osyth’s Bay") == "st-osyths-bay"
    assert len({slug_of(name) for name in ESSEX}) == 12


def test_a_pubwatch_is_told_from_the_shops_of_its_town():
    assert default_slug("Billericay", "retail") == "billericay"
    assert default_slug("Billericay", "pubwatch") == "billericay-pubwatch"
    assert default_slug("Billericay Pubwatch", "pubwatch") == "billericay-pubwatch"


@given(st.text())
def test_any_name_makes_an_address_or_none(name):
    slug = slug_of(name)
    assert slug == "" or (SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG)


def test_police_are_shown_by_rank_and_surname():
    assert Person("", "Dev Mercer", rank="PC 4417").shown_as == "PC Mercer"
    assert Person("", "Asha Kaur").shown_as == "Asha"
