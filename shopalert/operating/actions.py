"""What an operator does to the instance itself: its force, districts and schemes. Screens and commands share these.

An operator belongs to no scheme, so all of it is done across the wall, in the operator's name, and never to what the
schemes hold.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.actions import close
from shopalert.db import Act, now, system_act
from shopalert.schemes.models import PUBWATCH, District, Force, PoliceRole, Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z]{2,6}")
LONGEST_SLUG = 60


class Unfit(Exception):
    """What was asked for cannot be: which field says so, and why, in words for a person."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@contextmanager
def operating(viewer: Viewer | None, verb: str) -> Iterator[tuple[Session, Act]]:
    """One transaction of an operator: at a screen, or (no viewer) by a command."""
    with crossing("operating") as session, system_act(verb, session) as doing:
        doing.viewer = viewer
        yield session, doing


def slug_of(name: str) -> str:
    """A name as a part of an address: "Castle Point & Rochford" is castle-point-rochford."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_SLUG].strip("-")


# ---- the force


def the_force(session: Session) -> Force | None:
    """One force is one instance."""
    return session.scalar(sa.select(Force).order_by(Force.id).limit(1))


def name_force(viewer: Viewer | None, name: str) -> Force:
    """Give the force its name, or another one."""
    with operating(viewer, "force.name") as (session, doing):
        force = the_force(session) or Force(name=name)
        force.name = name
        session.add(force)
        session.flush()
        doing.about = force
        return force


# ---- districts


def add_districts(viewer: Viewer | None, names: Iterable[str], slug: str = "") -> list[District]:
    """Add districts of the force by their names. `slug` is the address of a single one, where it is not its name."""
    with operating(viewer, "district.add") as (session, doing):
        force = the_force(session)
        if force is None:
            raise Unfit("others", _("Name the police force first."))
        made = [new_district(session, force, name, slug or slug_of(name)) for name in names]
        doing.about = made[0] if len(made) == 1 else force
        doing.details["districts"] = [district.slug for district in made]
        return made


def new_district(session: Session, force: Force, name: str, slug: str) -> District:
    if not SLUG.fullmatch(slug):
        raise Unfit("others", _("“%(name)s” has no letters that an address can be made of.", name=name))
    if session.scalar(sa.select(District.id).where(District.slug == slug)):
        raise Unfit("others", _("There is a district %(slug)s already.", slug=slug))
    district = District(force_id=force.id, slug=slug, name=name)
    session.add(district)
    session.flush()
    return district


def rename_district(viewer: Viewer | None, district_id: uuid.UUID, name: str) -> None:
    with operating(viewer, "district.rename") as (session, doing):
        doing.about = session.get_one(District, district_id)
        doing.about.name = name


def merge_district(viewer: Viewer | None, district_id: uuid.UUID, into_id: uuid.UUID) -> None:
    """Its schemes and officers are the other's from now on, and it is offered nowhere any more.

    What an officer reads changes with it, so everybody concerned signs in afresh.
    """
    with operating(viewer, "district.merge") as (session, doing):
        old, into = session.get_one(District, district_id), session.get_one(District, into_id)
        if old.id == into.id or old.ended_at is not None or into.ended_at is not None:
            raise Unfit("into", _("Choose another district."))
        session.execute(
            sa.update(Scheme).where(Scheme.district_id == old.id).values(district_id=into.id),
            execution_options={"synchronize_session": False},
        )
        moved = list(session.scalars(standing_roles(district_id=old.id)))
        for role in moved:
            hold(session, role.user_id, into.id, role.role)
            role.ended_at = now()
        old.ended_at = now()
        concerned = {role.user_id for role in (*moved, *session.scalars(standing_roles(district_id=into.id)))}
        for user_id in concerned:
            close(session, user_id)
        doing.about = old
        doing.details["into"] = into.slug


def standing_roles(**of: Any) -> sa.Select[PoliceRole]:
    """Police roles that have not ended."""
    return sa.select(PoliceRole).filter_by(**of).where(PoliceRole.ended_at.is_(None))


def hold(session: Session, user_id: uuid.UUID, district_id: uuid.UUID, role: str) -> None:
    """Give a police role, or give it back."""
    keys = {"user_id": user_id, "district_id": district_id, "role": role}
    held = session.scalar(sa.select(PoliceRole).filter_by(**keys))
    if held is None:
        session.add(PoliceRole(**keys))
    else:
        held.ended_at = None
    session.flush()


# ---- schemes


def add_scheme(
    viewer: Viewer | None,
    district_id: uuid.UUID,
    name: str,
    code: str,
    kind: str,
    slug: str = "",
    **settings: Any,
) -> Scheme:
    """Add a scheme to a district. Its address is made from its name where none is given."""
    chosen = slug or default_slug(name, kind)
    if not SLUG.fullmatch(chosen) or len(chosen) > LONGEST_SLUG:
        raise Unfit("slug", _("An address is small letters, figures and hyphens: wickford-town."))
    if not CODE.fullmatch(code):
        raise Unfit("code", _("A code is two to six capital letters: WIC."))
    with operating(viewer, "scheme.add") as (session, doing):
        if session.scalar(sa.select(Scheme.id).where(Scheme.code == code)):
            raise Unfit("code", _("Another scheme has the code %(code)s already. Choose another.", code=code))
        if session.scalar(sa.select(Scheme.id).where(Scheme.slug == chosen)):
            raise Unfit(
                "slug", _("There is a scheme at /s/%(slug)s/ already. Choose another address.", slug=chosen)
            )
        made = Scheme(district_id=district_id, slug=chosen, name=name, code=code, kind=kind, **settings)
        session.add(made)
        session.flush()
        doing.about = made
        return made


def default_slug(name: str, kind: str) -> str:
    """The town's name, with -pubwatch for a Pubwatch."""
    slug = slug_of(name)
    return f"{slug}-pubwatch" if kind == PUBWATCH and "pubwatch" not in slug else slug


def rename_scheme(viewer: Viewer | None, scheme_id: uuid.UUID, name: str) -> None:
    with operating(viewer, "scheme.rename") as (session, doing):
        doing.about = session.get_one(Scheme, scheme_id)
        doing.about.name = name
