"""`flask shopalert doctor`: what is wrong with this instance or still missing, and what to do."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from shopalert.config import config
from shopalert.operating.doctor import found


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Examine settings, files, database, Redis, mail, push, worker and what is set up; exit 1 if anything is wrong."""
    ills = found(config())
    for ill in ills:
        click.echo(f"{'warning' if ill.warning else 'WRONG  '}  {ill.what}\n         {ill.cure}")
    wrong = sum(not ill.warning for ill in ills)
    click.echo(f"{wrong} wrong, {len(ills) - wrong} warnings." if ills else "All is well.")
    sys.exit(1 if wrong else 0)
