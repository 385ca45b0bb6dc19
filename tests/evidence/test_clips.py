"""Clips: who plays them, from where they like; what stands there where nobody can."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from werkzeug.datastructures import FileStorage

from shopalert.db import db
from shopalert.evidence import clips
from shopalert.evidence.actions import stage
from shopalert.evidence.models import Attachment
from shopalert.evidence.storage import CHUNK
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU

SAMPLES = Path(__file__).parents[1] / "uploads"
FILM = (SAMPLES / "clip.mp4").read_bytes() + b"\0\0\0\0free" + os.urandom(2 * CHUNK)
DAHUA = b"DHAV" + os.urandom(5000)


@pytest.fixture(autouse=True)
def nobody_has_looked():
    clips._looked.clear()


def filmed(world, album, data, name="till 2.mp4", person=ASHA, audience="members"):
    """A clip said in an incident: its id, and the incident's."""
    incident = world.report(ASHA)
    with world.seen_as(person) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        film = stage(viewer, scheme, FileStorage(io.BytesIO(data), name, "clips"))
    world.say(person, incident, "The film.", audience, [film])
    album.make_copies()
    return film.id, incident


def ask(world, person, path, **headers):
    return world.client(person).get(
        path, headers={**HEADERS, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )


def test_who_plays_a_clip_and_who_sees_that_there_is_one(world, album):
    clip, incident = filmed(world, album, FILM)
    for person, status in (
        (ASHA, 200),
        (BEN, 200),
        (DEV, 200),
        (ELLEN, 200),
        (IVY, 403),
        (LEO, 403),
        (CAROL, 404),
        (OLU, 404),
    ):
        answer = ask(world, person, f"/clips/{clip}/play")
        assert answer.status_code == status, person.name
        if status == 404:
            assert ask(world, person, f"/clips/{clip}").status_code == 404
            continue
        page = Browser(world.client(person)).get(f"/clips/{clip}")
        assert ("<video" in page.text) == (status == 200), person.name
    assert f'href="/clips/{clip}"' in Browser(world.client(IVY)).get(f"/incidents/{incident}").text
    original = ask(world, DEV, f"/files/{clip}/original")
    assert original.data == FILM
    assert original.headers["Content-Disposition"].endswith('.mp4"')
    assert ask(world, IVY, f"/files/{clip}/original").status_code == 403


def test_a_clip_for_police_alone_does_not_exist_for_others(world, album):
    clip, _ = filmed(world, album, FILM, person=DEV, audience="police")
    assert ask(world, ELLEN, f"/clips/{clip}/play").status_code == 200
    for person in (ASHA, IVY, BEN):
        for path in (f"/clips/{clip}", f"/clips/{clip}/play", f"/files/{clip}/view"):
            assert ask(world, person, path).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-", 0, len(FILM)),
        ("bytes=0-0", 0, 1),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1),
        (f"bytes={CHUNK}-{2 * CHUNK - 1}", CHUNK, 2 * CHUNK),
        ("bytes=100-299999", 100, 300000),
        ("bytes=-500", len(FILM) - 500, len(FILM)),
        (f"bytes={len(FILM) - 1}-{len(FILM) + 99}", len(FILM) - 1, len(FILM)),
    ],
)
def test_a_film_is_wound_on(film, wanted, start, stop):
    world, clip = film
    answer = ask(world, DEV, f"/clips/{clip}/play", Range=wanted)
    assert (answer.status_code, answer.headers["Content-Range"]) == (
        206,
        f"bytes {start}-{stop - 1}/{len(FILM)}",
    )
    assert answer.headers["Content-Length"] == str(stop - start)
    assert answer.data == FILM[start:stop]


@pytest.fixture
def film(world, album):
    return world, filmed(world, album, FILM)[0]


def test_the_bytes_of_a_film_do_nothing_but_play(film):
    world, clip = film
    answer = ask(world, DEV, f"/clips/{clip}/play")
    assert answer.data == FILM
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    refused = ask(world, DEV, f"/clips/{clip}/play", Range=f"bytes={len(FILM)}-")
    assert (refused.status_code, refused.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")
    assert ask(world, DEV, f"/clips/{clip}/play", Sec_Fetch_Site="cross-site").status_code == 403


def test_a_look_at_a_film_is_written_down_once_and_before_its_bytes(film, monkeypatch):
    world, clip = film
    player, other = world.client(DEV), world.client(ELLEN)
    for client, wanted in (
        (player, "bytes=5000-"),
        (player, "bytes=0-"),
        (player, "bytes=90-99"),
        (other, "bytes=0-"),
    ):
        client.get(f"/clips/{clip}/play", headers={**HEADERS, "Range": wanted}).close()
    with world.app.app_context(), crossing("command") as session:
        rows = session.scalars(sa.select(AuditRow).where(AuditRow.verb == "file.view")).all()
    assert [(row.actor_id, row.object_id) for row in rows] == [
        (world.users[each.name], clip) for each in (DEV, ELLEN)
    ]
    clips._looked.clear()

    def broken(*_):
        raise RuntimeError("the audit is full")

    monkeypatch.setattr(clips, "note_look", broken)
    answer = ask(world, DEV, f"/clips/{clip}/play")
    assert answer.status_code == 500
    assert FILM[:40] not in answer.data


def test_a_recorders_own_format_is_kept_and_said_to_be(world, album):
    clip, incident = filmed(world, album, DAHUA, "camera 4.dav")
    page = Browser(world.client(DEV)).get(f"/clips/{clip}")
    assert "Dahua" in page.text
    assert "Browsers cannot play this format" in page.text
    assert "<video" not in page.text
    assert ask(world, DEV, f"/clips/{clip}/play").status_code == 404
    original = ask(world, DEV, f"/files/{clip}/original")
    assert original.data == DAHUA
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert original.headers["Content-Disposition"].startswith('attachment; filename="original-')
    assert original.headers["Content-Disposition"].endswith('.dav"')
    assert "Dahua" in Browser(world.client(IVY)).get(f"/incidents/{incident}").text


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", ["clip.mp4", "clip.webm"])
def test_a_clip_is_known_by_a_frame(world, album, name):
    clip, _ = filmed(world, album, (SAMPLES / name).read_bytes())
    shown = ask(world, IVY, f"/files/{clip}/view")
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.data)).size == (320, 180)


def test_a_clip_without_a_frame_is_a_clip_all_the_same(world, album, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    clip, incident = filmed(world, album, FILM)
    assert album.row(clip).failure == "no_frame"
    page = Browser(world.client(IVY)).get(f"/incidents/{incident}")
    assert "MP4 film" in page.text
    assert "could not be read" not in page.text


def test_without_a_script_a_clip_comes_with_the_form(world):
    browser, incident = Browser(world.client(ASHA)), world.report(ASHA)
    page = browser.get(f"/incidents/{incident}")
    fields = {"client_id": str(uuid.uuid4()), "text": "Camera 4", "audience": "members"}
    answer = browser.post(
        f"/incidents/{incident}/comments",
        {**fields, "clips": [(io.BytesIO(FILM), "till.mp4"), (io.BytesIO(DAHUA), "b.dav")]},
        page=page,
    )
    assert answer.status_code == 303, answer.text[:300]
    with world.app.app_context(), crossing("command") as session:
        kept = session.scalars(sa.select(Attachment).order_by(Attachment.id)).all()
    assert [(each.kind, each.media_type) for each in kept] == [
        ("clip", "video/mp4"),
        ("clip", "application/x-dahua"),
    ]
    assert all(each.comment_id for each in kept)
    large = FILM + bytes(15 * 1024 * 1024)
    again = browser.post(
        f"/incidents/{incident}/comments",
        {**fields, "client_id": str(uuid.uuid4()), "clips": (io.BytesIO(large), "long.mp4")}, page=page,
    )  # fmt: skip
    assert again.status_code == 413
    assert "too large for a browser without scripts" in again.text
    assert "Camera 4" in again.text


def test_a_clip_that_came_whole_waits_for_its_message_and_is_its_senders_alone(world):
    incident = world.report(ASHA)
    with world.seen_as(ASHA) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        film = stage(viewer, scheme, FileStorage(io.BytesIO(FILM), "till 2.mp4", "clips"))
    mine, hers = (Browser(world.client(each)).get(f"/incidents/{incident}").text for each in (ASHA, IVY))
    assert f'name="staged" value="{film.id}"' in mine
    assert "till 2.mp4" in mine
    assert str(film.id) not in hers
