"""The static tree: one hash as the path's prefix, so that relative imports just work and caches never lie.

The stylesheets are joined at start in the order that `css/order.css` and the layers say: one request, no tool.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory

from shopalert.room import PUBLIC, Room

STATIC = Path(__file__).resolve().parent.parent / "static"
LAYERS = ("reset.css", "tokens.css", "base.css", "layout.css", "components", "utilities.css", "print.css")
COMPRESSED = {".css", ".js", ".svg", ".json"}
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


@lru_cache(1)
def stylesheet() -> bytes:
    """All stylesheets, in the order of their layers."""
    files = [STATIC / "css" / "order.css"]
    for name in LAYERS:
        path = STATIC / "css" / name
        files += sorted(path.glob("*.css")) if path.is_dir() else [path]
    return b"\n".join(file.read_bytes() for file in files if file.is_file())


@lru_cache(1)
def precache() -> list[str]:
    """What the service worker keeps: every script, the stylesheet, the icons. Nothing personal."""
    names = ["css/app.css"]
    for folder, ending in (("js", ".js"), ("vendor", ".js"), ("icons", ".svg"), ("icons", ".png")):
        names += [str(path.relative_to(STATIC)) for path in sorted((STATIC / folder).rglob("*" + ending))]
    return [asset(name) for name in names if "/worker/" not in name]


@lru_cache(256)
def compressed(name: str) -> bytes:
    """A static file, gzipped once."""
    plain = stylesheet() if name == "css/app.css" else (STATIC / name).read_bytes()
    return gzip.compress(plain, 9, mtime=0)


@room.get("/static/<version>/<path:name>", verb=PUBLIC)
def static(version: str, name: str) -> Response:
    """A static file. An older page may ask under an older hash: it gets today's file, uncached."""
    known = name == "css/app.css" or name in names()
    if not known:
        abort(404)
    if Path(name).suffix in COMPRESSED:
        small = "gzip" in request.accept_encodings
        body = compressed(name) if small else gzip.decompress(compressed(name))
        response = Response(body, mimetype=MIME[Path(name).suffix])
        if small:
            response.headers["Content-Encoding"] = "gzip"
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
