"""`flask shopalert worker`: deliveries, pictures and seals without a web server, as many as wanted."""

from __future__ import annotations

import signal

import click
from flask.cli import with_appcontext

from shopalert.alerts import figures
from shopalert.commands.serve import start_afresh
from shopalert.config import config


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do the house's own work (alerts, pictures, audit) until told to end. For the scaled form."""
    figures.share(config().data_dir / "figures")
    start_afresh("from shopalert.commands.worker import main; main()")


def main() -> None:
    """In the prepared process."""
    import gevent
    from gevent.event import Event

    from shopalert import background, create_app

    app, over = create_app(), Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(
            name, over.set
        )  # the loop's own: Python's would wait until something else wakes it
    working = background.start(app, background.OF_WORKERS)
    app.logger.info("worker ready")
    over.wait()
    background.stop.set()
    gevent.joinall(working, timeout=10)
