"""What makes the site installable: the manifest, the service worker, the page for when nothing answers."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import generate_csrf

from shopalert.assets import STATIC, asset, precache, tree_hash
from shopalert.pages import local_path, page, see_other, wants_json
from shopalert.pwa import actions
from shopalert.pwa.switch import worker_is_off
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("pwa", __name__)

# In the order in which the worker needs them; the page imports some of the same files as modules.
PARTS = (
    "uuid.js", "kept/strongbox.js", "kept/kept.js", "kept/ask.js",
    "worker/caches.js", "worker/update.js", "worker/push.js", "worker/kept.js",
)  # fmt: skip
IMPORTED = re.compile(r"^import .*\n", flags=re.M)
EXPORTED = re.compile(r"^export (?=const|let|async|function|class)", flags=re.M)


def classic(source: str) -> str:
    """A module's text for a classic script: module workers are not everywhere. What it imports stands before it."""
    return EXPORTED.sub("", IMPORTED.sub("", source))


@lru_cache(1)
def parts() -> tuple[str, ...]:
    """The worker's own files."""
    return tuple((STATIC / "js" / name).read_text("utf-8") for name in PARTS)


def release() -> str:
    """Which release this is: the name of the worker's cache, and what an open page compares with."""
    return version(str(Path(current_app.root_path).parent / "templates"))


@lru_cache(1)
def version(templates: str) -> str:
    """A name that changes with any static file and with any page's template."""
    digest = hashlib.sha256(tree_hash().encode())
    for path in sorted(Path(templates).rglob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@room.get("/sw.js", verb=PUBLIC)
def worker() -> Response:
    """The service worker. Asked for anew at each visit, so that a new release reaches every phone; and so does
    the one that takes itself away, when the operator has switched workers off."""
    if worker_is_off():
        body = render_template("pwa/gone.js")
    else:
        body = render_template(
            "pwa/sw.js",
            version=release(),
            shell=precache(),
            icon=asset("icons/app-192.png"),
            badge=asset("icons/badge-96.png"),
            parts=parts(),
        )
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@room.get("/manifest.webmanifest", verb=PUBLIC)
def manifest() -> Response:
    """What an installed ShopAlert is called and looks like."""
    response = Response(render_template("pwa/manifest.webmanifest"), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@room.get("/offline", verb=PUBLIC)
def offline() -> Response:
    """The page that the worker shows when the server cannot be reached."""
    return make_response(render_template("offline.html"))


@room.get("/install", verb=PUBLIC)
def install() -> Response:
    """How ShopAlert gets onto a Home Screen, step by step for each kind of device."""
    return page("pwa/install.html", platform=platform())


def platform() -> str:
    """Whose steps stand open: as the browser calls itself. An iPad that calls itself a Mac is told apart by script."""
    named = request.user_agent.string
    if "iPhone" in named or "iPad" in named:
        return "ios"
    return "android" if "Android" in named else "desktop"


@room.post("/install/dismissal", verb=SIGNED_IN)
def dismiss() -> Response:
    """Installed, or not wanted: the invitation is not shown to this person again."""
    actions.dismiss_invitation(the_viewer())
    return Response(status=204) if wants_json() else see_other(local_path(request.form.get("next")))


@room.get("/session", verb=SIGNED_IN)
def session() -> Response:
    """Whose session this is, and a fresh token for forms that were open for long."""
    viewer = current_viewer()
    return jsonify(me=str(viewer.user_id) if viewer else "", csrf_token=generate_csrf())


@room.app_context_processor
def for_the_worker() -> dict[str, Any]:
    """What every page says of the worker: its release, and whether it may have one."""
    return {"release": release(), "worker_off": worker_is_off()}


def init_app(app: Flask) -> None:
    app.jinja_env.filters["classic"] = classic
    app.register_blueprint(room)
