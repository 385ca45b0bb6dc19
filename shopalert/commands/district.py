"""`flask shopalert district add|list`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.operating import actions, lookup
from shopalert.operating.actions import SLUG, Unfit


@click.group("district")
def district() -> None:
    """Police districts."""


@district.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--force", "force_name", required=True, help="The police force; added if it is not there.")
@with_appcontext
def add(slug: str, name: str, force_name: str) -> None:
    """Add a district of the police force."""
    if not SLUG.fullmatch(slug):
        raise click.UsageError("A slug is small letters, figures and hyphens: basildon.")
    force = lookup.progress().force
    if force is not None and force.name != force_name:
        raise click.ClickException(f"One instance is one force, and this one is {force.name}.")
    if lookup.by_slug(lookup.District, slug):
        raise click.ClickException(f"There is a district {slug} already.")
    if force is None:
        actions.name_force(None, force_name)
    try:
        actions.add_districts(None, [name], slug)
    except Unfit as unfit:
        raise click.ClickException(unfit.reason) from None
    click.echo(f"{name} ({force_name}) is added.")


@district.command("list")
@with_appcontext
def list_all() -> None:
    """All districts, with their schemes."""
    for each in lookup.districts_counted():
        schemes = ", ".join(scheme.slug for scheme in each.schemes) or "no scheme"
        click.echo(f"{each.thing.slug:24}{each.thing.name}  ({schemes}; {each.people} police)")
