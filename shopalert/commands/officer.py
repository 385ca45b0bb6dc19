"""`flask shopalert officer move|place|force|list`: which districts an officer reads, and who writes to all of them."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.commands.user import known, one
from shopalert.operating import lookup, people
from shopalert.operating.actions import Unfit
from shopalert.permissions import POLICE_ROLES
from shopalert.schemes.models import District


@click.group("officer")
def officer() -> None:
    """Officers and commanders, and their districts. `user add --role officer` adds one."""


@officer.command("move")
@click.argument("email")
@click.option("--from", "old", required=True, help="Slug of the district that ends.")
@click.option("--to", "new", required=True, help="Slug of the district that begins.")
@with_appcontext
def move(email: str, old: str, new: str) -> None:
    """From one district to another. What hung on the old one ends at once: sessions, streams, alerts."""
    person, ends, begins = known(email), one(District, old), one(District, new)
    held = lookup.held_by(person.id)
    if ends.id not in held:
        raise click.ClickException(f"{person.email} has no role in {old}.")
    people.move_officer(None, person.id, held, ends.id, begins.id)
    click.echo(f"{person.email} reads {new} now, and no longer {old}.")


@officer.command("place")
@click.argument("email")
@click.option("--district", "districts", multiple=True, help="Slug of a district; may be given again.")
@click.option("--role", type=click.Choice(POLICE_ROLES), default="officer", show_default=True)
@with_appcontext
def place(email: str, districts: tuple[str, ...], role: str) -> None:
    """These districts and no others; without --district none."""
    person = known(email)
    people.place_officer(None, person.id, {one(District, slug).id: role for slug in districts})
    click.echo(f"{person.email}: {', '.join(districts) or 'no district'}.")


@officer.command("force")
@click.argument("email")
@click.option("--no", "ends", is_flag=True, help="They may no longer.")
@with_appcontext
def force(email: str, ends: bool) -> None:
    """Let an officer write bulletins to the whole force. They read no more than before."""
    person = known(email)
    try:
        people.let_tell_force(None, person.id, not ends)
    except Unfit as unfit:
        raise click.ClickException(unfit.reason) from None
    click.echo(f"{person.email} {'no longer writes' if ends else 'may write'} to the whole force.")


@officer.command("list")
@with_appcontext
def list_all() -> None:
    """All police, with their districts."""
    for each in lookup.everybody("police"):
        held = ", ".join(f"{place.role} {place.where}" for place in each.belongs if place.police)
        whole = "  writes to the force" if each.user.tells_force else ""
        click.echo(f"{each.user.email:32}{each.user.short_name:16}{held}{whole}")
