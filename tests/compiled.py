"""Templates that a server of the tests has compiled are there for those that come after: imported by each first."""

from __future__ import annotations

from flask import Flask
from jinja2 import FileSystemBytecodeCache

Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache()}
