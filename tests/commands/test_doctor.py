"""flask shopalert doctor: each illness is named, and ends with 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.db import db
from shopalert.operating import doctor
from tests.mail_server import MailServer
from tests.services import free_port

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def examine(settings):
    made = []

    def do(**more):
        app = create_app({**settings, **more})
        made.append(app)
        done = app.test_cli_runner().invoke(args=["shopalert", "doctor"])
        return done.exit_code, done.output

    yield do
    for app in made:
        with app.app_context():
            db.engine.dispose()


SOUND = {"vapid_subject": "mailto:alerts@example.org"}


def test_a_sound_instance_has_only_warnings(examine):
    code, said = examine(**SOUND)
    assert code == 0, said
    assert "WRONG" not in said
    assert "BASE_URL is http" in said
    assert "No mail is sent" in said


@pytest.mark.parametrize("name", ["secret.key", "audit.key", "files"])
def test_wrong_file_modes(examine, settings, name):
    path = settings["data_dir"] / name
    path.mkdir(mode=0o755) if name == "files" else path.write_bytes(b"x" * 64)
    path.chmod(0o755 if name == "files" else 0o644)
    code, said = examine(**SOUND)
    assert code == 1
    assert f"Others can read {path}" in said
    assert f"chmod {'700' if name == 'files' else '600'}" in said


def test_the_mail_server_is_spoken_to(examine):
    with MailServer() as post:
        assert "mail" not in examine(**SOUND, smtp_url=post.url)[1].lower()
    code, said = examine(**SOUND, smtp_url="smtp://127.0.0.1:1")
    assert code == 1 and "The mail server cannot be used" in said
    assert "neither" not in said and examine(**SOUND, smtp_url="mail.example.org")[0] == 1


def test_a_key_elsewhere_is_looked_at_too(examine, tmp_path):
    key = tmp_path / "audit elsewhere.key"
    key.write_bytes(b"x" * 32)
    key.chmod(0o640)
    code, said = examine(**SOUND, audit_key_file=str(key))
    assert code == 1
    assert str(key) in said


@pytest.mark.parametrize(
    "subject",
    ["nobody", "mailto:", "mailto:nobody", "http://example.org", "mailto:a@localhost", "https://localhost"],
)
def test_bad_vapid_subject(examine, subject):
    code, said = examine(vapid_subject=subject)
    assert code == 1
    assert "VAPID_SUBJECT" in said


def test_without_a_subject_on_this_machine_it_warns(examine):
    code, said = examine()
    assert code == 0
    assert "Apple" in said


def test_unreachable_redis(examine):
    code, said = examine(**SOUND, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert code == 1
    assert "Redis cannot be reached" in said


def test_unreachable_database(examine):
    code, said = examine(**SOUND, database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    assert code == 1
    assert "database cannot be reached" in said


def test_schema_not_at_head(examine, settings):
    app = create_app(settings)
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(
                sa.update(sa.table("alembic_version", sa.column("version_num"))).values(version_num="0")
            )
        db.engine.dispose()
    code, said = examine(**SOUND)
    assert code == 1
    assert "not at head" in said
    assert "db upgrade" in said


def test_a_full_disk_is_named(monkeypatch, settings, app):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", full)
    with app.app_context():
        (ill,) = doctor.data_dir(app.config["SHOPALERT"])
    assert "No space left" in ill.what


def test_postgresql_that_forgets(app, engine):
    """Asked of the server; ours in the tests are started quick and careless, or not."""
    with app.app_context():
        found = list(doctor.durability())
    if engine == "postgres":
        assert all("power cut" in ill.what for ill in found)
    else:
        assert all(ill.warning for ill in found)


# ---- settings that keep everything from starting are named by the refusal


@pytest.fixture
def command(tmp_path):
    def do(data_dir, **more):
        settings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        line = [sys.executable, "-m", "flask", "--app", "wsgi", "shopalert", "doctor"]
        done = subprocess.run(
            line,
            cwd=HOME,
            env={**settings, "DATA_DIR": str(data_dir), **more},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return do


def test_a_data_dir_that_others_read(command, tmp_path):
    tmp_path.chmod(0o755)
    code, said = command(tmp_path, SECRET_KEY="short", BASE_URL="http://alerts.example")
    assert code == 1
    assert f"chmod 700 {tmp_path}" in said
    assert "SECRET_KEY is too short" in said
    assert "put TLS in front" in said
    assert "Traceback" not in said


def test_a_data_dir_that_cannot_be_written(command, tmp_path):
    file = tmp_path / "a file"
    file.touch()
    code, said = command(file / "data")
    assert code == 1
    assert "cannot be written" in said
    assert "Traceback" not in said


def test_a_database_that_we_do_not_know(command, tmp_path):
    tmp_path.chmod(0o700)
    code, said = command(tmp_path, DATABASE_URL="mysql://localhost/x")
    assert code == 1
    assert "DATABASE_URL" in said
    assert "Traceback" not in said
