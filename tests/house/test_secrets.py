"""What is written for few is found by them alone, whichever way one looks: every page, list, file and paper that the
house has, the stream, polling, toasts, search, alerts and letters, tried by each of the cast.

What is looked for stands in `secrets.py`. What crawls for it knows every route by itself (tests/house/routes.py).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert.alerts import choices
from shopalert.alerts.choices import Wish
from shopalert.alerts.claims import Claim
from shopalert.alerts.dispatcher import Job, prepare
from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.alerts.preferences import STANDARD
from shopalert.alerts.stream import Replay
from shopalert.db import db, now
from shopalert.letters.writing import write_digests, write_newsletters
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.permissions import ROLES
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from shopalert.words import local
from tests.house.routes import QUERIES, Things, routes
from tests.house.secrets import POLICE, SCHEME, SECRETS, Here, Made, Secret, noted
from tests.people import ASHA, BEN, CAST, DEV, ELLEN, IVY, LEO, PAT, Person, walkers
from tests.phones import phone

HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
FRAGMENT = {**HTML, "HX-Request": "true"}
FILES = ("/files/{}/thumb", "/files/{}/view", "/files/{}/original", "/clips/{}", "/clips/{}/play")


@dataclass
class Planted:
    """A town in which everything was written, and the moment before."""

    world: Any
    incident: uuid.UUID
    made: dict[str, Made]
    before: str
    seq: int


@pytest.fixture
def planted(world) -> Planted:
    """Everybody has a phone and chose letters; all take part, so that all might be told."""
    incident = world.report(ASHA, narrative="Two people took coats.")
    everybody_wants_everything(world)
    for person in (IVY, LEO, BEN, PAT, DEV, ELLEN):
        world.say(person, incident, "We saw them too.")
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    made = {secret.kind: secret.write(world, incident, secret.word) for secret in SECRETS}
    return Planted(world, incident, made, before, seq)


def everybody_wants_everything(world: Any) -> None:
    letters = replace(STANDARD, mail="0" * 24)
    for person in CAST:
        phone(world, person)
        for slug, scheme_id in world.schemes.items():
            if not person.suspended and scheme_id in world.viewer(person).schemes:
                with world.seen_as(person) as viewer:
                    wish = Wish(letters, digest_hour=local(now()).hour, newsletter=True)
                    choices.choose(viewer, db.session.get_one(Scheme, world.schemes[slug]), wish)


# ---- the ways


def pages(town: Planted, person: Person) -> str:
    """All that the house answers this person, at every address, as a page and as a piece of one."""
    client, world = town.world.client(person), town.world
    every = [(rule, endpoint) for method, rule, endpoint in routes(world.app) if method == "GET"]
    samples: dict[str, Any] = {"incident_id": town.incident}
    texts, walked = [], set()
    for made in town.made.values():
        things = Things(world, IVY, "wickford", {**samples, **made}, person)
        for rule, endpoint in every:
            again = any(f"{name}>" in rule for name in ("comment_id", "request_id") if name in made)
            if endpoint == "live.stream" or (endpoint in walked and not again):
                continue
            walked.add(endpoint)
            path = things.path(rule) + QUERIES.get(endpoint, "")
            for headers in (HTML, FRAGMENT) if "incident_id>" in rule and not again else (HTML,):
                texts.append(client.get(path, headers=headers).data.decode("utf-8", "replace"))
        samples |= {name: value for name, value in things.made.items() if name not in made}
    texts += [client.get(path, headers=HTML).text for path in ("/s/billericay/", "/s/southend/", "/desk")]
    return "\n".join(texts)


def events(town: Planted, person: Person) -> str:
    """What arrives by stream, toasts among it, what is replayed to one who comes back, and what polling answers."""
    viewer, hub = town.world.viewer(person), Hub()
    screen = Stream(viewer.user_id, None, viewer.log)
    screen.caught_up(town.seq)
    hub.streams.add(screen)
    hub.position = town.seq
    with town.world.app.app_context():
        hub.deliver()
        missed = Replay(viewer, town.before)
    live = b"".join(screen.queue.queue).decode()
    polled = town.world.client(person).get(f"/poll?after={town.before}&wait=0", headers=HTML).text
    return live + "".join(message.data for _, message in missed.events) + polled


def finds(town: Planted, person: Person, word: str) -> bool:
    """Search leads to it, or completes its word."""
    client = town.world.client(person)
    found = client.get(f"/search?q={word}", headers=HTML).text.partition("<main")[2].partition("</main>")[0]
    completed = client.get(f"/search/words?q={word[:5].lower()}", headers=HTML).text.lower()
    return str(town.incident) in found or f"{word.lower()}<" in completed


def opens(town: Planted, person: Person, made: Made) -> set[str]:
    """Which of its files' addresses answer with anything."""
    client = town.world.client(person)
    files = [made["file_id"], made["clip_id"]] if "file_id" in made else []
    paths = [path.format(file) for file in files for path in FILES]
    return {path for path in paths if client.get(path, headers=HTML).status_code in (200, 202, 206)}


def alerted(town: Planted) -> dict[str, str]:
    """What each person's phone would be sent, and all that is held to be sent."""
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        rows = list(session.query(Delivery).order_by(Delivery.id))
        at = now()
        claims = [Claim(row.id, row.subscription_id, "", at, 1, at + timedelta(hours=1)) for row in rows]
        said = {
            job.claim.delivery_id: f"{job.message.body!r} {job.shorter!r}"
            for job in prepare(session, claims, town.world.app.config["SHOPALERT"])
            if isinstance(job, Job)
        }
    held = {
        row.id: "\n".join(str(getattr(row, column.key)) for column in Delivery.__table__.columns) for row in rows
    }  # fmt: skip
    return {
        name: "\n".join(held[row.id] + said.get(row.id, "") for row in rows if row.user_id == user_id)
        for name, user_id in town.world.users.items()
    }


def posted(town: Planted) -> dict[str, str]:
    """Each person's letters: those of the moment, the digest, and the week's."""
    at = now()
    monday = local(at).replace(hour=8, minute=0) + timedelta(days=7 - local(at).weekday())
    with town.world.app.test_request_context():
        write_digests(at)
        write_newsletters(monday.astimezone(at.tzinfo))
        with crossing("command") as session:
            rows = [
                (row.user_id, row.kind, outgoing.unseal(row.id, row.sealed))
                for row in session.query(Mail)
                if row.sealed
            ]
    assert {"alert.now", "digest", "newsletter"} <= {kind for _user, kind, _words in rows}
    return {
        name: "\n".join(str(words) for user, _kind, words in rows if user == user_id)
        for name, user_id in town.world.users.items()
    }


def may_read(town_or_world: Any, person: Person, secret: Secret) -> bool:
    """As the table and their place have it."""
    viewer = town_or_world.viewer(person)
    return secret.may(town_or_world, viewer, Here(town_or_world.schemes["wickford"]))


@pytest.mark.timeout(900)  # every page there is, by everybody
def test_what_is_for_few_is_found_by_them_alone_at_every_address(planted, engine):
    """Read by all who may, so that there is something to hide; by nobody else; and in no alert and no letter at all."""
    came = {person: events(planted, person) for person in CAST}  # first: a toast is said for two minutes
    rung, letters = alerted(planted), posted(planted)
    assert "event: toast" in came[ASHA], "toasts are among what arrives"
    for name in SCHEME | POLICE:
        assert "notification" in rung[name] and "Wickford" in letters[name], f"{name} is told of something"
    for person in walkers(engine):
        texts = {"pages": pages(planted, person), "events": came[person]}
        for secret in SECRETS:
            may, made = may_read(planted.world, person, secret), planted.made[secret.kind]
            for way, text in texts.items():
                assert (secret.word in text) == (may and way in secret.ways), (
                    f"{person.name} by {way}: {secret.kind}"
                )
                assert may or f"comment-{made.get('comment_id')}" not in text, f"{person.name}: its mark"
            found = finds(planted, person, secret.word)
            assert found == (may and "search" in secret.ways), f"{person.name} by search: {secret.kind}"
            assert bool(opens(planted, person, made)) == (may and "file_id" in made), (
                f"{person.name}: its files"
            )
            for way, told in (("an alert", rung), ("a letter", letters)):
                assert secret.word not in told[person.name], f"{person.name} by {way}: {secret.kind}"


def test_the_table_gives_each_to_whom_it_must(world):
    """A slip in a cell is seen here, and not taken for what is wanted."""
    world.report(ASHA)
    for secret in SECRETS:
        found = {person.name for person in CAST if not person.suspended and may_read(world, person, secret)}
        assert found == secret.readers, secret.kind


def test_the_cast_has_every_role_inside_and_outside():
    roles = {role for person in CAST for _, role, *_ in (*person.member, *person.police)}
    assert roles | {"operator"} == set(ROLES)
    assert all(secret.readers < {person.name for person in CAST} for secret in SECRETS)


NEAR = ("", "/facts", "/versions", "/print", "/progress", "/police")


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(SECRETS), st.sampled_from(["Heronbrook", "Cinderpath", "Waxwing"])),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_in_whatever_order_it_is_written(world, order):
    """Any of the kinds, in any order and mixed: what each reads about the incident is what was written for them."""
    incident = world.report(ASHA)
    order = [
        (secret, f"{word}{number}") for number, (secret, word) in enumerate(order)
        if secret.write is not noted or secret not in [before for before, _ in order[:number]]
    ]  # fmt: skip
    requested = [secret.write(world, incident, word).get("request_id") for secret, word in order]
    paths = [f"/incidents/{incident}{more}" for more in NEAR] + ["/requests"]
    paths += [f"/requests/{id_}" for id_ in requested if id_]
    for person in CAST:
        client = world.client(person)
        text = "".join(client.get(path, headers=HTML).text for path in paths)
        read = [word for _, word in order if word in text]
        assert read == [word for secret, word in order if person.name in secret.readers], person.name
