"""The static tree: one hash as the path's prefix, so that relative imports just work and caches never lie.

The stylesheets are joined at start in the order that `css/order.css` and the layers say, the scripts in the order in
which `js/app.js` imports them (`scripts.py`): one request each, no tool.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory

from shopalert.compression import encoding_taken, squeezed
from shopalert.room import PUBLIC, Room
from shopalert.scripts import joined

STATIC = Path(__file__).resolve().parent.parent / "static"
EVERYWHERE = (
    "order.css", "reset.css", "tokens.css", "base.css", "layout.css", "components", "utilities.css", "print.css",
    "plain.css",
)  # fmt: skip
SELDOM_SEEN = (
    "order.css",
    "rooms",
)  # rooms for settings and set-up: no sign-in, feed or report waits for them
COMPRESSED = {".css", ".js", ".svg", ".json"}
CSS_COMMENT = re.compile(rb"/\*.*?\*/\n?", flags=re.DOTALL)
CSS_SPACE = re.compile(rb"\s*([{};])\s*")
SELDOM = ("vendor/tus-",)  # fetched by those who send a clip
FOREVER = "public, max-age=31536000, immutable"

room = Room("assets", __name__)


@lru_cache(1)
def tree_hash() -> str:
    """Eight letters that change when any static file does."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def asset(name: str) -> str:
    """The address of a static file."""
    return f"/static/{tree_hash()}/{name}"


@lru_cache(2)
def stylesheet(parts: tuple[str, ...]) -> bytes:
    """Stylesheets in the order of their layers, without their comments and the space around rules."""
    paths = [STATIC / "css" / part for part in parts]
    files = [file for path in paths for file in (sorted(path.glob("*.css")) if path.is_dir() else [path])]
    whole = b"\n".join(file.read_bytes() for file in files)
    return CSS_SPACE.sub(rb"\1", CSS_COMMENT.sub(b"", whole))


@lru_cache(2)
def script(entry: str) -> bytes:
    """All modules that a page needs, and apart those that one page alone does."""
    return joined(STATIC / "js", entry)


JOINED: dict[str, Callable[[], bytes]] = {
    "css/app.css": lambda: stylesheet(EVERYWHERE),
    "css/rooms.css": lambda: stylesheet(SELDOM_SEEN),
    "js/app.js": lambda: script("app.js"),
    "js/check.js": lambda: script("check.js"),
}


@lru_cache(1)
def precache() -> list[str]:
    """What the service worker keeps: the scripts, the stylesheet, the icons. Nothing personal, nothing seldom used."""
    names = [*JOINED, "js/trusted-types.js"]
    for folder, ending in (("vendor", ".js"), ("icons", ".svg"), ("icons", ".png")):
        names += [str(path.relative_to(STATIC)) for path in sorted((STATIC / folder).rglob("*" + ending))]
    return [asset(name) for name in names if not name.startswith(SELDOM)]


@lru_cache(512)
def text(name: str, encoding: str) -> bytes:
    """A static file of words, compressed once for each encoding."""
    if encoding:
        return squeezed(text(name, ""), encoding, hard=True)
    return JOINED[name]() if name in JOINED else (STATIC / name).read_bytes()


@room.get("/static/<version>/<path:name>", verb=PUBLIC)
def static(version: str, name: str) -> Response:
    """A static file. An older page may ask under an older hash: it gets today's file, uncached."""
    if name not in JOINED and name not in names():
        abort(404)
    if Path(name).suffix in COMPRESSED:
        encoding = encoding_taken()
        response = Response(text(name, encoding), mimetype=MIME[Path(name).suffix])
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.vary.add("Accept-Encoding")
    else:
        response = send_from_directory(STATIC, name)
    # Nothing here is a document, so the pages' long policy would only be weight, forty times on a first visit.
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = FOREVER if version == tree_hash() else "no-cache"
    return response


MIME = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}


@lru_cache(1)
def names() -> frozenset[str]:
    """Every file of the tree."""
    return frozenset(str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file())


def init_app(app: Flask) -> None:
    app.register_blueprint(room)
    app.jinja_env.globals["asset"] = asset
