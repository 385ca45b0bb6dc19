"""The modules of `static/js` as one file: a first visit asks once, not sixty times with sixty sets of headers.

Each module stays in a scope of its own: a function that answers with what it exports. What it imports from
another is taken from that one's answer. Nothing is renamed; only indentation and lines that are wholly comment are
left out, which no text of ours in quotes goes over.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

IMPORT = re.compile(r"^import (?:(?P<what>\{[^}]*\}|\* as \w+) from )?'(?P<path>[^']+)'$", flags=re.M)
EXPORT = re.compile(r"^export (?=(?:const|(?:async )?function|class) (?P<name>\w+))", flags=re.M)
COMMENT = re.compile(r"^[ \t]*(?://.*)?\n", flags=re.M)
INDENTATION = re.compile(r"^[ \t]+", flags=re.M)


def joined(folder: Path, entry: str) -> bytes:
    """The entry and all that it imports, each once and after what it needs itself."""
    return "".join(scope(folder, name) for name in dict.fromkeys(walk(folder, entry, ()))).encode()


def walk(folder: Path, name: str, above: tuple[str, ...]) -> Iterator[str]:
    """What a module imports, then the module. A circle is refused: one of them would read the other half made."""
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' > '.join((*above, name))}")
    for needed in IMPORT.finditer((folder / name).read_text("utf-8")):
        yield from walk(folder, beside(name, needed["path"]), (*above, name))
    yield name


def scope(folder: Path, name: str) -> str:
    """One module as a function that answers with its exports."""
    source = (folder / name).read_text("utf-8")
    exported = [found["name"] for found in EXPORT.finditer(source)]
    body = COMMENT.sub("", EXPORT.sub("", IMPORT.sub(lambda found: taken(name, found), source)))
    body = INDENTATION.sub("", body)
    return f"const {module(name)} = (() => {{\n{body}return {{ {', '.join(exported)} }}\n}})()\n"


def taken(name: str, found: re.Match[str]) -> str:
    """An import, as a constant taken from the module that stands before."""
    if not found["what"]:
        return ""
    return f"const {found['what'].removeprefix('* as ')} = {module(beside(name, found['path']))}"


def beside(name: str, path: str) -> str:
    """The module that a relative path means, seen from another."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def module(name: str) -> str:
    """A module's name among the others."""
    return "_" + re.sub(r"\W", "_", name.removesuffix(".js"))
