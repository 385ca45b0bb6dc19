"""`flask shopalert scheme add`."""

from __future__ import annotations

import re

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from shopalert.commands.user import one
from shopalert.db import system_act
from shopalert.schemes.models import LOCK_SCREEN_LEVELS, PUBWATCH, RETAIL, District, Scheme
from shopalert.wall import crossing

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z]{2,6}")


@click.group("scheme")
def scheme() -> None:
    """Towns' and centres' schemes."""


@scheme.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--code", required=True, help="Two to six capitals: the first part of its references.")
@click.option("--district", "district_slug", required=True, help="Slug of the police district.")
@click.option("--kind", type=click.Choice((RETAIL, PUBWATCH)), default=RETAIL, show_default=True)
@click.option("--lock-screen", type=click.Choice(LOCK_SCREEN_LEVELS), default="category", show_default=True)
@with_appcontext
def add(slug: str, name: str, code: str, district_slug: str, kind: str, lock_screen: str) -> None:
    """Add a scheme to a district."""
    if not SLUG.fullmatch(slug):
        raise click.UsageError("A slug is small letters, figures and hyphens: wickford-town.")
    if not CODE.fullmatch(code):
        raise click.UsageError("A code is two to six capital letters: WIC.")
    with crossing("command") as session, system_act("scheme.add", session) as doing:
        if session.scalar(sa.select(Scheme.id).where(sa.or_(Scheme.slug == slug, Scheme.code == code))):
            raise click.ClickException(f"There is a scheme {slug} or a code {code} already.")
        district = one(session, District, district_slug)
        made = Scheme(
            district_id=district.id, slug=slug, name=name, code=code, kind=kind, lock_screen=lock_screen
        )
        session.add(made)
        session.flush()
        doing.about = made
    click.echo(f"{name} is at /s/{slug}/")
