"""Mail, by a real mail server: written with what it tells of, sent once, tried again, given up, and then empty."""

from __future__ import annotations

import stat
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert import create_app, mail
from shopalert.db import db, now, system_act, writing
from shopalert.mail import carrier, outgoing, worker
from shopalert.mail.models import Mail
from shopalert.wall import crossing
from tests.mail_server import MailServer
from tests.people import ASHA


@pytest.fixture
def post():
    with MailServer() as server:
        yield server


@pytest.fixture
def house(settings, request):
    """The application with a setting or two more, inside its context."""
    made = []

    def start(**more):
        app = create_app({**settings, **more})
        context = app.app_context()
        context.push()
        made.append((app, context))
        return app

    yield start
    for _app, context in made:
        db.session.remove()
        db.engine.dispose()
        context.pop()


def queue(to="asha@example.org", subject="You are invited", text="Come in.\n.\nBye\n", **more):
    with crossing("seed") as session, writing(session):
        return mail.queue(session, to, subject, text, kind="test", **more).id


def row(mail_id):
    with crossing("seed") as session:
        return session.get_one(Mail, mail_id)


def change(mail_id, **values):
    with crossing("seed") as session, writing(session):
        session.execute(sa.update(Mail).where(Mail.id == mail_id).values(**values))


def test_a_letter_leaves_whole_and_its_row_is_empty_afterwards(house, post):
    house(smtp_url=post.url, mail_from="ShopAlert <alerts@town.example>")
    sent = queue(subject="Ünïted\nwe stand")
    kept = row(sent)
    assert kept.state == "queued" and kept.sealed
    assert b"asha" not in kept.sealed and b"Come in" not in kept.sealed
    assert worker.turn() == 1
    (letter,) = post.received
    assert letter.recipients == ("asha@example.org",) and letter.sender == "alerts@town.example"
    assert letter.message["Subject"] == "Ünïted we stand"
    assert letter.text == "Come in.\n.\nBye\n"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert str(sent) in letter.message["Message-ID"]
    kept = row(sent)
    assert (kept.state, kept.sealed, kept.failure) == ("sent", None, "")
    assert kept.sent_at and kept.kept_until
    assert worker.turn() == 0 and len(post.received) == 1


def test_what_was_not_committed_is_not_sent(house, post):
    house(smtp_url=post.url)

    def fails():
        with crossing("seed") as session, system_act("test.fails", session):
            mail.queue(session, "asha@example.org", "No", "No")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert worker.turn() == 0 and not post.received


def test_it_waits_for_its_time(house, post):
    house(smtp_url=post.url)
    later = queue(due_at=now() + timedelta(hours=1))
    assert worker.turn() == 0
    change(later, due_at=now())
    assert worker.turn() == 1 and len(post.received) == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_is_busy_gets_it_later(house, post, verb):
    house(smtp_url=post.url)
    sent = queue()
    post.answers[verb] = "451 Try later"
    worker.turn()
    kept = row(sent)
    assert kept.state == "queued" and kept.sealed and "451" in kept.failure
    assert timedelta(seconds=25) < kept.due_at - now() < timedelta(seconds=40)
    assert worker.turn() == 0  # not yet
    post.answers.clear()
    change(sent, due_at=now())
    worker.turn()
    assert row(sent).state == "sent" and len(post.received) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_again(house, post):
    house(smtp_url=post.url)
    post.answers["RCPT"] = "550 No such person asha@example.org"
    sent = queue()
    worker.turn()
    kept = row(sent)
    assert (kept.state, kept.sealed) == ("failed", None)
    assert "asha" not in kept.failure


@pytest.mark.parametrize("to", ["asha@example.org\nBcc: all@example.org", "", "<>"])
def test_what_is_no_address_is_given_up(house, post, to):
    house(smtp_url=post.url)
    sent = queue(to=to)
    worker.turn()
    assert not post.received
    assert row(sent).state == "failed"


def test_nobody_wants_it_any_more(house, post):
    house(smtp_url=post.url)
    post.answers["MAIL"] = "451 Try later"
    sent = queue(expires_at=now() + timedelta(seconds=10))
    worker.turn()
    assert (row(sent).state, row(sent).sealed) == ("failed", None)
    late = queue(due_at=now() - timedelta(hours=2), expires_at=now() - timedelta(hours=1))
    post.answers.clear()
    worker.turn()
    assert row(late).state == "failed" and not post.received


def test_a_server_that_hangs_holds_up_its_own_letter_alone(house, post, monkeypatch):
    monkeypatch.setattr(carrier, "STEP", 0.5)
    post.hangs = True
    house(smtp_url=post.url)
    sent, start = queue(), time.monotonic()
    worker.turn()
    assert time.monotonic() - start < 5
    assert row(sent).state == "queued"


def test_no_server_there(house):
    house(smtp_url="smtp://127.0.0.1:1")
    sent = queue()
    worker.turn()
    assert (row(sent).state, row(sent).failure) == ("queued", "ConnectionRefusedError")


def test_a_sender_that_died_leaves_its_letter_to_another(house, post):
    house(smtp_url=post.url)
    sent = queue()
    with crossing("seed") as session, writing(session):
        (taken,) = outgoing.claim(session, 5)
        assert not outgoing.claim(session, 5)
    change(sent, lease_until=now() - timedelta(seconds=1))
    worker.turn()
    assert len(post.received) == 1
    with crossing("seed") as session, writing(session):
        outgoing.settle(session, taken, "too late")  # the dead one wakes: the row is not its own any more
    assert row(sent).state == "sent"


def test_over_tls_with_a_name(house, monkeypatch):
    with MailServer(tls=True, accounts={"us@town": "s:cret/1"}) as post:
        monkeypatch.setenv("SSL_CERT_FILE", post.ca_file)
        house(smtp_url=f"smtp://us%40town:s%3Acret%2F1@127.0.0.1:{post.port}?starttls=yes")
        queue()
        worker.turn()
        assert post.received[0].over_tls and post.received[0].user == "us@town"


def test_a_certificate_that_nobody_vouches_for_gets_no_letter(house, monkeypatch):
    with MailServer(tls=True) as post:
        house(smtp_url=f"{post.url}?starttls=yes")
        sent = queue()
        worker.turn()
        assert not post.received
        assert row(sent).failure == "SSLCertVerificationError"


def test_without_tls_only_on_this_machine_or_where_it_was_said():
    assert carrier.Server.of("smtp://mail.town.example").starttls
    assert not carrier.Server.of("smtp://localhost").starttls
    assert not carrier.Server.of("smtp://mail.town.example?starttls=no").starttls
    assert carrier.Server.of("smtps://mail.town.example").port == 465
    for wrong in ("mail.town.example", "http://mail.town.example", "smtp://"):
        with pytest.raises(ValueError):
            carrier.Server.of(wrong)


def test_without_a_server_letters_lie_in_a_folder(house, settings):
    house()
    sent = queue()
    worker.turn()
    (path,) = (settings["data_dir"] / "mail").iterdir()
    assert b"Come in." in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert row(sent).state == "sent"


def test_a_damaged_row_is_given_up_and_the_next_one_goes(house, post):
    house(smtp_url=post.url)
    first, second, third = queue(), queue(), queue()
    change(first, sealed=row(second).sealed)  # bound to its row: another's does not open
    change(third, sealed=b"x" * 60)
    worker.turn()
    assert [row(each).state for each in (first, second, third)] == ["failed", "sent", "failed"]


def test_what_was_dropped_is_not_sent(house, post, world):
    house(smtp_url=post.url)
    asha, wickford = world.users[ASHA.name], world.schemes["wickford"]
    theirs, other = queue(user_id=asha, scheme_id=wickford), queue(user_id=asha)
    with crossing("seed") as session, writing(session):
        assert mail.cancel(session, Mail.user_id == asha, Mail.scheme_id == wickford) == 1
    worker.turn()
    assert [row(each).state for each in (theirs, other)] == ["dropped", "sent"]
    assert row(theirs).sealed is None


def test_rows_that_had_their_use_go(house, post):
    house(smtp_url=post.url)
    sent, waits = queue(), queue(due_at=now() + timedelta(hours=1))
    worker.turn()
    change(sent, kept_until=now() - timedelta(seconds=1))
    worker.tidy()
    with crossing("seed") as session:
        assert list(session.scalars(sa.select(Mail.id))) == [waits]
