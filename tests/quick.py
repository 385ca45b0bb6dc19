"""A fresh application for each test, without doing again what comes out the same each time.

Most of what a new application costs is its two hundred addresses, made into functions by the compiler, and its first
queries, made into SQL. Neither depends on the application, so all applications of a run share them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from shopalert.db import db

MEMORY = Path("/dev/shm")
# Not the other way round: SQL is kept by dialect object, and each engine brings its own.
DIALECTS: dict[str, sa.Dialect] = {}
STATEMENTS: dict[str, LRUCache[Any, Any]] = {}


def into_memory(config: pytest.Config, wanted: int = 4 << 30) -> None:
    """What this run writes lies in memory and goes with it: a database for each test is a thousand files on a disk.

    Not where memory is a container's usual 64 MB, nor where PostgreSQL's programs could not be run from it.
    """
    if not MEMORY.is_dir():
        return
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize < wanted or found.f_flag & os.ST_NOEXEC:
        return
    folder = tempfile.mkdtemp(prefix="shopalert-", dir=MEMORY)
    os.chmod(folder, 0o755)  # PostgreSQL runs as nobody where we are root
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def share_statements(app: Flask) -> None:
    """The application's engine takes the SQL that those before it have compiled."""
    with app.app_context():
        engine = db.engine
        with engine.connect():
            pass  # what the dialect asks the server at its first connection, it has asked
        engine.dialect = DIALECTS.setdefault(engine.dialect.name, engine.dialect)
        engine._compiled_cache = STATEMENTS.setdefault(engine.dialect.name, LRUCache(3000))


def share_addresses() -> None:
    """The same address is compiled once, whichever application it belongs to."""
    compiled: dict[Any, Any] = {}
    compile_it: Callable[..., Any] = Rule._compile_builder

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_it(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = builder  # type: ignore[assignment,method-assign]
