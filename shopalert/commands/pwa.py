"""`flask shopalert pwa on|off`: the kill-switch of the service worker."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from shopalert.pwa.switch import switch_worker, worker_is_off

SAID = {
    True: "Off. At its next visit each phone empties what its worker kept and drops it; alerts stop there meanwhile.",
    False: "On. At its next visit each phone has a worker again, and alerts where they were turned on.",
}


@click.command("pwa")
@click.argument("switch", type=click.Choice(["on", "off"]), required=False)
@with_appcontext
def pwa(switch: str | None) -> None:
    """Take the service worker off every phone (off), give it back (on), or say which it is."""
    if switch:
        switch_worker(switch == "on")
    click.echo(SAID[worker_is_off()])
