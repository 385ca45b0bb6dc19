"""`flask shopalert start`: what `python3 dev.py run` starts. One process, so that a newcomer waits once."""

from __future__ import annotations

import click
import flask_migrate
from flask.cli import with_appcontext

from shopalert.commands.serve import serve
from shopalert.config import config


@click.command("start")
@click.pass_context
@with_appcontext
def start(context: click.Context) -> None:
    """Migrate, load the demonstration into an empty database, print ready sign-ins, and serve."""
    from shopalert.commands.demo import demo

    flask_migrate.upgrade()
    context.invoke(demo, if_empty=True)
    click.echo(f"\nShopAlert is on {config().base_url}  (Ctrl-C ends it)\n")
    context.invoke(serve)
