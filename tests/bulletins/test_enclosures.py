"""Pictures and documents of bulletins: read by whoever may read the bulletin in their scheme, and by nobody else."""

from __future__ import annotations

import io
import os
import re
import time
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.bulletins.models import Bulletin, BulletinVersion
from shopalert.db import now, writing
from shopalert.evidence import janitor
from shopalert.evidence.images import decoders
from shopalert.evidence.models import Attachment, Derivative
from shopalert.evidence.storage import files
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Membership, Share
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.browse import HEADERS
from tests.evidence import pictures
from tests.people import ASHA, BEN, CAROL, DEV, IVY, OLU

ALT = "A man in a green parka at the till"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
WAYS = ("thumb", "view", "original")


@pytest.fixture(scope="module", autouse=True)
def end_decoders():
    yield
    decoders().close()


def part(data, name="still.jpg"):
    return (io.BytesIO(data), name)


def appeal(town, by=DEV, *to, **fields):
    said = {"kind": "appeal", "photos": part(pictures.jpeg()), "alt": ALT, **fields}
    return town.publish(by, *(to or ("wickford", "billericay")), **said)


def rows(town, bulletin):
    with town.world.app.app_context(), crossing("command") as session:
        query = sa.select(Attachment).where(Attachment.bulletin_id == uuid.UUID(str(bulletin)))
        query = query.options(sa.orm.selectinload(Attachment.copies)).order_by(Attachment.received_at)
        return list(session.scalars(query))


def stored(town):
    with town.world.app.app_context():
        return set(files().names())


def change(town, cls, condition, **values):
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(cls).where(condition).values(**values))


def sees(town, person, file, what="view"):
    return town.status(person, f"/files/{file}/{what}") == 200


def looked(town, verb):
    with town.world.app.app_context(), crossing("command") as session:
        return session.scalar(sa.select(sa.func.count(AuditRow.id)).where(AuditRow.verb == verb))


# ---- who sees it


def test_each_scheme_that_has_it_sees_it_and_no_other(town):
    bulletin = appeal(town)
    here = rows(town, town.of(bulletin, "wickford"))
    there = rows(town, town.of(bulletin, "billericay"))
    assert [each.alt for each in (*here, *there)] == [ALT, ALT] and here[0].id != there[0].id
    page = town.browsers[ASHA].get(f"/bulletins/{here[0].bulletin_id}").text
    assert f'src="/files/{here[0].id}/view" alt="{ALT}"' in page
    assert page.index("/view") < page.index("<strong>both</strong>")  # an appeal begins with its picture
    assert f"/files/{here[0].id}/thumb" in town.browsers[ASHA].get("/s/wickford/bulletins").text
    for person, mine, theirs in ((ASHA, here, there), (CAROL, there, here)):
        assert sees(town, person, mine[0].id) and sees(town, person, mine[0].id, "thumb")
        for way in WAYS:
            assert town.status(person, f"/files/{theirs[0].id}/{way}") == 404
    for way in WAYS:
        assert town.status(OLU, f"/files/{here[0].id}/{way}") == 404
    assert town.status(OLU, f"/bulletins/{here[0].bulletin_id}") == 404
    assert town.status(ASHA, f"/files/{here[0].id}/original") == 403 and sees(
        town, BEN, here[0].id, "original"
    )
    assert sees(town, DEV, here[0].id) and sees(town, DEV, there[0].id)


def test_each_look_is_written_down_and_what_is_shown_holds_nothing_of_the_camera(town):
    bulletin = town.of(appeal(town), "wickford")
    file = rows(town, bulletin)[0].id
    before = looked(town, "file.view")
    answer = town.browsers[ASHA].client.get(f"/files/{file}/view", headers=HEADERS)
    assert looked(town, "file.view") == before + 1
    assert answer.mimetype == "image/jpeg" and pictures.SECRET not in answer.data
    assert b"GPS" not in answer.data and answer.headers["Cache-Control"] == "private, no-store"
    other = town.browsers[IVY].client.get(f"/files/{file}/view", headers=HEADERS)
    assert other.data != answer.data  # each reader's own name is across it
    before = looked(town, "file.list")
    town.browsers[ASHA].get("/s/wickford/bulletins")
    assert looked(town, "file.list") == before + 1


def test_before_its_time_it_is_its_authors_alone(town):
    bulletin = appeal(town, publish_at=field_time(now() + timedelta(hours=2)))
    file = rows(town, town.of(bulletin, "wickford"))[0].id
    assert sees(town, DEV, file)
    for person in (ASHA, BEN, CAROL):
        assert town.status(person, f"/files/{file}/view") == 404
    town.wait(hours=3)
    assert sees(town, ASHA, file) and sees(town, BEN, file)


def test_recalled_it_is_gone_for_members_at_once_and_its_clocks_end(town):
    bulletin = town.of(appeal(town), "wickford")
    file = rows(town, bulletin)[0]
    assert sees(town, ASHA, file.id)
    assert town.do(DEV, bulletin, "recall", why="Wrong man").status_code == 303
    for scheme, person in (("wickford", ASHA), ("billericay", CAROL)):
        left = rows(town, town.of(bulletin, scheme))[0]
        assert left.shown_until <= now() and left.kept_until < now() + timedelta(days=32)
        for way in ("thumb", "view"):
            assert town.status(person if scheme == "wickford" else IVY, f"/files/{left.id}/{way}") == 404
    assert sees(town, DEV, file.id) and sees(town, BEN, file.id)  # with its reason, until it is erased
    assert "/files/" not in town.browsers[ASHA].get("/s/wickford/bulletins").text


def test_with_its_end_a_warning_takes_its_picture_away_before_the_clock_has_looked(town):
    bulletin = town.of(town.warn(photos=part(pictures.png()), alt="A false note"), "wickford")
    file = rows(town, bulletin)[0].id
    assert sees(town, ASHA, file)
    assert f"/files/{file}/thumb" in town.browsers[ASHA].get("/s/wickford/").text  # pinned
    change(town, Bulletin, Bulletin.id == uuid.UUID(bulletin), ends_at=now() - timedelta(seconds=1))
    assert town.status(ASHA, f"/files/{file}/view") == 404 and sees(town, BEN, file)
    assert str(file) not in town.browsers[ASHA].get(f"/bulletins/{bulletin}").text


def test_of_a_missing_person_nothing_stays(town):
    said = {
        "kind": "missing", "ring": "999", "ends_at": field_time(now() + timedelta(hours=24)),
        "alt": "Margery in her red coat",
    }  # fmt: skip
    first, second = (
        town.of(town.publish(DEV, "wickford", **{**said, "photos": part(pictures.jpeg())}), "wickford")
        for _ in "12"
    )
    files_ = {each: rows(town, each)[0] for each in (first, second)}
    assert all(each.kept_until < now() + timedelta(days=33) for each in files_.values())
    page = town.browsers[ASHA].get(f"/bulletins/{first}").text
    assert page.index("/view") < page.index("bulletin__note") and "sa-keep" not in page
    assert town.do(DEV, first, "all-clear").status_code == 303
    assert town.status(ASHA, f"/files/{files_[first].id}/view") == 404
    assert rows(town, first)[0].shown_until <= now()
    town.wait(hours=25)  # the other one ends by itself
    assert (
        town.status(ASHA, f"/files/{files_[second].id}/view") == 404
        and rows(town, second)[0].shown_until <= now()
    )
    with town.world.app.app_context(), crossing("command") as session:
        told = session.scalars(sa.select(BulletinVersion).where(BulletinVersion.shown_until > now()))
        assert not list(told)


def test_who_is_removed_sees_it_no_more(town):
    bulletin = town.of(appeal(town), "wickford")
    file = rows(town, bulletin)[0].id
    assert sees(town, IVY, file)
    change(town, Membership, Membership.user_id == town.world.users[IVY.name], removed_at=now())
    assert town.status(IVY, f"/files/{file}/view") in (302, 303, 401, 403, 404)
    assert town.browsers[IVY].client.get(f"/files/{file}/view", headers=HEADERS).mimetype != "image/jpeg"


def test_another_scheme_sees_it_while_it_is_shared_under_the_shares_own_address(town):
    bulletin = appeal(town, BEN, "wickford", documents=part(PDF, "Minutes.pdf"))
    picture, document = rows(town, bulletin)
    until = f"{now() + timedelta(days=3):%Y-%m-%d}"
    sent = town.do(BEN, bulletin, "shares", to=["billericay"], until=until, reason="He was there too")
    assert sent.status_code == 303
    with town.world.app.app_context(), crossing("command") as session:
        share = session.scalars(sa.select(Share.id)).one()
    page = town.browsers[CAROL].get(f"/shared/{share}").text
    at, paper = f"/shared/{share}/files/{picture.id}", f"/shared/{share}/files/{document.id}/document"
    assert f'src="{at}/view"' in page and paper in page
    for path in (f"{at}/view", f"{at}/thumb", paper):
        assert town.status(CAROL, path) == 200, path
        assert town.status(OLU, path) == 404, path
    assert town.status(CAROL, f"/shared/{share}/files/{document.id}/view") == 404
    assert town.status(CAROL, f"/files/{picture.id}/view") in (403, 404)
    assert town.browsers[BEN].post(f"/shares/{share}/end", {}).status_code == 303
    for path in (f"{at}/view", f"{at}/thumb", paper):
        assert town.status(CAROL, path) == 404, path


# ---- corrected


def test_a_correction_takes_a_picture_out_and_puts_one_in_everywhere(town):
    bulletin = town.of(appeal(town), "wickford")
    first = rows(town, bulletin)[0]
    same = {"staged": str(first.id), f"alt-{first.id}": "The man, from the side"}
    new = {"photos": part(pictures.webp(), "b.webp"), "alt": "His bicycle"}
    assert town.correct(DEV, bulletin, **same, **new).status_code == 303
    for scheme in ("wickford", "billericay"):
        assert [each.alt for each in rows(town, town.of(bulletin, scheme))] == [
            "The man, from the side",
            "His bicycle",
        ]
    kept = rows(town, bulletin)[1]
    assert (
        town.correct(DEV, bulletin, staged=str(kept.id), **{f"alt-{kept.id}": "His bicycle"}).status_code
        == 303
    )
    for scheme in ("wickford", "billericay"):
        assert [each.alt for each in rows(town, town.of(bulletin, scheme))] == ["His bicycle"]
    assert town.status(DEV, f"/files/{first.id}/view") == 404 and sees(town, ASHA, kept.id)
    versions = town.browsers[ASHA].get(f"/bulletins/{bulletin}/versions").text
    assert ALT in versions and "The man, from the side" in versions


def test_another_ones_picture_cannot_be_named(town):
    theirs = rows(town, town.of(appeal(town), "wickford"))[0]
    mine = town.advise(BEN, staged=str(theirs.id), **{f"alt-{theirs.id}": "Stolen"})
    assert rows(town, mine) == [] and rows(town, theirs.bulletin_id)[0].alt == ALT
    other = town.publish(
        DEV, "wickford", kind="advice", staged=str(theirs.id), **{f"alt-{theirs.id}": "Moved"}
    )
    assert rows(town, other) == [] and rows(town, theirs.bulletin_id)[0].alt == ALT


def test_sent_twice_it_is_one_with_one_picture(town):
    said = {"kind": "advice", "client_id": str(uuid.uuid4()), "alt": ALT}
    once, twice = (town.send(BEN, "wickford", **said, photos=part(pictures.jpeg())) for _ in "12")
    assert once.status_code == twice.status_code == 303 and once.location == twice.location
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(Attachment.id))) == 1


# ---- what is taken


def test_each_picture_must_say_what_it_shows_and_is_kept_while_that_is_asked(town):
    answer = town.send(BEN, "wickford", kind="advice", photos=part(pictures.jpeg()))
    assert answer.status_code == 422 and "Say in a few words what it shows" in answer.text
    token = re.search(r'name="staged" value="([^"]+)"', answer.text)[1]
    assert f'name="alt-{token}"' in answer.text
    bulletin = town.advise(BEN, staged=token, **{f"alt-{token}": ALT})
    assert [(str(each.id), each.alt) for each in rows(town, bulletin)] == [(token, ALT)]


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (pictures.SVG, "nice.svg", 415),
        (pictures.SVG, "nice.jpg", 415),
        (b"<html><script>alert(1)</script></html>", "photo.jpg", 415),
        (pictures.jpeg() + b"<script>alert(1)</script>", "photo.jpg", 415),
        (pictures.png() + pictures.archive(), "photo.png", 415),
        (b"GIF89a" + bytes(100), "photo.jpg", 415),
        (pictures.bomb(), "photo.png", 422),
        (pictures.apng(), "photo.png", 422),
        (pictures.jpeg()[:2000], "photo.jpg", 422),
        (PDF, "photo.jpg", 415),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_and_nothing_is_told(town, data, name, status):
    answer = town.send(BEN, "wickford", kind="advice", photos=part(data, name), alt=ALT)
    assert answer.status_code == status, answer.text[:500]
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(Attachment.id))) == 0
        assert session.scalar(sa.select(sa.func.count(Bulletin.id))) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>\n" + PDF,
        b"MZ" + PDF,
        PDF + b"\n" + pictures.archive(),
        PDF + b"<script>alert(1)</script>",
        PDF.replace(b"%%EOF", b""),
        pictures.jpeg(),
        pictures.archive(),
        b"%PDF-nothing",
        pictures.SVG,
    ],
)
def test_what_is_no_document_or_something_else_as_well_is_refused(town, data):
    answer = town.send(BEN, "wickford", kind="minutes", documents=part(data, "minutes.pdf"))
    assert answer.status_code == 415 and "This is not a PDF that can be used" in answer.text
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(Attachment.id))) == 0


def test_a_document_is_downloaded_and_never_shown(town):
    name = "..\\..\\Minutes \u202efdp.exe <img src=x>.pdf"
    bulletin = town.publish(BEN, "wickford", kind="minutes", documents=part(PDF, name))
    file = rows(town, bulletin)[0]
    page = town.browsers[ASHA].get(f"/bulletins/{bulletin}").text
    assert f"/files/{file.id}/document" in page and "&lt;img src=x&gt;" in page
    assert "\u202e" not in page and "<img src=x" not in page
    answer = town.browsers[ASHA].client.get(f"/files/{file.id}/document", headers=HEADERS)
    assert answer.status_code == 200 and answer.data == PDF and answer.mimetype == "application/pdf"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9-]+\.pdf"', answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert looked(town, "file.view") == 1
    for way in ("thumb", "view"):
        assert town.status(ASHA, f"/files/{file.id}/{way}") == 404
    assert town.status(OLU, f"/files/{file.id}/document") == 404
    town.do(BEN, bulletin, "recall", why="Old ones")
    assert town.status(ASHA, f"/files/{file.id}/document") == 404


def test_a_document_is_no_photo_of_a_report(town):
    answer = town.send(BEN, "wickford", kind="minutes", title="", documents=part(PDF, "m.pdf"))
    token = re.search(r'name="enclosed" value="([^"]+)"', answer.text)[1]
    said = {
        "client_id": str(uuid.uuid4()),
        "category": "shop_theft",
        "narrative": "Took crisps.",
        "staged": token,
    }
    answer = town.browsers[BEN].post("/s/wickford/report", said)
    assert answer.status_code == 303
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalars(sa.select(Attachment)).one().incident_id is None


# ---- kept and erased


def test_the_bytes_go_when_the_last_scheme_has_let_go_of_them(town):
    bulletin = appeal(town)
    both = [rows(town, town.of(bulletin, scheme))[0] for scheme in ("wickford", "billericay")]
    names = {both[0].stored_as, *(copy.stored_as for copy in both[0].copies)}
    assert names == {both[1].stored_as, *(copy.stored_as for copy in both[1].copies)} == stored(town)
    for left, file in ((names, both[0]), (set(), both[1])):
        with town.world.app.app_context(), crossing("command") as session, writing(session):
            session.execute(sa.delete(Derivative).where(Derivative.attachment_id == file.id))
            session.execute(sa.delete(Attachment).where(Attachment.id == file.id))
        with town.world.app.app_context():
            for path in files().root.rglob("*"):
                if path.is_file():
                    os.utime(path, (time.time() - 90_000,) * 2)
            swept = janitor.sweep()
        assert swept.missing == [] and stored(town) == left


def test_what_a_bulletin_has_is_not_swept_with_what_was_never_sent(town):
    bulletin = appeal(town)
    town.send(
        BEN, "wickford", kind="advice", photos=part(pictures.png())
    )  # refused: it says not what it shows
    change(town, Attachment, Attachment.id.is_not(None), received_at=now() - timedelta(hours=25))
    with town.world.app.app_context():
        assert janitor.sweep().staged == 1
    assert len(rows(town, bulletin)) == 1


def test_no_feed_for_other_systems_holds_it(town):
    bulletin = town.of(town.warn(photos=part(pictures.png()), alt="Quite a false note"), "wickford")
    file = rows(town, bulletin)[0]
    made = town.browsers[BEN].post("/s/wickford/cap", {"label": "Control room", "months": "3"})
    feed = re.search(r"/cap/[A-Za-z0-9_-]{20,}/feed\.atom", made.text)
    machine = town.world.app.test_client()
    atom = machine.get(feed[0]).text
    told = machine.get(re.search(r"/cap/[A-Za-z0-9_-]{20,}/[^\"<]+\.xml", atom)[0]).text
    assert "<alert" in told and "resource" not in told
    assert str(file.id) not in told + atom and "Quite a false note" not in told + atom


def test_a_picture_sent_as_it_is_chosen_comes_back_with_the_field_for_its_words(town):
    answer = town.browsers[DEV].post(
        "/s/wickford/photos?described", {"photo": part(pictures.jpeg())}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 201, answer.text[:500]
    token = re.search(r'name="staged" value="([^"]+)"', answer.text)[1]
    assert f'name="alt-{token}"' in answer.text and f"/files/{token}/thumb" in answer.text
    answer = town.browsers[DEV].post(
        "/s/wickford/photos", {"photo": part(pictures.jpeg())}, headers={"HX-Request": "true"}
    )
    assert 'name="alt-' not in answer.text  # of a report nobody asks
