"""`flask shopalert vapid`: the key that signs our pushes."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.alerts.push import public_key, subject, vapid_key, vapid_key_file
from shopalert.config import config


@click.command("vapid")
@with_appcontext
def vapid() -> None:
    """Make the push key where it is missing, and print its public half, its file and the subject."""
    settings = config()
    key = vapid_key(settings)
    click.echo(public_key(key))
    click.echo(
        f"private key: {vapid_key_file(settings)} (keep it: with another one every device must subscribe anew)"
    )
    click.echo(f"subject: {subject(settings)}")
