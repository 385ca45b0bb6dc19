"""A clip from a phone: sent over a road with tunnels to a server that restarts, and played where it was said."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from shopalert.evidence.models import Attachment
from shopalert.wall import crossing
from tests.browser.conftest import Town
from tests.browser.proxies import dropping
from tests.people import ASHA, DEV, IVY

pytestmark = pytest.mark.browser

FILM = (Path(__file__).parents[1] / "uploads" / "clip.webm").read_bytes()
MB = 1_000_000


def film(folder: Path, size: int) -> Path:
    """A real film, made long by an element that players skip."""
    path, rest = folder / "till 2.webm", size - len(FILM) - 9
    path.write_bytes(FILM + b"\xec\x01" + rest.to_bytes(7, "big") + os.urandom(rest))
    return path


PLAY = "async film => { film.muted = true; await film.play(); return true }"


def test_a_clip_of_40_mb_over_two_drops_and_a_restart(own_town: Town, tmp_path: Path) -> None:
    incident = own_town.world.report(ASHA)
    path = film(tmp_path, 40 * MB)

    def restart() -> None:
        own_town.server.kill()
        own_town.server.start()

    with dropping(own_town.server.port, (9 * MB, int), (20 * MB, int), (31 * MB, restart)) as road:
        page = own_town.open(ASHA, f"/incidents/{incident}", base_url=road.url)
        page.set_input_files("input[name=clips]", str(path))
        page.locator(".say button[type=submit]").click()  # at once: the message waits for its clip
        line = page.locator("article.line a.shot--clip")
        expect(line).to_be_visible(timeout=60_000)
        assert not road.places, "it dropped everywhere it should"
        sent = road.sent
    assert sent < 60 * MB, "what had arrived was not sent again, but for the piece that was on its way"
    with own_town.world.app.app_context(), crossing("command") as session:
        (kept,) = session.scalars(sa.select(Attachment)).all()
    assert (kept.size, kept.sha256) == (40 * MB, hashlib.sha256(path.read_bytes()).hexdigest())

    address = f"/clips/{kept.id}"
    officer = own_town.open(DEV, address)
    expect(officer.locator("video")).to_be_visible()
    assert officer.locator("video").evaluate(PLAY)
    colleague = own_town.open(IVY, address)
    expect(colleague.locator("h1")).to_have_text("Clip")
    expect(colleague.locator("video")).to_have_count(0)
    assert not own_town.complaints
