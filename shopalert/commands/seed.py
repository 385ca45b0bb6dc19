"""`flask shopalert seed --fixture two-schemes --json`: a small known world for tests from outside."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from shopalert.demo.fixture import Fixture
from shopalert.demo.loading import is_empty


@click.command("seed")
@click.option("--fixture", type=click.Choice(["two-schemes"]), required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, alone on standard output.")
@click.option("--plain-sign-in", is_flag=True, help="No account has a second factor.")
@with_appcontext
def seed(fixture: str, as_json: bool, plain_sign_in: bool) -> None:
    """Fill an empty database with two retail schemes, a Pubwatch, and people of every role."""
    found = Fixture().fill(refuse_unless_empty)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for user in found["users"]:
        state = " (suspended)" if user["suspended"] else " (removed)" if user["removed"] else ""
        click.echo(
            f"{user['email']:24}{user['password']:22}{user['role']}{state}  {', '.join(user['scheme_slugs'])}"
        )


def refuse_unless_empty(session: Session) -> None:
    """A fixture never mixes with what is there."""
    if not is_empty(session):
        raise click.ClickException("Nothing was written: the database is not empty.")
