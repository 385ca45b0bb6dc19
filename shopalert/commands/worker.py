"""`flask shopalert worker`: deliveries, pictures and seals without a web server, as many as wanted."""

from __future__ import annotations

import signal

import click

from shopalert.commands.serve import start_afresh


@click.command("worker")
def worker() -> None:
    """Do the house's own work (alerts, pictures, audit) until told to end. For the scaled form."""
    start_afresh("from shopalert.commands.worker import main; main()")


def main() -> None:
    """In the prepared process."""
    from gevent.event import Event

    from shopalert import background, create_app

    app, over = create_app(), Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    working = background.start(app, background.OF_THE_HOUSE)
    app.logger.info("worker ready")
    over.wait()
    background.stop.set()
    import gevent

    gevent.joinall(working, timeout=10)
