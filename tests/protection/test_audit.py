"""The audit is written with the deed, sealed in order, and tells what was done to it."""

import threading
import uuid

import pytest
import sqlalchemy as sa

from shopalert.config import config
from shopalert.db import act, db, new_act, now, the_act, uuid7, writing
from shopalert.protection import audit
from shopalert.protection.models import AuditDetail, AuditHead, AuditRow
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, DEV


@pytest.fixture(autouse=True)
def context(world):
    with world.app.test_request_context():
        yield


@act("scheme.greet")
def greet(viewer, scheme, **details):
    the_act().about = scheme
    the_act().details.update(details)


@act("scheme.greet")
def greet_and_fall(viewer, scheme):
    greet(viewer, scheme, word="hello")
    raise RuntimeError


def the_scheme(world):
    return db.session.get_one(Scheme, world.schemes["wickford"])


def all_rows():
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditRow).order_by(AuditRow.seq, AuditRow.id)))


def findings():
    with crossing("seal") as session:
        return [str(each) for each in audit.verify(session)[0]]


def change(statement):
    with crossing("seal") as session, writing(session):
        session.execute(statement, execution_options={"synchronize_session": False})


@pytest.fixture
def chain(world):
    """Five sealed rows with their details."""
    for n in range(5):
        greet(world.viewer(ASHA), the_scheme(world), number=n)
    assert audit.seal() == 5
    assert findings() == []
    return all_rows()


# ---- writing


def test_a_deed_has_its_row(world):
    viewer = world.viewer(ASHA)
    greet(viewer, the_scheme(world), number=7, revoke=[str(uuid.uuid4())], events=[1, 2])
    (row,) = all_rows()
    assert (row.actor_id, row.verb, row.outcome) == (viewer.user_id, "scheme.greet", "done")
    scheme = world.schemes["wickford"]
    assert (row.scheme_id, row.object_kind, row.object_id) == (scheme, "scheme", scheme)
    assert (row.seq, row.prev, row.mac) == (None, None, None)
    detail = db.session.get_one(AuditDetail, row.id)
    assert detail.detail == {"number": 7}
    assert row.detail_hash == audit.hash_of(detail.salt, {"number": 7})


def test_a_deed_that_failed_has_none(world):
    with pytest.raises(RuntimeError):
        greet_and_fall(world.viewer(ASHA), the_scheme(world))
    assert all_rows() == []


def test_notes_within_a_deed_are_further_rows(world):
    @act("scheme.tour")
    def tour(viewer, scheme):
        audit.note("scheme.look", scheme, room="kitchen")
        audit.note("scheme.look", scheme, outcome="refused")

    tour(world.viewer(ASHA), the_scheme(world))
    rows = all_rows()
    assert sorted((row.verb, row.outcome) for row in rows) == [
        ("scheme.look", "done"),
        ("scheme.look", "refused"),
        ("scheme.tour", "done"),
    ]
    assert len({row.request_id for row in rows}) == 1


def test_a_note_alone_stands_at_once_and_leaves_what_was_read(world):
    """No reload, and no connection held while waiting for the writer's turn."""
    scheme, asked = the_scheme(world), []
    audit.note("file.view", scheme, files=["a", "b"])
    sa.event.listen(db.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    assert scheme.name == "Wickford"
    assert not asked
    (row,) = all_rows()
    assert (row.verb, row.object_id) == ("file.view", scheme.id)


def test_a_refusal_of_something_seen_is_noted(world):
    browser = Browser(world.client(ASHA))
    before = len(all_rows())
    assert browser.client.get("/desk", headers=HEADERS).status_code == 403
    row = all_rows()[before]
    assert (row.verb, row.outcome, row.actor_id) == ("desk.read", "refused", world.users[ASHA.name])
    assert db.session.get_one(AuditDetail, row.id).detail["endpoint"] == "home.desk"


def test_a_refusal_of_nobody_is_not(world):
    assert world.client().post("/sign-in", headers=HEADERS).status_code == 403
    assert all_rows() == []


# ---- sealing


def test_sealing_numbers_in_order(chain):
    assert [row.seq for row in chain] == [1, 2, 3, 4, 5]
    assert [row.prev for row in chain[1:]] == [row.mac for row in chain[:-1]]
    assert chain[0].prev == b""
    assert audit.seal() == 0


def test_one_sealer_among_many(world):
    greet(world.viewer(ASHA), the_scheme(world))
    assert audit.seal("first") == 1
    greet(world.viewer(ASHA), the_scheme(world))
    assert audit.seal("second") == 0
    assert audit.seal("first") == 1
    greet(world.viewer(ASHA), the_scheme(world))
    change(sa.update(AuditHead).values(lease_until=now() - audit.LEASE))
    assert audit.seal("second") == 1
    assert findings() == []


def test_many_sealers_at_once_make_one_chain(world):
    for _ in range(40):
        greet(world.viewer(ASHA), the_scheme(world))

    def seal(name):
        with world.app.app_context():
            for _ in range(5):
                audit.seal(name)

    threads = [threading.Thread(target=seal, args=(f"sealer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit.seal("sealer 0") or audit.seal("sealer 1")
    assert [row.seq for row in all_rows()] == list(range(1, 41))
    assert findings() == []


def test_the_sealer_seals_within_a_second(world):
    stop = threading.Event()
    thread = threading.Thread(target=audit.run, args=(world.app, stop))
    thread.start()
    try:
        greet(world.viewer(ASHA), the_scheme(world))
        deadline = now().timestamp() + 1.5
        while all_rows()[0].seq is None and now().timestamp() < deadline:
            stop.wait(0.02)
        assert all_rows()[0].seq == 1
    finally:
        stop.set()
        thread.join()


def test_a_long_chain_is_walked_in_pieces(world, monkeypatch):
    for n in range(12):
        greet(world.viewer(DEV), the_scheme(world), number=n)
    monkeypatch.setattr(audit, "BATCH", 5)
    while audit.seal():
        pass
    with crossing("seal") as session:
        assert audit.verify(session) == ([], 12)


# ---- verifying


@pytest.mark.parametrize(
    "values",
    [
        {"verb": "scheme.curse"},
        {"actor_id": uuid7()},
        {"outcome": "refused"},
        {"at": now()},
        {"object_id": None},
        {"detail_hash": None},
        {"mac": b"x" * 32},
    ],
)
def test_a_changed_row_is_found(chain, values):
    change(sa.update(AuditRow).where(AuditRow.id == chain[2].id).values(**values))
    assert any(each.startswith("row 3:") for each in findings())


@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_removed_row_is_found(chain, position):
    change(sa.delete(AuditDetail).where(AuditDetail.row_id == chain[position].id))
    change(sa.delete(AuditRow).where(AuditRow.id == chain[position].id))
    assert f"row {position + 1}: removed" in findings()


def test_removed_and_closed_up_is_found(chain):
    """Numbers without a gap do not help: each seal holds its own number and the seal before."""
    change(sa.delete(AuditDetail).where(AuditDetail.row_id == chain[1].id))
    change(sa.delete(AuditRow).where(AuditRow.id == chain[1].id))
    for row in chain[2:]:
        change(sa.update(AuditRow).where(AuditRow.id == row.id).values(seq=row.seq - 1))
    assert any("row 2: changed or reordered" in each for each in findings())


def test_reordered_rows_are_found(chain):
    first, second = chain[1], chain[2]
    change(sa.update(AuditRow).where(AuditRow.id == first.id).values(seq=99))
    change(sa.update(AuditRow).where(AuditRow.id == second.id).values(seq=2))
    change(sa.update(AuditRow).where(AuditRow.id == first.id).values(seq=3))
    assert {"row 2: changed or reordered", "row 3: changed or reordered"} <= set(findings())


def test_the_end_cut_off_is_found(chain):
    change(sa.delete(AuditDetail).where(AuditDetail.row_id.in_([row.id for row in chain[3:]])))
    change(sa.delete(AuditRow).where(AuditRow.seq > 3))
    assert findings() == ["row 4: removed, with all to 5"]


def test_a_row_put_in_is_found(chain):
    with crossing("seal") as session, writing(session):
        session.add(AuditRow(verb="scheme.invented", seq=6, prev=chain[4].mac, mac=b"y" * 32))
    assert any(each.startswith("row 6:") for each in findings())


def test_seals_taken_off_are_found(chain):
    change(sa.update(AuditRow).where(AuditRow.seq == 3).values(seq=None, prev=None, mac=None))
    assert "row 3: removed" in findings()


def test_a_changed_detail_is_found_and_an_erased_one_is_right(chain):
    change(sa.update(AuditDetail).where(AuditDetail.row_id == chain[1].id).values(detail={"number": 8}))
    assert findings() == ["row 2: detail changed"]
    erased = {"detail": {}, "salt": b"", "erased_at": now()}
    change(sa.update(AuditDetail).where(AuditDetail.row_id == chain[1].id).values(**erased))
    assert findings() == []


def test_a_removed_detail_is_found(chain):
    change(sa.delete(AuditDetail).where(AuditDetail.row_id == chain[1].id))
    assert findings() == ["row 2: detail removed"]


def test_rows_that_nobody_seals_are_found(world):
    greet(world.viewer(ASHA), the_scheme(world))
    assert findings() == []
    change(sa.update(AuditRow).values(at=now() - audit.LATE * 2))
    assert findings() == ["1 rows not sealed for over a minute"]


def test_another_key_verifies_nothing(chain):
    (config().data_dir / "audit.key").unlink()
    assert len(findings()) == 5


def test_the_key_is_a_private_file(chain):
    path = config().data_dir / "audit.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32


def test_verifying_while_others_write_finds_nothing(chain, world, monkeypatch):
    """What is sealed after the end was read lies beyond it."""
    real = audit.sealed_rows

    def meanwhile(session):
        greet(world.viewer(ASHA), the_scheme(world))
        audit.seal()
        yield from real(session)

    monkeypatch.setattr(audit, "sealed_rows", meanwhile)
    assert findings() == []


def test_an_act_knows_its_request(world):
    from flask import request

    request.environ["shopalert.request_id"] = "abc"
    assert new_act("x", None).request_id == "abc"
