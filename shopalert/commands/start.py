"""`flask shopalert start`: what `python3 dev.py run` starts. One process, so that a newcomer waits once."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import with_appcontext

from shopalert.commands import serve


@click.command("start")
@with_appcontext
def start() -> None:
    """Migrate, load the demonstration into an empty database, print ready sign-ins, and serve."""
    serve.start_afresh("from shopalert.commands.start import main; main()")


def main() -> None:
    """In the prepared process. The application is made once, and is the one that is served."""
    try:
        made = prepared()
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    serve.main(made)


def prepared() -> Any:
    """The application on a migrated database with the town in it."""
    import flask_migrate

    from shopalert import create_app
    from shopalert.commands.demo import show_town
    from shopalert.config import config
    from shopalert.db import db

    app = create_app()
    with app.app_context():
        flask_migrate.upgrade()
        show_town()
        serve.before_serving()
        click.echo(f"\nShopAlert is on {config().base_url}  (Ctrl-C ends it)\n")
        db.engine.dispose()  # the web process, a fork of this one, opens connections of its own
    return app
