"""Help: a page for each kind of person, open to everybody, and three steps on the page where one begins."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from shopalert.help import actions, lookup
from shopalert.help.guides import GUIDES, Guide, Step, guide_of
from shopalert.help.parts import PARTS, PICTURE
from shopalert.pages import local_path, not_found, page, see_other
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.lookup import schemes_of
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, current_viewer, the_viewer

room = Room("help", __name__)

# Where a day begins, for each kind of person.
STARTS = {"incidents.feed", "home.desk", "operating.home"}


@room.get("/help", verb=PUBLIC)
def home() -> Response:
    viewer = current_viewer()
    schemes = schemes_of(viewer) if viewer and not viewer.is_police else []
    return page(
        "help/index.html",
        guides=list(GUIDES.values()),
        own=guide_of(viewer, schemes) if viewer else None,
        coordinators=lookup.coordinators(schemes) if schemes else {},
        operator=lookup.operator(),
    )


@room.get("/help/<guide>", verb=PUBLIC)
def guide(guide: str) -> Response:
    found = GUIDES.get(guide) or not_found()
    viewer = current_viewer()
    schemes = schemes_of(viewer) if viewer else []
    own = viewer is not None and guide_of(viewer, schemes) is found
    return page(
        "help/guide.html",
        guide=found,
        own=own,
        steps=steps(found, viewer if own else None, schemes),
        parts=[PARTS[name] for name in found.parts],
        picture=PICTURE,
        others=[each for each in GUIDES.values() if each is not found],
    )


@room.post("/help/tour", verb=SIGNED_IN)
def tour() -> Response:
    """The steps have been read; or are wanted again."""
    if request.form.get("again"):
        actions.begin_tour(the_viewer())
        return see_other("/")
    actions.end_tour(the_viewer())
    return see_other(local_path(request.form.get("next")))


def steps(guide: Guide, viewer: Viewer | None, schemes: list[Scheme]) -> list[tuple[Step, str]]:
    """Each step, and where it leads for whoever may go there."""
    slug = own_slug(guide, viewer, schemes)
    return [(step, address(step, slug) if viewer else "") for step in guide.steps]


def own_slug(guide: Guide, viewer: Viewer | None, schemes: list[Scheme]) -> str:
    """The scheme in which somebody begins: that which they coordinate, or the first."""
    if viewer and guide.slug == "coordinator":
        schemes = [each for each in schemes if each.id in viewer.coordinator_schemes]
    return schemes[0].slug if schemes else ""


def address(step: Step, slug: str) -> str:
    return "" if "{slug}" in step.address and not slug else step.address.format(slug=slug)


def first_steps() -> dict[str, Any] | None:
    """The three steps, on the first page of who has not put them away yet."""
    viewer = current_viewer()
    if viewer is None or viewer.toured or request.endpoint not in STARTS or g.get("database_is_lost"):
        return None
    schemes = schemes_of(viewer)
    found = guide_of(viewer, schemes)
    return {"guide": found, "steps": steps(found, viewer, schemes)}


@room.app_context_processor
def for_the_frame() -> dict[str, Any]:
    return {"first_steps": first_steps}
