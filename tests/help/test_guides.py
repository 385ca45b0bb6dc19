"""Which guide fits whom, and that a guide is whole."""

from __future__ import annotations

import pytest
from flask import Flask

from shopalert.help.guides import GUIDES, guide_of
from shopalert.help.parts import PARTS
from shopalert.permissions import ROLES
from shopalert.schemes.lookup import schemes_of
from shopalert.schemes.models import Scheme
from shopalert.wall import entered
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, IVY, LEO, OLU, PAT
from tests.world import World


def guide_for(world: World, person) -> str:
    viewer = world.viewer(person)
    with world.app.app_context(), entered(viewer):
        return guide_of(viewer, schemes_of(viewer)).slug


@pytest.mark.parametrize(
    ("person", "slug"),
    [
        (ASHA, "shop"),
        (IVY, "shop"),
        (LEO, "security"),
        (BEN, "coordinator"),
        (CAROL, "shop"),
        (PAT, "partner"),
        (DEV, "police"),
        (ELLEN, "police"),
        (OLU, "police"),
        (GUS, "operator"),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_everybody_has_the_guide_of_their_work(world: World, person, slug: str) -> None:
    assert guide_for(world, person) == slug


def test_who_is_in_pubwatches_alone_has_that_of_pubs(world: World) -> None:
    viewer = world.viewer(ASHA)
    pub, shop = Scheme(kind="pubwatch"), Scheme(kind="retail")
    assert guide_of(viewer, [pub]).slug == "pub"
    assert guide_of(viewer, [pub, shop]).slug == "shop"


def test_there_are_three_steps_and_known_parts(app: Flask) -> None:
    assert len(GUIDES) >= len(ROLES)  # commanders read that of officers, members have two
    for guide in GUIDES.values():
        assert len(guide.steps) == 3
        assert set(guide.parts) <= set(PARTS)
    assert {part for guide in GUIDES.values() for part in guide.parts} == set(PARTS)
