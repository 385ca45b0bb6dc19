"""Every route × every person × own and other scheme: what is answered is what the table says.

The expected answer is derived from `permissions.MAY` and from whether the route has a loader; nothing is listed by
hand, so a new route is walked because it exists. Signed out 303 or 401, outside the wall 404, inside without the
right 403, with it anything but a refusal. docs/authz.csv says the same.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from shopalert.commands.permissions import DOCS, as_csv, authz
from shopalert.permissions import MAY, can
from shopalert.room import PUBLIC, SIGNED_IN
from tests.house.routes import HTML, Things, ask, routes, token_of
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, GUS, IVY, LEO, OLU, PAT, SAM

CAST = (ASHA, LEO, BEN, PAT, DEV, ELLEN, GUS, CAROL, OLU, FEMI, SAM, None)
# On PostgreSQL Ben, Dev and Gus ask for them: its own wall can only take rows away.
ALIKE = (ASHA, LEO, PAT, ELLEN, CAROL, OLU, FEMI, SAM)
OWNERS = {"wickford": IVY, "billericay": CAROL, "southend": OLU}
REFUSALS = {401, 403, 404}
NOTHINGS = (
    "incident_id", "file_id", "clip_id", "document_id", "upload_id", "comment_id", "abuse_id", "step_id", "channel_id",
    "line_id", "request_id", "text_id", "advice_id", "call_id", "roll_id", "welfare_id", "share_id",
)  # fmt: skip
# Its own data decide, not the person's role: an unknown receipt is nowhere, numbers are for this machine.
ANY = {
    "alerts.take_receipt": 404, "pwa.offline": 200,
    "accounts.reset": 410, "accounts.choose_password": 410, "joining.join": 410, "joining.take": 410,
    "joining.leave": 409,  # the last coordinator may not
    "cap.feed": 404, "cap.message": 404, "cap.public_feed": 404,  # of an address that is nobody's
    "operating.open_link": 410, "operating.begin": 410, "operating.set_up_operator": 410,
}  # fmt: skip


class Thing:
    """As the table sees it."""

    def __init__(self, scheme_id: uuid.UUID, author_id: uuid.UUID) -> None:
        from shopalert.db import now

        self.scheme_id, self.author_id, self.received_at = scheme_id, author_id, now()


class SightingByPhone:
    """What POST /sync does with its sample."""

    verb, loader = "sighting.add", True


def name_of(person: Any) -> str:
    return person.name if person else "nobody"


def role_of(viewer: Any) -> str:
    """The one role of a person of the cast; none for those who were removed."""
    roles = viewer.all_roles if viewer else frozenset()
    return next(iter(roles), "")


def expected(view: Any, method: str, rule: str, viewer: Any, thing: Any) -> str:
    """303, 401, 403, 404 or ok."""
    if view.verb is PUBLIC:
        return "ok"
    if viewer is None:
        return "303" if method == "GET" and rule not in ("/stream", "/poll") else "401"
    if rule == "/sync":  # one address for all items: each asks for its own verb
        return expected(SightingByPhone, method, "", viewer, thing)
    if view.loader is None:
        return "ok" if view.verb is SIGNED_IN or can(viewer, view.verb) else "403"
    if view.verb is SIGNED_IN:
        return "ok" if thing.author_id == viewer.user_id else "404"
    if thing.scheme_id not in viewer.schemes:
        return "404"
    return "ok" if can(viewer, view.verb, thing) else "403"


def seen(answer: Any) -> str:
    """What the answer is, in the same words."""
    code = answer.status_code
    if code == 303 and answer.headers["Location"].startswith("/sign-in?next="):
        return "303"
    if code in REFUSALS:
        return str(code)
    assert code < 400, f"neither done nor refused: {code} {answer.text[:300]}"
    return "ok"


def viewer_of(world: Any, person: Any) -> Any:
    return None if person is None or person.suspended else world.viewer(person)


def relations(world: Any, person: Any, viewer: Any, has_thing: bool) -> list[tuple[str, Any, str]]:
    """(relation, who made the thing, scheme): made by oneself, by another of one's scheme, in another scheme."""
    if not has_thing:
        slug = next((slug for slug, owner in OWNERS.items() if owner is person), "wickford")
        return [("any", OWNERS[slug], slug)]
    mine = [slug for slug, scheme in world.schemes.items() if viewer and scheme in viewer.schemes]
    found = [("other", OWNERS[slug], slug) for slug in world.schemes if slug not in mine][:1]
    if mine:
        found += [("own", OWNERS[mine[0]], mine[0])] if OWNERS[mine[0]] is not person else []
        found += [("author", person, mine[0])]
    return found


@pytest.mark.parametrize("person", CAST, ids=name_of)
def test_each_route_answers_as_the_table_says(app, world, person, engine):
    if engine == "postgres" and person in ALIKE:
        pytest.skip("on SQLite: the table and the routes are the same")
    viewer = viewer_of(world, person)
    said = {row[:4]: row[4] for row in authz(app)}
    wrong, role = [], role_of(viewer)
    client, token = world.client(person), ""
    for route in routes(app):
        method, rule, endpoint = route
        view: Any = app.view_functions[endpoint]
        if endpoint in ANY:
            continue
        for relation, maker, slug in relations(world, person, viewer, view.loader is not None):
            things = Things(world, maker, slug, asker=person)
            author = world.users[maker.name]
            wanted = expected(view, method, rule, viewer, Thing(world.schemes[slug], author))
            if endpoint == "evidence.drop" and wanted == "ok" and maker is not person:
                wanted = "404"  # a staged photo is its author's alone
            token = token or token_of(client)
            answer = ask(client, route, things, token)
            got = seen(answer)
            answer.close()
            if endpoint.startswith("accounts.") and method == "POST":
                client, token = world.client(person), ""  # this one may be signed out now
            if got != wanted:
                wrong.append(f"{method} {rule} ({relation}): {got}, not {wanted}")
            key = (endpoint, method, *documented(view, role, relation, viewer))
            if endpoint not in ("evidence.drop", "sync.sync") and role and said.get(key, got) != got:
                wrong.append(f"docs/authz.csv says {said[key]} of {key}, not {got}")
    assert not wrong, "\n".join(wrong)


def documented(view: Any, role: str, relation: str, viewer: Any) -> tuple[str, str]:
    """The role and relation under which docs/authz.csv has this request."""
    if view.verb is PUBLIC:
        return "anybody", "any"
    if viewer is None:
        return "nobody", "signed out"
    if view.verb is SIGNED_IN:
        return role, "self" if view.loader is None or relation == "author" else "stranger"
    return role, relation


def test_the_documents_are_what_the_table_and_the_routes_say(app):
    with app.app_context():
        assert (DOCS / "authz.csv").read_text() == as_csv(app)


def test_every_verb_of_the_table_has_a_route_or_a_use(app):
    used = {view.verb for view in app.view_functions.values() if getattr(view, "verb", None)}
    inside = {
        # Asked by the form of a comment, and by the page of one.
        *("comment.to_coordinators", "comment.to_police", "comment.privately", "comment.wordings"),
        "progress.note",  # asked by the form of a step
        "bulletin.to_force",  # of whoever writes a bulletin
        *("incident.exercise", "incident.read_guarded", "incident.read_plate"),  # of a report, of its facts
    }
    assert set(MAY) - inside <= used


def test_every_view_says_who_may_enter(app):
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        assert getattr(view, "verb", None), f"{rule.rule} does not say which verb it needs"


# ---- what does not exist, and what exists for others


@pytest.mark.parametrize("accept", [HTML, "application/json"], ids=["page", "machine"])
def test_another_schemes_thing_and_no_thing_are_answered_alike(app, world, accept):
    """Byte for byte, apart from the request's number, the form's token and the moment, which are new each time."""
    client = world.client(ASHA)
    foreign = Things(world, OLU, "southend")
    nothing = Things(
        world,
        OLU,
        "southend",
        {name: uuid.uuid4() for name in NOTHINGS},
    )
    nothing.made["slug"] = "atlantis"
    compared, token = 0, token_of(client)
    for route in routes(app):
        view: Any = app.view_functions[route[2]]
        if view.loader is None or view.verb is SIGNED_IN:
            continue
        answers = [ask(client, route, things, token, Accept=accept) for things in (foreign, nothing)]
        assert [answer.status_code for answer in answers] == [404, 404], route
        bodies = [without_numbers(answer, token) for answer in answers]
        assert bodies[0] == bodies[1], route
        compared += 1
    assert compared > 10
    existing = client.get("/s/wickford/", headers={"Accept": accept})
    assert existing.status_code == 200


def without_numbers(answer: Any, token: str) -> str:
    text = re.sub(r'"request_id": ?"[0-9a-f]{16}"', "", answer.text)
    text = re.sub(r'data-request="[0-9a-f]{16}"', "", text)
    text = re.sub(r'(<sa-unread data-at=")[^"]+', r"\1", text)
    return re.sub(r'("X-CSRFToken":"|name="csrf_token" value=")[^"]+', r"\1", text)


def test_a_post_without_the_token_is_refused_before_anything_is_looked_up(world):
    """403 csrf_failed for own, foreign and unknown things alike: the refusal tells nothing either."""
    client = world.client(ASHA)
    assert token_of(client)
    own, foreign = (
        Things(world, person, slug).incident() for person, slug in ((ASHA, "wickford"), (OLU, "southend"))
    )
    for incident in (own, foreign, uuid.uuid4()):
        for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}, {}):
            answer = client.post(
                f"/incidents/{incident}/all-clear", headers={"Accept": "application/json", **headers}
            )
            assert (answer.status_code, answer.json["code"]) == (403, "csrf_failed")
