"""`flask shopalert audit verify`: was the record changed?"""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from shopalert.protection.audit import seal, verify
from shopalert.wall import crossing


@click.group("audit")
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@with_appcontext
def verify_chain() -> None:
    """Walk the chain; name each row that was changed, removed or reordered, and exit 1."""
    while seal():  # what waits for the server's sealer, or for none
        pass
    with crossing("seal") as session:
        findings, rows = verify(session)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(f"The audit is not as it was written: {len(findings)} findings in {rows} rows.")
        sys.exit(1)
    click.echo(f"The audit is whole: {rows} rows, none changed, removed or reordered.")
