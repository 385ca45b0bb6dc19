"""The wall, asked in every way and for every walled table: a row of another scheme does not exist.

Each way first finds the row of one's own scheme, so that finding nothing of the other means something.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import MANYTOONE, Session, aliased, joinedload, selectinload

from shopalert.accounts.models import User
from shopalert.alerts.models import Event
from shopalert.bulletins.models import Bulletin
from shopalert.chat.models import Comment
from shopalert.db import db, insert_new, now, writing
from shopalert.evidence.models import Attachment
from shopalert.gallery.models import PersonOfInterest
from shopalert.incidents import actions
from shopalert.incidents.models import Incident, IncidentVersion
from shopalert.schemes.models import Membership, Premises, Scheme, Share
from shopalert.wall import Unscoped, crossing, entered
from tests.house.rows import WALLED, Rows, identity
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, GUS, IVY, OLU

Way = Callable[[Session, Any, Any], Any]


def erased(session: Session, cls: Any, key: Any) -> bool:
    """A row that others hang on is seen all the same."""
    try:
        with session.begin_nested():
            done: Any = session.execute(sa.delete(cls).where(cls.id == key), execution_options=QUIET)
            return bool(done.rowcount)
    except sa.exc.IntegrityError:
        return True


def changed(session: Session, cls: Any, key: Any, change: Any = sa.update) -> bool:
    done: Any = session.execute(
        change(cls).where(cls.id == key).values(scheme_id=cls.scheme_id), execution_options=QUIET
    )
    return bool(done.rowcount)


def changed_and_fetched(session: Session, cls: Any, key: Any) -> bool:
    done = sa.update(cls).where(cls.id == key).values(scheme_id=cls.scheme_id).returning(cls.id)
    return bool(session.scalars(done, execution_options=QUIET).all())


def through_alias(session: Session, cls: Any, key: Any) -> Any:
    other = aliased(cls)
    return session.scalar(sa.select(other).where(other.id == key))


def joined_to_alias(session: Session, cls: Any, key: Any) -> Any:
    other = aliased(cls)
    return session.scalar(sa.select(Scheme).join(other, other.scheme_id == Scheme.id).where(other.id == key))


def aliased_subquery(session: Session, cls: Any, key: Any) -> Any:
    other = aliased(cls, sa.select(cls).where(cls.id == key).subquery())
    return session.scalar(sa.select(other))


def in_cte(session: Session, cls: Any, key: Any) -> Any:
    found = sa.select(cls.id).where(cls.id == key).cte("found")
    return session.scalar(sa.select(found.c.id))


def in_union(session: Session, cls: Any, key: Any) -> Any:
    one = sa.select(cls.id).where(cls.id == key)
    return session.execute(sa.union_all(one, one)).all()


def in_union_of_rows(session: Session, cls: Any, key: Any) -> Any:
    one = sa.select(cls).where(cls.id == key)
    return session.scalars(sa.select(cls).from_statement(sa.union_all(one, one))).all()


def from_statement(session: Session, cls: Any, key: Any) -> Any:
    return session.scalars(sa.select(cls).from_statement(sa.select(cls).where(cls.id == key))).all()


def in_lateral(session: Session, cls: Any, key: Any) -> Any:
    found = sa.select(cls.id).where(cls.id == key, cls.scheme_id == Scheme.id).subquery()
    return session.scalar(sa.select(Scheme.id).join(found, sa.true()).limit(1))


QUIET = {"synchronize_session": False}
WAYS: dict[str, Way] = {
    "select": lambda s, c, k: s.scalar(sa.select(c).where(c.id == k)),
    "a column": lambda s, c, k: s.scalar(sa.select(c.id).where(c.id == k)),
    "count": lambda s, c, k: s.scalar(sa.select(sa.func.count()).select_from(c).where(c.id == k)),
    "count of a column": lambda s, c, k: s.scalar(sa.select(sa.func.count(c.id)).where(c.id == k)),
    "count of a subquery": lambda s, c, k: s.scalar(
        sa.select(sa.func.count()).select_from(sa.select(c).where(c.id == k).subquery())
    ),
    "alias": through_alias,
    "join": lambda s, c, k: s.scalar(sa.select(Scheme).join(c, c.scheme_id == Scheme.id).where(c.id == k)),
    "outer join": lambda s, c, k: s.scalar(
        sa.select(c.id)
        .select_from(Scheme)
        .outerjoin(c, sa.and_(c.scheme_id == Scheme.id, c.id == k))
        .where(c.id == k)
    ),
    "join to an alias": joined_to_alias,
    "alias of a subquery": aliased_subquery,
    "subquery": lambda s, c, k: s.scalar(
        sa.select(Scheme).where(Scheme.id.in_(sa.select(c.scheme_id).where(c.id == k)))
    ),
    "scalar subquery": lambda s, c, k: s.scalar(
        sa.select(sa.select(c.id).where(c.id == k).scalar_subquery())
    ),
    "exists": lambda s, c, k: s.scalar(sa.select(User.id).where(sa.exists().where(c.id == k)).limit(1)),
    "exists alone": lambda s, c, k: s.scalar(sa.select(sa.exists().where(c.id == k))),
    "common table": in_cte,
    "union": in_union,
    "rows of a union": in_union_of_rows,
    "rows of a statement": from_statement,
    "lateral": in_lateral,
    "old query": lambda s, c, k: s.query(c).filter(c.id == k).first(),
    "old count": lambda s, c, k: s.query(c).filter(c.id == k).count(),
    "bulk update": changed,
    "bulk update with rows": changed_and_fetched,
    "bulk delete": erased,
}


@pytest.fixture
def rows(world):
    return Rows(world)


@contextmanager
def looking(world, person):
    with warnings.catch_warnings(), world.seen_as(person):
        warnings.simplefilter("error", sa.exc.SAWarning)
        session = db.session()
        yield session
        session.rollback()


@pytest.fixture
def pairs(world, rows):
    """For each walled class: (id, identity) in Wickford and in Southend."""
    found = {}
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for cls in WALLED:
            made = [
                rows.make(session, cls, slug, **other_person(world, cls, GUS))
                for slug in ("wickford", "southend")
            ]
            found[cls] = [(row.id, identity(row)) for row in made]
    return found


def test_every_kind_of_wall_has_a_table():
    assert {Incident, Comment, Attachment, Event, PersonOfInterest, Bulletin, Membership} <= set(WALLED)


def test_no_way_leads_to_a_row_of_another_scheme(world, pairs):
    open_ways, blind = [], []
    with looking(world, ASHA) as session:
        for cls, ((own, own_identity), (foreign, foreign_identity)) in pairs.items():
            for name, way in WAYS.items():
                if way(session, cls, foreign):
                    open_ways.append(f"{cls.__name__} by {name}")
                session.expunge_all()
                if not way(session, cls, own):
                    blind.append(f"{cls.__name__} by {name}")
                session.rollback()
            if session.get(cls, foreign_identity):
                open_ways.append(f"{cls.__name__} by get")
            if not session.get(cls, own_identity):
                blind.append(f"{cls.__name__} by get")
    assert not open_ways, open_ways
    assert not blind, blind


def test_relationships_lead_to_nothing_of_another_scheme(world, rows):
    """An own row is made to point at a foreign one; loaded lazily, at once or joined, there is nothing."""
    tried = []
    for cls in [mapper.class_ for mapper in db.Model.registry.mappers]:
        for relation in sa.inspect(cls).relationships:
            target = relation.mapper.class_
            if relation.direction is not MANYTOONE or target not in WALLED or cls not in WALLED:
                continue
            tried.append(relation.key)
            with world.app.app_context(), crossing("seed") as session, writing(session):
                column = next(iter(relation.local_columns)).name
                own, foreign = (rows.make(session, target, slug) for slug in ("wickford", "southend"))
                good = rows.make(
                    session, cls, "wickford", **{column: own.id}, **other_person(world, cls, OLU)
                ).id
                bad = rows.make(
                    session, cls, "wickford", **{column: foreign.id}, **other_person(world, cls, CAROL)
                ).id
            for how in (None, joinedload, selectinload):
                with looking(world, ASHA) as session:
                    options = [how(getattr(cls, relation.key))] if how else []
                    one = session.scalars(sa.select(cls).where(cls.id == good).options(*options)).one()
                    assert getattr(one, relation.key) is not None
                    two = session.scalars(sa.select(cls).where(cls.id == bad).options(*options)).one()
                    assert getattr(two, relation.key) is None, f"{cls.__name__}.{relation.key} by {how}"
    assert {"premises"} <= set(tried)


def other_person(world, cls, person):
    """A membership is unique by its person."""
    return {"user_id": world.users[person.name]} if cls is Membership else {}


def test_with_nobody_entered_walled_rows_are_refused(world, pairs):
    with world.app.test_request_context(), entered(None):
        session = db.session()
        for cls, ((own, _), _) in pairs.items():
            with pytest.raises(Unscoped):
                session.scalar(sa.select(cls).where(cls.id == own))
            with pytest.raises(Unscoped):
                changed(session, cls, own)
            for name, way in WAYS.items():  # what the guard cannot name comes back empty
                with suppress(Unscoped):
                    assert not way(session, cls, own), f"{cls.__name__} by {name}"
        assert session.scalar(sa.select(sa.func.count()).select_from(User))  # not walled: everybody may


def test_one_process_serves_one_viewer_after_another(world, pairs):
    own, foreign = (pairs[Incident][number][0] for number in (0, 1))
    for person, expected in (
        (ASHA, [own]),
        (OLU, [foreign]),
        (ASHA, [own]),
        (CAROL, []),
        (OLU, [foreign]),
        (FEMI, []),
    ):
        with looking(world, person) as session:
            found = session.scalars(sa.select(Incident.id).where(Incident.id.in_([own, foreign]))).all()
            assert found == expected


# ---- writes


def test_a_new_row_in_another_scheme_is_refused(world, rows):
    for cls in WALLED:
        with looking(world, ASHA) as session:
            with pytest.raises((Unscoped, sa.exc.DBAPIError)):
                rows.make(session, cls, "southend", **other_person(world, cls, GUS))
            session.rollback()
            rows.make(session, cls, "wickford", **other_person(world, cls, OLU))


def test_an_insert_statement_into_another_scheme_is_refused(world, rows):
    values = rows.values(Incident, "southend") | {"id": uuid.uuid4(), "received_at": now(), "status": "open"}
    values |= {"row_version": 1, "narrative": "", "in_progress": False, "violence": False, "weapon": False}
    with looking(world, ASHA) as session:
        with pytest.raises((Unscoped, sa.exc.DBAPIError)):
            insert_new(session, Incident, ["author_id", "client_id"], **values)
        session.rollback()
        for statement, sets in ((sa.insert(Incident).values(**values), {}), (sa.insert(Incident), [values])):
            with pytest.raises((Unscoped, sa.exc.DBAPIError)):
                session.execute(statement, sets)
            session.rollback()
        own = values | {"scheme_id": world.schemes["wickford"]}
        assert insert_new(session, Incident, ["author_id", "client_id"], **own)


def test_a_row_is_not_carried_over_the_wall(world, pairs):
    own = pairs[Incident][0][0]
    with looking(world, ASHA) as session:
        session.get_one(Incident, own).scheme_id = world.schemes["southend"]
        with pytest.raises((Unscoped, sa.exc.DBAPIError)):
            session.flush()


def test_crossing_needs_a_known_reason(world):
    with world.app.app_context():
        with pytest.raises(Unscoped), crossing("because I can"):
            pass
        with crossing("command") as session:
            assert session.scalar(sa.select(sa.func.count(Premises.id))) >= 3
    with looking(world, ASHA) as session, crossing("command") as wide:
        assert wide is not session


# ---- shared for a time


@pytest.mark.parametrize("cls", [Incident, PersonOfInterest, Bulletin], ids=lambda cls: cls.__name__)
def test_a_share_shows_one_thing_until_it_ends(world, rows, cls):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        shown, kept = (rows.make(session, cls, "southend").id for _ in range(2))

    def seen_by(person):
        with looking(world, person) as session:
            return set(session.scalars(sa.select(cls.id).where(cls.id.in_([shown, kept]))))

    assert seen_by(OLU) == {shown, kept}
    assert seen_by(ASHA) == set()
    share(world, cls, shown, until=now() + timedelta(days=1))
    assert seen_by(ASHA) == {shown}
    assert seen_by(CAROL) == set()
    over(world, shown, until=now() - timedelta(seconds=1))
    assert seen_by(ASHA) == set()
    over(world, shown, until=now() + timedelta(days=1), ended_at=now())
    assert seen_by(ASHA) == set()


def test_of_what_hangs_on_a_shared_incident_only_its_pictures_are_seen_with_it(world, rows):
    """Chat and versions stay with those of its own scheme (docs/decisions/0013)."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        said = {
            a: rows.make(session, Comment, "southend", audience=a).id
            for a in ("members", "coordinators", "police")
        }
        version = rows.make(session, IncidentVersion, "southend", number=77).id
        picture = rows.make(session, Attachment, "southend").id

    def seen_by(person):
        found = set()
        with looking(world, person) as session:
            for cls in (Comment, IncidentVersion, Attachment):
                ids = [*said.values(), version, picture]
                found |= set(session.scalars(sa.select(cls.id).where(cls.id.in_(ids))))
        return found

    assert seen_by(OLU) == {said["members"], said["police"], version, picture}
    assert seen_by(ASHA) == set()
    share(world, Incident, rows.incidents["southend"], until=now() + timedelta(days=1))
    for person in (ASHA, BEN, DEV):
        assert seen_by(person) == {picture}, person.name
    assert seen_by(CAROL) == set()


def share(world, cls, thing_id, until):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Share(
                kind="incident",
                thing_id=thing_id,
                from_scheme_id=world.schemes["southend"],
                to_scheme_id=world.schemes["wickford"],
                shared_by_id=world.users[OLU.name],
                reason="Same people",
                until=until,
            )
        )


def over(world, thing_id, **values):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Share).where(Share.thing_id == thing_id).values(**values))


# ---- withdrawn


def test_a_withdrawn_incident_is_for_its_author_the_coordinator_and_the_police(world):
    gone = world.report(ASHA)
    world.say(IVY, gone, "I saw them too.")
    everybody = (ASHA, IVY, BEN, DEV, ELLEN, CAROL, OLU, FEMI)

    def seen_by():
        found, talk = set(), set()
        for person in everybody:
            with looking(world, person) as session:
                if session.scalar(sa.select(Incident.id).where(Incident.id == gone)):
                    found.add(person)
                if session.scalar(sa.select(Comment.id).where(Comment.incident_id == gone)):
                    talk.add(person)
        assert found == talk
        return found

    assert seen_by() == {ASHA, IVY, BEN, DEV, ELLEN}
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, gone), "A mistake")
    assert seen_by() == {ASHA, BEN, DEV, ELLEN}


# ---- below the application


def test_postgresql_stops_even_raw_sql(world, pairs):
    """Text goes past the wall of the session; the database's own does not let it."""
    with world.app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("row-level security is PostgreSQL's")
    for person, number in ((ASHA, 0), (OLU, 1)):
        with looking(world, person) as session:
            for cls, ids in pairs.items():
                table = cls.__table__.name
                found = session.execute(
                    sa.text(f'SELECT id FROM "{table}" WHERE id IN (:one, :two)'),
                    {"one": ids[0][0], "two": ids[1][0]},
                ).all()
                assert [row[0] for row in found] == [ids[number][0]], table
    with world.app.test_request_context(), entered(None):
        session = db.session()
        for cls in pairs:
            assert session.execute(sa.text(f'SELECT 1 FROM "{cls.__table__.name}" LIMIT 1')).all() == []
        session.rollback()


def test_postgresql_asks_once_a_statement_whose_turn_it_is(world, pairs):
    """Asked for each row, an officer's nineteen schemes were taken apart two hundred thousand times a page."""
    with world.app.app_context(), crossing("command") as session:
        if session.get_bind().dialect.name != "postgresql":
            pytest.skip("row-level security is PostgreSQL's")
        for cls in pairs:
            plan = session.scalars(sa.text(f'EXPLAIN SELECT id FROM "{cls.__table__.name}"')).all()
            asked_by_row = [line for line in plan if "Filter" in line and "current_setting" in line]
            assert asked_by_row == [], cls.__table__.name
