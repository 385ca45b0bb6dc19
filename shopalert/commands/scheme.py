"""`flask shopalert scheme add|list`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.commands.user import one
from shopalert.operating import actions, lookup
from shopalert.operating.actions import CODE, SLUG, Unfit
from shopalert.schemes.models import LOCK_SCREEN_LEVELS, PUBWATCH, RETAIL, District


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
    district = one(District, district_slug)
    try:
        actions.add_scheme(None, district.id, name, code, kind, slug, lock_screen=lock_screen)
    except Unfit as unfit:
        raise click.ClickException(unfit.reason) from None
    click.echo(f"{name} is at /s/{slug}/")


@scheme.command("list")
@with_appcontext
def list_all() -> None:
    """All schemes, with how many people each has."""
    for each in lookup.schemes_counted():
        made = each.thing
        people = f"{each.people} people, {each.coordinators} coordinators"
        click.echo(f"{made.code:8}{made.slug:28}{made.name}  ({people})")
