"""The protocol over HTTP: a file that comes in pieces is whole in the end, or plainly refused."""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shopalert.db import now, writing
from shopalert.evidence.models import Attachment
from shopalert.evidence.partial import Partial
from shopalert.evidence.storage import CHUNK, NoRoom, arriving, files
from shopalert.uploads import actions, janitor
from shopalert.uploads.models import Upload
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, GUS, IVY
from tests.uploads.tus import Tus

FILM = (Path(__file__).parent / "clip.mp4").read_bytes()
LONG = FILM + os.urandom(3 * CHUNK + 1000)


def rows(world, cls=Attachment):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(sa.select(cls)))


def whole(world, attachment):
    with world.app.app_context():
        return files().read(attachment.stored_as)


def code(answer):
    return answer.status_code, answer.json["code"]


def test_options_say_what_is_spoken_here(world):
    answer = Tus(world, ASHA).ask("OPTIONS", "/uploads")
    assert answer.status_code in (200, 204)
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert answer.headers["Tus-Max-Size"] == str(500 * 1024 * 1024)


def test_a_file_in_pieces_cut_anywhere_is_whole_in_the_end(world):
    """Pieces end before, at and behind the seams of what lies on the disk; some are cut on the way."""
    tus = Tus(world, ASHA)
    said = hashlib.sha256(LONG).hexdigest()
    url = tus.begin(len(LONG), sha256=said)
    seams = [0, 1, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7, 3 * CHUNK, len(LONG) - 1]
    for at, following in zip(seams, [*seams[1:], len(LONG)], strict=True):
        assert tus.offset(url) == at
        if following % 2:
            tus.cut(url, at, LONG[at:following], announced=len(LONG) - at)
        else:
            answer = tus.patch(url, at, LONG[at:following])
            assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(following))
    assert tus.offset(url) == len(LONG)
    (attachment,) = rows(world)
    assert (attachment.kind, attachment.media_type, attachment.sha256) == ("clip", "video/mp4", said)
    assert str(attachment.id) == url.rsplit("/", 1)[1]
    assert whole(world, attachment) == LONG
    assert attachment.staged
    assert attachment.author_id == world.users[ASHA.name]


def test_nothing_of_it_lies_in_clear_while_it_comes_or_after(world):
    tus = Tus(world, ASHA)
    url = tus.begin(len(LONG))
    for to in (CHUNK + 5000, len(LONG)):
        tus.patch(url, tus.offset(url), LONG[tus.offset(url) : to])
        for path in world.app.config["SHOPALERT"].data_dir.rglob("*"):
            if path.is_file():
                held = path.read_bytes()
                assert LONG[100:140] not in held, path
                assert LONG[CHUNK + 100 : CHUNK + 140] not in held, path
                assert path.stat().st_mode & 0o077 == 0 or path.suffix in ("", ".db"), path


def test_the_wrong_place_is_409_and_changes_nothing(world):
    tus = Tus(world, ASHA)
    url = tus.begin(100)
    assert tus.patch(url, 0, b"x" * 40).status_code == 204
    for wrong in (0, 39, 41, 100):
        assert code(tus.patch(url, wrong, b"y")) == (409, "wrong_offset")
    assert tus.offset(url) == 40
    assert tus.ask("PATCH", url, b"y", Content_Type="text/plain", Upload_Offset="40").status_code == 415
    assert tus.ask("PATCH", url, b"y", Content_Type="application/offset+octet-stream").status_code == 400
    assert code(tus.patch(url, 40, b"y" * 61)) == (413, "too_large")
    assert tus.offset(url) == 40


def test_another_version_is_412(world):
    tus = Tus(world, ASHA)
    url = tus.begin(10)
    for method, path in (("POST", "/uploads"), ("HEAD", url), ("PATCH", url), ("DELETE", url)):
        answer = tus.ask(method, path, Tus_Resumable="0.2.2")
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0"), method


def test_an_upload_is_its_uploaders_alone(world):
    url = Tus(world, ASHA).begin(10)
    for person in (IVY, BEN, DEV, CAROL, GUS):
        other = Tus(world, person)
        for method in ("HEAD", "PATCH", "DELETE"):
            headers = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": "0"}
            assert other.ask(method, url, b"x" if method == "PATCH" else b"", **headers).status_code == 404
    assert Tus(world, ASHA).offset(url) == 0, "from another of her own browsers"
    assert world.client().head(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 401


def test_nobody_sends_into_a_scheme_of_others(world):
    assert Tus(world, CAROL).announce(10).status_code == 404
    assert Tus(world, ASHA).announce(10, scheme="nowhere").status_code == 404
    assert Tus(world, GUS).announce(10).status_code == 403
    assert Tus(world, DEV).announce(10).status_code == 201


def test_without_the_token_nothing_is_taken(world):
    tus = Tus(world, ASHA)
    url = tus.begin(10)
    tus.token = ""
    assert tus.patch(url, 0, b"x").status_code == 403
    assert tus.announce(10).status_code == 403


def test_what_is_not_the_announced_file_is_refused_and_gone(world):
    tus = Tus(world, ASHA)
    url = tus.begin(len(FILM), sha256=hashlib.sha256(b"another").hexdigest())
    assert code(tus.patch(url, 0, FILM)) == (460, "checksum_mismatch")
    assert tus.ask("HEAD", url).status_code == 410
    assert not rows(world)
    with world.app.app_context():
        assert not list(files().names())


def test_a_piece_with_the_wrong_checksum_is_not_taken(world):
    tus = Tus(world, ASHA)
    url = tus.begin(len(FILM))
    right = {
        name: base64.b64encode(hashlib.new(name, FILM[:5000]).digest()).decode()
        for name in ("sha1", "sha256")
    }
    wrong = base64.b64encode(bytes(20)).decode()
    assert code(tus.patch(url, 0, FILM[:5000], Upload_Checksum=f"sha1 {wrong}")) == (460, "checksum_mismatch")
    assert tus.patch(url, 0, FILM[:5000], Upload_Checksum="md5 x").status_code == 400
    assert tus.offset(url) == 0
    assert tus.patch(url, 0, FILM[:5000], Upload_Checksum=f"sha256 {right['sha256']}").status_code == 204
    assert tus.patch(url, 5000, FILM[5000:]).status_code == 204
    assert whole(world, rows(world)[0]) == FILM


def test_on_networks_that_pass_only_get_and_post(world):
    tus = Tus(world, ASHA)
    url = tus.begin(len(FILM))
    kind = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": "0"}
    assert tus.ask("POST", url, FILM, X_HTTP_Method_Override="PATCH", **kind).status_code == 204
    assert rows(world)
    assert tus.ask("POST", url, b"", X_HTTP_Method_Override="DELETE").status_code == 204
    assert not rows(world)
    assert tus.ask("POST", tus.begin(5), b"", X_HTTP_Method_Override="PUT").status_code == 400


def test_too_large_is_413_and_a_length_is_wanted(world):
    tus = Tus(world, ASHA)
    answer = tus.announce(500 * 1024 * 1024 + 1)
    assert code(answer) == (413, "too_large")
    assert "500 MB" in answer.json["title"]
    assert tus.announce(500 * 1024 * 1024).status_code == 201
    assert tus.announce(0).status_code == 400
    assert tus.ask("POST", "/uploads", Upload_Defer_Length="1").status_code == 400
    assert tus.ask("POST", "/uploads", Upload_Length="10", Upload_Metadata="scheme ###").status_code == 400


def test_a_schemes_day_has_an_end(world):
    tus, other = Tus(world, ASHA), Tus(world, IVY)
    size = 500 * 1024 * 1024
    first = [tus.begin(size) for _ in range(5)] + [other.begin(size) for _ in range(5)]
    answer = other.announce(size)
    assert code(answer) == (429, "quota_used")
    assert answer.json["saved"] is False and int(answer.headers["Retry-After"]) > 0
    assert Tus(world, CAROL).announce(size, scheme="billericay").status_code == 201
    assert tus.ask("DELETE", first[0]).status_code == 204
    assert other.announce(size).status_code == 201, "what was given up does not count"


def test_one_person_begins_twenty_at_a_time(world):
    tus = Tus(world, ASHA)
    for _ in range(20):
        tus.begin(10)
    assert code(tus.announce(10)) == (429, "too_many_requests")


def test_the_same_file_begun_twice_is_one_upload(world):
    tus, key = Tus(world, ASHA), str(uuid.uuid4())
    url = tus.begin(10, key=key)
    tus.patch(url, 0, b"four")
    assert tus.begin(10, key=key) == url
    assert tus.begin(11, key=key) != url
    assert Tus(world, IVY).begin(10, key=key) != url


def test_an_upload_that_stands_still_expires(world):
    tus = Tus(world, ASHA)
    url, fresh = tus.begin(100), tus.begin(100)
    answer = tus.patch(url, 0, b"x" * 10)
    assert answer.headers["Upload-Expires"].endswith(" GMT")
    (upload, _) = sorted(rows(world, Upload), key=lambda row: str(row.id) != url.rsplit("/", 1)[1])
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.get_one(Upload, upload.id).created_at = now() - timedelta(hours=25)
        path = upload.partial().path
        assert janitor.sweep() == 0, "bytes came a moment ago"
    assert tus.offset(url) == 10
    late = (now() - timedelta(hours=25)).timestamp()
    os.utime(path, (late, late))
    assert tus.ask("HEAD", url).status_code == 410
    assert code(tus.patch(url, 10, b"x")) == (410, "gone")
    with world.app.app_context():
        assert janitor.sweep() == 1
    assert not path.exists()
    assert tus.ask("HEAD", url).status_code == 410
    assert tus.offset(fresh) == 0


def test_what_is_given_up_leaves_nothing(world):
    tus = Tus(world, ASHA)
    url = tus.begin(1000)
    tus.patch(url, 0, b"x" * 500)
    assert tus.ask("DELETE", url).status_code == 204
    assert tus.ask("DELETE", url).status_code == 410
    data = world.app.config["SHOPALERT"].data_dir
    assert not [path for path in (data / "uploads").rglob("*") if path.is_file()]


def test_what_is_part_of_a_message_is_not_taken_back(world):
    tus = Tus(world, ASHA)
    url = tus.begin(len(FILM))
    tus.patch(url, 0, FILM)
    incident = world.report(ASHA)
    browser = Browser(world.client(ASHA))
    sent = {
        "client_id": str(uuid.uuid4()),
        "text": "",
        "audience": "members",
        "staged": url.rsplit("/", 1)[1],
    }
    answer = browser.post(f"/incidents/{incident}/comments", sent, page=browser.get(f"/incidents/{incident}"))
    assert answer.status_code == 303, answer.text[:500]
    assert rows(world)[0].comment_id
    assert code(tus.ask("DELETE", url)) == (403, "attached")
    assert tus.offset(url) == len(FILM)
    assert f"/clips/{rows(world)[0].id}" in browser.get(f"/incidents/{incident}").text


def test_a_full_disk_is_said_before_and_loses_nothing_on_the_way(world, monkeypatch):
    tus = Tus(world, ASHA)
    url = tus.begin(len(LONG))
    assert tus.patch(url, 0, LONG[: CHUNK + 10]).status_code == 204
    sealed = Partial._write

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Partial, "_write", full)
    assert code(tus.patch(url, CHUNK + 10, LONG[CHUNK + 10 :])) == (507, "disk_full")
    assert tus.offset(url) >= CHUNK + 10
    monkeypatch.setattr(Partial, "_write", sealed)
    at = tus.offset(url)
    assert tus.patch(url, at, LONG[at:]).status_code == 204
    assert whole(world, rows(world)[0]) == LONG
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(actions.shutil, "disk_usage", lambda _: usage(10**12, 10**12 - 10**8, 10**8))
    answer = tus.announce(1000)
    assert code(answer) == (507, "disk_full")
    assert "no room for clips" in answer.json["title"]


def test_with_a_full_disk_nothing_is_begun(world, monkeypatch):
    def full(*_):
        raise NoRoom

    monkeypatch.setattr(Partial, "begin", full)
    assert code(Tus(world, ASHA).announce(10)) == (507, "disk_full")
    assert not rows(world, Upload)


@pytest.mark.parametrize("torn", [0, 1, CHUNK // 2])
def test_after_a_crash_it_goes_on_where_it_is_safe(world, torn):
    """Bytes behind the last answer may be there, half there, or rubbish: none of it is believed unseen."""
    tus = Tus(world, ASHA)
    url = tus.begin(len(LONG))
    tus.patch(url, 0, LONG[:1000])
    with world.app.app_context():
        name = rows(world, Upload)[0].stored_as
        partial = Partial(arriving(), name, len(LONG))
        with partial:
            partial.take(LONG[1000 : 2 * CHUNK + 300])
            partial.seal()  # killed before it could be saved
        with partial.path.open("ab") as file:
            file.write(os.urandom(torn))
        if torn == 1:  # the first chunk never reached the disk
            with partial.path.open("r+b") as file:
                file.seek(100)
                file.write(bytes(40))
    assert tus.offset(url) == (1000 if torn == 1 else 2 * CHUNK)
    at = tus.offset(url)
    assert tus.patch(url, at, LONG[at:]).status_code == 204
    assert whole(world, rows(world)[0]) == LONG


def test_killed_between_the_last_byte_and_the_row_it_is_finished_when_asked_for(world, monkeypatch):
    tus = Tus(world, ASHA)
    first, second = tus.begin(len(FILM)), tus.begin(len(FILM))
    for url, place in ((first, "finish"), (second, "note_finished")):
        with monkeypatch.context() as patched:
            patched.setattr(actions, place, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                tus.patch(url, 0, FILM)
    assert not rows(world)
    assert tus.offset(first) == tus.offset(second) == len(FILM)
    assert len(rows(world)) == 2
    assert all(whole(world, row) == FILM for row in rows(world))


def test_a_photo_sent_this_way_is_a_photo(world, album_picture):
    tus = Tus(world, ASHA)
    url = tus.begin(len(album_picture))
    tus.patch(url, 0, album_picture)
    (attachment,) = rows(world)
    assert (attachment.kind, attachment.media_type, attachment.width) == ("picture", "image/jpeg", 320)


@pytest.fixture
def album_picture():
    from tests.world import picture

    return picture().read()
