"""The library through HTTP: who may read it, and what narrows it."""

from __future__ import annotations

import pytest

from shopalert.advice.pieces import library
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, LEO, OLU, PAT

AT = "/s/wickford/advice"


@pytest.mark.parametrize("person", [ASHA, LEO, BEN, PAT, DEV, ELLEN], ids=lambda person: person.name)
def test_all_of_the_scheme_read_it(world, person):
    browser = Browser(world.client(person))
    shelf = browser.get(AT).text
    assert all(f'href="{AT}/{piece_id}"' in shelf for piece_id in library())
    assert f'href="{AT}"' in browser.get("/more").text
    page = browser.get(f"{AT}/spiking").text
    assert "Spiking: drinks, needles, vapes" in page
    assert "Ask for Angela: for venues" in page
    assert "To be read again by" in page


@pytest.mark.parametrize("person", [CAROL, OLU, GUS], ids=lambda person: person.name)
def test_for_others_the_schemes_library_does_not_exist(world, person):
    client = world.client(person)
    assert client.get(AT).status_code == 404
    assert client.get(f"{AT}/spiking").status_code == 404


def test_it_is_narrowed_by_the_address(world):
    browser = Browser(world.client(ASHA))
    notes = browser.get(f"{AT}?kind=counterfeit").text
    assert f"{AT}/counterfeit-notes-check" in notes
    assert f"{AT}/spiking" not in notes
    fuel = browser.get(f"{AT}?kind=make_off&premises=fuel").text
    assert f"{AT}/fuel-drive-off" in fuel
    assert f"{AT}/leaving-without-paying" not in fuel
    assert f"{AT}/qr-codes" in browser.get(f"{AT}?q=sticker").text
    assert "No piece fits all of that" in browser.get(f"{AT}?kind=counterfeit&q=zzz").text
    odd = browser.get(f"{AT}?kind=nothing&premises=%00").text
    assert f"{AT}/spiking" in odd


def test_what_is_no_piece_is_not_there(world):
    assert world.client(ASHA).get(f"{AT}/nothing-of-it").status_code == 404
