"""`flask shopalert demo`: the nineteen schemes of Essex with invented businesses, people and incidents."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import click
from flask.cli import with_appcontext

from shopalert.accounts.passwords import generate, hash_password
from shopalert.config import config
from shopalert.db import now, system_act
from shopalert.demo.loading import Loader, is_empty
from shopalert.demo.stored import drawn_stills
from shopalert.demo.truth import truth_of
from shopalert.demo.world import build
from shopalert.wall import crossing

# Who signs in to look around, and what they will see.
READY = (
    ("asha@example.org", "Asha, assistant at Harper's, Wickford"),
    ("ivy@example.org", "Ivy, assistant at Larkmead Pharmacy, Wickford: a second phone"),
    ("ben@example.org", "Ben, coordinator of Wickford"),
    ("carol@example.org", "Carol, member in Billericay: sees nothing of Wickford"),
    ("dev@example.org", "PC 4417 Mercer, officer of Basildon district: five schemes"),
    ("ellen@example.org", "Chief Inspector Frost, commander of Basildon district"),
    ("gus@example.org", "Gus, operator"),
)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Say so and go on where nothing may be loaded.")
@with_appcontext
def demo(if_empty: bool = False) -> None:
    """Load the demonstration into an empty database, and print who can sign in."""
    refusal = why_not()
    if refusal and not if_empty:
        raise click.ClickException(refusal)
    show_town()


def show_town() -> None:
    """Load the demonstration where it may be loaded, and say who can sign in, or why there is none."""
    refusal = why_not()
    if not refusal:
        load()
    if sign_ins().exists() and marker().exists():
        click.echo(sign_ins().read_text())
    elif refusal:
        click.echo(refusal)


def why_not() -> str | None:
    """Why nothing may be loaded; None if it may."""
    if not config().on_loopback:
        return "No demonstration: BASE_URL is an address that others reach. It is for this machine alone."
    with crossing("demo") as session:
        if not is_empty(session):
            return "No demonstration is loaded: the database is not empty."
    return None


def load() -> None:
    """Build the town and write it down, in one transaction."""
    began = time.monotonic()
    click.echo("Loading the demonstration ...")
    world, password = build(now()), generate()
    loader = Loader(world, hash_password(password))
    loader.keep(drawn_stills())
    left = (sign_ins(), marker(), truth())
    try:
        with crossing("demo") as session, system_act("demo.load", session) as doing:
            if not is_empty(session):
                raise click.ClickException("Somebody else is filling the database.")
            loader.load(session)
            doing.details.update(
                schemes=len(world.schemes), users=len(world.users), incidents=len(world.incidents)
            )
            private(sign_ins(), ready(password))
            private(truth(), json.dumps(truth_of(world), indent=1))
            private(marker(), "Every page says that this is a demonstration.\n")
    except BaseException:
        for path in left:
            path.unlink(missing_ok=True)
        raise
    took = time.monotonic() - began
    click.echo(f"{len(world.incidents)} incidents in {len(world.schemes)} schemes, {took:.0f} s.")


def ready(password: str) -> str:
    """What a newcomer needs: addresses and the one password, made for this installation."""
    width = max(len(email) for email, _ in READY)
    lines = [f"  {email:{width}}  {who}" for email, who in READY]
    return "\n".join(["", "Ready sign-ins, all with the password", "", f"  {password}", "", *lines, ""])


def sign_ins() -> Path:
    return config().data_dir / "demo-sign-ins.txt"


def marker() -> Path:
    """While it is there, each page carries the banner."""
    return config().data_dir / "demonstration"


def truth() -> Path:
    """Which incidents were planted, for scoring what finds them."""
    return config().data_dir / "demo-truth.json"


def private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
