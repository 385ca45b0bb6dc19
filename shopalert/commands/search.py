"""`flask shopalert search rebuild`: the words that search looks through, written anew."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.db import writing
from shopalert.incidents import index
from shopalert.wall import crossing


@click.group("search")
def search() -> None:
    """What search looks through."""


@search.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Empty the index and read every incident again; until it is done, search finds less."""
    with crossing("command") as session, writing(session):
        index.forget_all(session)
    click.echo(f"{index.catch_up()} incidents can be found.")
