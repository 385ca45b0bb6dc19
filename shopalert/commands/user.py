"""`flask shopalert user add|suspend|restore|reset|list`."""

from __future__ import annotations

import sys
from typing import TypeVar

import click
from flask.cli import with_appcontext

from shopalert.accounts import actions, passwords
from shopalert.accounts.models import User
from shopalert.db import db
from shopalert.operating import lookup, people
from shopalert.operating.actions import Unfit
from shopalert.operating.lookup import GROUPS
from shopalert.operating.people import Person
from shopalert.permissions import POLICE_ROLES, SCHEME_ROLES
from shopalert.schemes.models import District, Scheme

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
    person = Person(
        email=address,
        name=name,
        short_name=short_name or name.split()[0],
        rank=rank or "",
        schemes={one(Scheme, slug).id: role for slug in (schemes if role in SCHEME_ROLES else ())},
        districts={one(District, slug).id: role for slug in (districts if role in POLICE_ROLES else ())},
        operator=role == "operator",
    )
    password = chosen(password_stdin, (name, address.split("@")[0], *schemes))
    try:
        people.add(None, "user.add", person, passwords.hash_password(password))
    except Unfit as unfit:
        raise click.ClickException(unfit.reason) from None
    say_password(address, password, password_stdin)


@user.command("suspend")
@click.argument("email")
@with_appcontext
def suspend(email: str) -> None:
    """Take everything at once: sessions, alerts on all devices, open screens. Nothing is deleted."""
    person = known(email)
    ended = actions.suspend(person)
    click.echo(f"{person.email} is suspended; {ended} sessions ended.")


@user.command("restore")
@click.argument("email")
@with_appcontext
def restore(email: str) -> None:
    """End a suspension: they may sign in again, and are what they were."""
    person = known(email)
    actions.restore(person)
    click.echo(f"{person.email} may sign in again.")


@user.command("list")
@click.option("--group", type=click.Choice(GROUPS), default="all", show_default=True)
@with_appcontext
def list_all(group: str) -> None:
    """People, the newest first, with what they are."""
    for each in lookup.everybody(group):
        what = [f"{place.role} {place.where}" for place in each.belongs]
        what += ["operator"] if each.user.is_operator else []
        what += ["SUSPENDED"] if each.user.suspended_at else []
        click.echo(f"{each.user.email:32}{each.user.name:28}{', '.join(what)}")


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


def one(kind: type[Kind], slug: str) -> Kind:
    found: Kind | None = lookup.by_slug(kind, slug)
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
