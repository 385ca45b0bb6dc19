"""`flask shopalert user add|suspend|reset`."""

from __future__ import annotations

import sys
from typing import TypeVar

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from shopalert.accounts import actions, passwords
from shopalert.accounts.models import User
from shopalert.db import db, system_act
from shopalert.permissions import POLICE_ROLES, SCHEME_ROLES
from shopalert.schemes.models import District, Membership, PoliceRole, Scheme
from shopalert.wall import crossing

Kind = TypeVar("Kind", Scheme, District)
ROLES = (*SCHEME_ROLES, *POLICE_ROLES, "operator")
from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("user")
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--short-name", help="What others see; the first name if not given.")
@click.option("--rank", help="Of police: rank and number.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--scheme", "schemes", multiple=True, help="Slug of a scheme; may be given again.")
@click.option("--district", "districts", multiple=True, help="Slug of a district, for police.")
@from_stdin
@with_appcontext
def add(
    email: str,
    name: str,
    short_name: str | None,
    rank: str | None,
    role: str,
    schemes: tuple[str, ...],
    districts: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a person. Without --password-stdin a password is made and printed, once."""
    if role in SCHEME_ROLES and not schemes:
        raise click.UsageError(f"A {role} belongs to a scheme: give --scheme.")
    if role in POLICE_ROLES and not districts:
        raise click.UsageError(f"A {role} belongs to a district: give --district.")
    address = actions.normal_email(email)
    if "@" not in address:
        raise click.UsageError("This is not an e-mail address.")
    password = chosen(password_stdin, (name, address.split("@")[0], *schemes))
    kept = passwords.hash_password(password)
    with crossing("command") as session, system_act("user.add", session) as doing:
        if session.scalar(sa.select(User.id).where(User.email == address)):
            raise click.ClickException(f"{address} is there already.")
        person = User(
            email=address,
            name=name,
            short_name=short_name or name.split()[0],
            rank_title=rank,
            password_hash=kept,
            is_operator=role == "operator",
        )
        session.add(person)
        session.flush()
        for slug in schemes if role in SCHEME_ROLES else ():
            session.add(Membership(user_id=person.id, scheme_id=one(session, Scheme, slug).id, role=role))
        for slug in districts if role in POLICE_ROLES else ():
            session.add(PoliceRole(user_id=person.id, district_id=one(session, District, slug).id, role=role))
        doing.about = person
        doing.details.update(role=role, schemes=list(schemes), districts=list(districts))
    say_password(address, password, password_stdin)


@user.command("suspend")
@click.argument("email")
@with_appcontext
def suspend(email: str) -> None:
    """Take everything at once: sessions, alerts on all devices, open screens. Nothing is deleted."""
    person = known(email)
    ended = actions.suspend(person)
    click.echo(f"{person.email} is suspended; {ended} sessions ended.")


@user.command("reset")
@click.argument("email")
@from_stdin
@with_appcontext
def reset(email: str, password_stdin: bool) -> None:
    """Give a new password, printed once, and end all sessions."""
    person = known(email)
    password = chosen(password_stdin, (person.name, person.email.split("@")[0]))
    actions.reset_password(person, password)
    say_password(person.email, password, password_stdin)


# ---- how


def known(email: str) -> User:
    person = actions.user_by(db.session(), email)
    if person is None:
        raise click.ClickException(f"There is nobody with the address {email}.")
    return person


def one(session: Session, kind: type[Kind], slug: str) -> Kind:
    found: Kind | None = session.scalar(sa.select(kind).where(kind.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no {kind.__name__.lower()} {slug}.")
    return found


def chosen(from_standard_input: bool, about: tuple[str, ...]) -> str:
    """The password given, if it may be chosen, or a new one."""
    if not from_standard_input:
        return passwords.generate()
    password = sys.stdin.readline().rstrip("\n")
    try:
        passwords.check_new(password, about)
    except passwords.Weak as weak:
        raise click.ClickException(str(weak.reason)) from None
    return password


def say_password(email: str, password: str, known_already: bool) -> None:
    click.echo(f"{email}" if known_already else f"{email}  password: {password}")
