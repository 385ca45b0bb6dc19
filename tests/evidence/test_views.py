"""Who gets which bytes, how they leave, and that the look was written down before."""

from __future__ import annotations

import io
import uuid

import pytest
import sqlalchemy as sa
from PIL import Image

from shopalert.db import db
from shopalert.evidence.actions import note_thumbs_listed
from shopalert.evidence.models import Attachment
from shopalert.evidence.storage import files
from shopalert.protection import looks
from shopalert.protection.models import AuditDetail, AuditRow
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.evidence import pictures
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, OLU


@pytest.fixture
def photo(world, album):
    """A picture on an incident of Asha's, copies made."""
    return album.on(world.report(ASHA))


def audit_of(world, verb):
    with world.app.app_context(), crossing("command") as session:
        query = sa.select(AuditRow, AuditDetail.detail).outerjoin(
            AuditDetail, AuditDetail.row_id == AuditRow.id
        )
        return [(row.AuditRow, row.detail) for row in session.execute(query.where(AuditRow.verb == verb))]


def get(world, person, path, **headers):
    return world.client(person).get(path, headers={**HEADERS, **headers})


def test_a_member_sees_thumb_and_view_of_the_own_scheme(world, photo):
    for variant, side in (("thumb", 160), ("view", 1600)):
        answer = get(world, IVY, f"/files/{photo}/{variant}")
        assert answer.status_code == 200
        assert max(Image.open(io.BytesIO(answer.data)).size) == side
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Content-Disposition"].startswith('inline; filename="picture-')
        assert b"Asha" not in answer.data


def test_the_original_is_for_coordinator_and_officer_byte_for_byte(world, album):
    data = pictures.jpeg(900, 700)
    file_id = album.on(world.report(ASHA), data)
    for person in (BEN, DEV):
        answer = get(world, person, f"/files/{file_id}/original")
        assert answer.status_code == 200
        assert answer.data == data
        assert answer.headers["Content-Length"] == str(len(data))
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="original-')
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    for person in (ASHA, IVY, ELLEN):
        assert get(world, person, f"/files/{file_id}/original").status_code == 403
    rows = [row for row, _ in audit_of(world, "file.original") if row.outcome == "done"]
    assert [row.actor_id for row in rows] == [world.users[BEN.name], world.users[DEV.name]]
    assert {row.object_id for row in rows} == {file_id}


def test_for_others_a_picture_does_not_exist(world, photo):
    for variant in ("thumb", "view", "original"):
        for person in (CAROL, OLU):
            answer = get(world, person, f"/files/{photo}/{variant}")
            unknown = get(world, person, f"/files/{uuid.uuid4()}/{variant}")
            assert answer.status_code == unknown.status_code == 404
        assert world.client().get(f"/files/{photo}/{variant}").status_code in (303, 401)


def test_each_look_at_a_view_is_in_the_audit_before_the_bytes(world, photo):
    assert get(world, IVY, f"/files/{photo}/view").status_code == 200
    assert get(world, IVY, f"/files/{photo}/view").status_code == 200
    rows = audit_of(world, "file.view")
    assert [row.actor_id for row, _ in rows] == [world.users[IVY.name]] * 2
    assert rows[0][1] == {"variant": "view"}


def test_without_an_audit_row_no_bytes(world, photo, monkeypatch):
    from shopalert.evidence import views

    def broken(*_):
        raise RuntimeError("the audit is full")

    monkeypatch.setattr(views, "note_look", broken)
    client = world.client(BEN)
    for variant in ("view", "original"):
        answer = client.get(f"/files/{photo}/{variant}", headers=HEADERS)
        assert answer.status_code == 500
        assert b"\xff\xd8\xff" not in answer.data


def test_the_watermark_is_the_viewers_and_is_kept_for_the_day(world, photo):
    ivys = get(world, IVY, f"/files/{photo}/view").data
    bens = get(world, BEN, f"/files/{photo}/view").data
    assert ivys != bens
    cache = world.app.config["SHOPALERT"].data_dir / "cache"
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert get(world, IVY, f"/files/{photo}/view").data == ivys
    assert len([path for path in cache.rglob("*") if path.is_file()]) == 2
    assert not any(b"\xff\xd8\xff" in path.read_bytes()[:200] for path in kept)


def test_nothing_of_a_picture_lies_in_clear(world, album):
    data = pictures.saved(Image.effect_noise((900, 700), 90), "JPEG")
    file_id = album.on(world.report(ASHA), data)
    get(world, IVY, f"/files/{file_id}/view")
    for path in world.app.config["SHOPALERT"].data_dir.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert b"\xff\xd8\xff\xe0" not in held, path
            assert data[5000:5040] not in held, path


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_embed_or_link_a_picture(world, photo, site):
    for variant in ("thumb", "view", "original"):
        assert get(world, BEN, f"/files/{photo}/{variant}", **{"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("site", ["none", "same-origin", None])
def test_a_picture_opens_from_a_typed_address_and_without_a_script(world, photo, site):
    headers = {"Accept": "text/html,*/*"} | ({"Sec-Fetch-Site": site} if site else {})
    assert world.client(IVY).get(f"/files/{photo}/view", headers=headers).status_code == 200


def test_while_copies_are_made_one_is_told_to_wait(world, album):
    attachment = album.staged()
    album.attach(attachment, world.report(ASHA))
    page = Browser(world.client(IVY)).get(f"/files/{attachment.id}/view", status=202)
    assert page.answer.headers["Retry-After"] == "1"
    assert not audit_of(world, "file.view")
    album.make_copies()
    assert get(world, IVY, f"/files/{attachment.id}/view").status_code == 200


def test_a_picture_that_cannot_be_read_fails_alone(world, album):
    incident_id = world.report(ASHA)
    broken = album.on(incident_id, pictures.png()[:-60])
    fine = album.on(incident_id)
    assert get(world, IVY, f"/files/{broken}/view").status_code == 404
    assert get(world, BEN, f"/files/{broken}/original").status_code == 200
    assert get(world, IVY, f"/files/{fine}/view").status_code == 200
    page = Browser(world.client(IVY)).get(f"/incidents/{incident_id}")
    assert "could not be read" in page.text
    assert f"/files/{fine}/thumb" in page.text


def test_a_police_comments_picture_does_not_exist_for_members(world, album):
    incident_id = world.report(ASHA)
    mine = [album.staged(person=DEV) for _ in range(2)]
    world.say(DEV, incident_id, "For us alone.", "police", mine[:1])
    world.say(DEV, incident_id, "For everybody.", "members", mine[1:])
    album.make_copies()
    secret, shared = (each.id for each in mine)
    for variant in ("thumb", "view"):
        assert get(world, DEV, f"/files/{secret}/{variant}").status_code == 200
        assert get(world, ELLEN, f"/files/{secret}/{variant}").status_code == 200
        assert get(world, ASHA, f"/files/{shared}/{variant}").status_code == 200
        for person in (ASHA, IVY, BEN, CAROL):
            assert get(world, person, f"/files/{secret}/{variant}").status_code == 404
    assert get(world, BEN, f"/files/{secret}/original").status_code == 404


# ---- staging


def send(world, person, data, name="photo.jpg", slug="wickford", field="photo", **headers):
    browser = Browser(world.client(person))
    token = browser.get("/more").token
    return browser.client.post(
        f"/s/{slug}/photos",
        data={field: (io.BytesIO(data), name)},
        headers={**HEADERS, "X-CSRFToken": token, **headers},
        content_type="multipart/form-data",
    )


def only(world):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(Attachment)).one()


def test_staging_answers_with_the_photo_in_the_form(world):
    answer = send(world, ASHA, pictures.jpeg(), "IMG 1234.jpg", **{"HX-Request": "true"})
    assert answer.status_code == 201
    attachment = only(world)
    assert f'name="staged" value="{attachment.id}" checked' in answer.text
    assert f"/files/{attachment.id}/thumb" in answer.text
    assert "<html" not in answer.text
    assert attachment.staged
    assert attachment.state == "ready"


def test_staging_from_a_plain_page_answers_with_a_page(world):
    browser = Browser(world.client(ASHA))
    answer = browser.post("/s/wickford/photos", {"photo": (io.BytesIO(pictures.jpeg()), "a.jpg")})
    assert answer.status_code == 201
    assert "<h1" in answer.text


def test_a_staged_picture_is_its_authors_alone(world):
    assert send(world, ASHA, pictures.jpeg()).status_code == 201
    attachment = only(world)
    assert get(world, ASHA, f"/files/{attachment.id}/view").status_code == 200
    for person in (IVY, BEN, DEV, CAROL):
        for variant in ("thumb", "view", "original"):
            assert get(world, person, f"/files/{attachment.id}/{variant}").status_code == 404


def test_nobody_stages_in_a_scheme_of_others(world):
    assert send(world, CAROL, pictures.jpeg()).status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (pictures.SVG, 415, "unsupported_media"),
        (b"", 415, "unsupported_media"),
        (b"\xff\xd8\xff\xe0" + bytes(50), 422, "image_unreadable"),
        (pictures.bomb(), 422, "image_too_large"),
        (pictures.apng(), 422, "image_animated"),
        (pictures.jpeg() + bytes(15 * 1024 * 1024), 413, "too_large"),
    ],
    ids=["svg", "empty", "cut", "bomb", "animated", "megabytes"],
)
def test_what_is_not_taken_is_told_in_words_and_code(world, data, status, code):
    answer = send(world, ASHA, data, "a.png", Accept="application/json")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["saved"] is False
    fragment = send(world, ASHA, data, "a.png", **{"HX-Request": "true"})
    assert fragment.status_code == status
    with world.app.app_context():
        assert not list(files().names())


def test_a_photo_can_be_left_out_again_by_its_author_alone(world):
    send(world, ASHA, pictures.jpeg())
    attachment = only(world)
    for person, status in ((IVY, 404), (ASHA, 204)):
        browser = Browser(world.client(person))
        token = browser.get("/more").token
        answer = browser.client.delete(
            f"/s/wickford/photos/{attachment.id}", headers={**HEADERS, "X-CSRFToken": token}
        )
        assert answer.status_code == status
    assert get(world, ASHA, f"/files/{attachment.id}/view").status_code == 404


def test_a_form_in_error_keeps_its_photos(world):
    browser = Browser(world.client(ASHA))
    page = browser.get("/s/wickford/report")
    fields = {"client_id": str(uuid.uuid4()), "narrative": "Kept.", "category": ""}
    bad = browser.post(
        "/s/wickford/report",
        {**fields, "photos": [(io.BytesIO(pictures.jpeg()), "a.jpg"), (io.BytesIO(pictures.SVG), "b.svg")]},
        page=page,
    )
    assert bad.status_code in (415, 422)
    attachment = only(world)
    assert f'name="staged" value="{attachment.id}" checked' in bad.text
    assert "b.svg" in bad.text
    good = browser.post(
        "/s/wickford/report", {**fields, "category": "shop_theft", "staged": str(attachment.id)}, page=page
    )
    assert good.status_code == 303
    again = browser.post(
        "/s/wickford/report", {**fields, "category": "shop_theft", "staged": str(attachment.id)}, page=page
    )
    assert again.status_code == 303
    assert again.headers["Location"] == good.headers["Location"]
    assert str(only(world).incident_id) in good.headers["Location"]


def test_somebody_elses_token_takes_nothing(world):
    send(world, ASHA, pictures.jpeg())
    attachment = only(world)
    browser = Browser(world.client(IVY))
    answer = browser.post(
        "/s/wickford/report",
        {
            "client_id": str(uuid.uuid4()),
            "narrative": "x",
            "category": "shop_theft",
            "staged": str(attachment.id),
        },
        page=browser.get("/s/wickford/report"),
    )
    assert answer.status_code == 303
    assert only(world).staged


def test_eleven_photos_are_one_too_many(world):
    browser = Browser(world.client(ASHA))
    photos = [(io.BytesIO(pictures.jpeg(60, 40)), f"{n}.jpg") for n in range(11)]
    answer = browser.post(
        "/s/wickford/report",
        {"client_id": str(uuid.uuid4()), "narrative": "x", "category": "shop_theft", "photos": photos},
        page=browser.get("/s/wickford/report"),
    )
    assert answer.status_code == 422
    assert answer.text.count('name="staged"') == 10


# ---- lists


def test_a_page_of_thumbnails_is_one_audit_row(world, photo):
    with world.seen_as(IVY) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        note_thumbs_listed(viewer, scheme, [photo, photo])
        note_thumbs_listed(viewer, scheme, [])
    rows = audit_of(world, "file.list")
    assert [(row.actor_id, row.scheme_id) for row, _ in rows] == [
        (world.users[IVY.name], world.schemes["wickford"])
    ]
    assert rows[0][1] == {"files": [str(photo), str(photo)]}


def test_lists_gathered_by_a_worker_are_written_together(world, photo, monkeypatch):
    monkeypatch.setattr(looks._gathering, "working", True)
    with world.seen_as(IVY) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        for _ in range(3):
            note_thumbs_listed(viewer, scheme, [photo])
    assert not audit_of(world, "file.list")
    looks.flush(world.app)
    assert len(audit_of(world, "file.list")) == 3
    looks.flush(world.app)
    assert len(audit_of(world, "file.list")) == 3


# ---- a full disk


def test_with_a_full_disk_pictures_are_still_shown_and_photos_refused_in_words(world, photo, monkeypatch):
    from shopalert.evidence.storage import Folder, NoRoom

    def full(*_, **__):
        raise NoRoom

    monkeypatch.setattr(Folder, "put", full)
    assert get(world, IVY, f"/files/{photo}/view").status_code == 200
    answer = send(world, ASHA, pictures.jpeg(), Accept="application/json")
    assert (answer.status_code, answer.json["code"], answer.json["saved"]) == (507, "disk_full", False)
