"""`flask shopalert district add`."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from shopalert.commands.scheme import SLUG
from shopalert.db import system_act
from shopalert.schemes.models import District, Force
from shopalert.wall import crossing


@click.group("district")
def district() -> None:
    """Police districts."""


@district.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--force", "force_name", required=True, help="The police force; added if it is not there.")
@with_appcontext
def add(slug: str, name: str, force_name: str) -> None:
    """Add a district of a police force."""
    if not SLUG.fullmatch(slug):
        raise click.UsageError("A slug is small letters, figures and hyphens: basildon.")
    with crossing("command") as session, system_act("district.add", session) as doing:
        if session.scalar(sa.select(District.id).where(District.slug == slug)):
            raise click.ClickException(f"There is a district {slug} already.")
        force = session.scalar(sa.select(Force).where(Force.name == force_name))
        if force is None:
            force = Force(name=force_name)
            session.add(force)
            session.flush()
        made = District(force_id=force.id, slug=slug, name=name)
        session.add(made)
        session.flush()
        doing.about = made
    click.echo(f"{name} ({force_name}) is added.")
