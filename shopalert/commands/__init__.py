"""flask shopalert …: the operator's commands, one file each. Only the one that is asked for is loaded."""

from __future__ import annotations

import importlib
import pkgutil

import click
from flask import Flask


class Commands(click.Group):
    """A command is the object in commands/<name>.py that has the file's name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command


def init_app(app: Flask) -> None:
    app.cli.add_command(Commands("shopalert", help="Run and look after ShopAlert."))
