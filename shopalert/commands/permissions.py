"""`flask shopalert permissions`: who may do what, printed from the table and the routes themselves."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from shopalert.permissions import MAY, ROLES, RULES
from shopalert.room import PUBLIC, SIGNED_IN, Open

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
COLUMNS = ("endpoint", "method", "role", "relation", "expect")
RELATIONS = {
    "any": "whoever asks, whatever about",
    "signed out": "nobody is signed in",
    "self": "about oneself",
    "stranger": "about another person",
    "author": "made by the person, in one of their schemes, a moment ago",
    "own": "of one of their schemes, made by another",
    "other": "of a scheme that they do not see",
}
Row = tuple[str, str, str, str, str]


@click.command("permissions")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the documents are not up to date.")
@with_appcontext
def permissions(check: bool) -> None:
    """Write docs/permissions.md and docs/authz.csv, and print the first."""
    made = {DOCS / "permissions.md": markdown(current_app), DOCS / "authz.csv": as_csv(current_app)}
    for path, text in made.items():
        if check and (not path.exists() or path.read_text() != text):
            click.echo(f"{path.name} is not up to date: flask shopalert permissions", err=True)
            sys.exit(1)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    if not check:
        click.echo(made[DOCS / "permissions.md"])


def authz(app: Flask) -> list[Row]:
    """What each route answers to each role: a status, or `ok` for anything that is no refusal."""
    found: list[Row] = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        view: Any = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            expected = expectations(view.verb, view.loader is not None, rule.rule, method)
            found += [(rule.endpoint, method, *cells) for cells in expected]
    return found


def expectations(verb: str | Open, has_thing: bool, path: str, method: str) -> Iterator[tuple[str, str, str]]:
    """(role, relation, expect) of one route."""
    if verb is PUBLIC:
        yield "anybody", "any", "ok"
        return
    page = method == "GET" and path not in ("/stream", "/poll")
    yield "nobody", "signed out", "303" if page else "401"
    for role in ROLES:
        if verb is SIGNED_IN:
            yield role, "self", "ok"
            if has_thing:
                yield role, "stranger", "404"
            continue
        cell = MAY[str(verb)][role]
        if not has_thing:
            yield role, "any", "403" if cell == "-" else "ok"
            continue
        if role != "operator":  # who sees no scheme
            yield role, "author", "403" if cell == "-" else "ok"
            yield (
                role,
                "own",
                "ok" if cell in ("yes", "open_or_own", "open_room", "ours") else "403",
            )  # of an ordinary thing
        yield role, "other", "404"


def as_csv(app: Flask) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(authz(app))
    return file.getvalue()


def markdown(app: Flask) -> str:
    """The table for people, and which route asks for which verb."""
    lines = [
        "# Who may do what",
        "",
        "Made by `flask shopalert permissions` from `shopalert/permissions.py` and the routes; do not edit.",
        "",
        "Rows are hidden first: what lies outside a person's schemes does not exist for them (404). What they see",
        "but may not do is refused (403). What each route answers to each role stands in `authz.csv`, where `ok` is",
        "any answer but a refusal, and the relations are:",
        "",
        *(f"- `{name}`: {meaning}" for name, meaning in RELATIONS.items()),
        "",
        f"| verb | {' | '.join(ROLES)} |",
        "|---" * (len(ROLES) + 1) + "|",
        *(f"| `{verb}` | {' | '.join(cells[role] for role in ROLES)} |" for verb, cells in MAY.items()),
        "",
        *(f"- `{name}`: {(rule.__doc__ or '').strip()}" for name, rule in RULES.items()),
        "",
        "| address | method | verb |",
        "|---|---|---|",
    ]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        view: Any = app.view_functions[rule.endpoint]
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | {view.verb} |")
    return "\n".join(lines) + "\n"
