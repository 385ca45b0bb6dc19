"""deploy/backup.sh: it makes a whole copy of a running instance, without its keys, and the doctor knows of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from shopalert.operating import doctor
from tests.house.routes import Things
from tests.people import ASHA

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def programs(engine, request):
    """Where pg_dump and pg_restore are; with SQLite nothing is wanted."""
    return request.getfixturevalue("cluster").programs if engine == "postgres" else Path("/")


@pytest.fixture
def back_up(settings, programs, tmp_path):
    def do(into=tmp_path / "backups"):
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHON": sys.executable,
            "PG_DUMP": str(programs / "pg_dump"),
            "DATA_DIR": str(settings["data_dir"]),
            "DATABASE_URL": settings.get("database_url", ""),
        }
        done = subprocess.run(
            [HOME / "deploy" / "backup.sh", into], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return into / time.strftime("%Y-%m-%d")

    return do


def incidents_in(folder, engine, programs):
    """How many incidents the copy holds, read without the application."""
    if engine == "sqlite":
        with sqlite3.connect(folder / "shopalert.db") as copy:
            return copy.execute("SELECT count(*) FROM incident").fetchone()[0]
    listed = subprocess.run(
        [programs / "pg_restore", "--data-only", "--table=incident", "-f", "-", folder / "shopalert.pgdump"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return len(listed.split("FROM stdin;\n")[1].split("\n\\.")[0].splitlines())


def test_a_back_up_holds_rows_and_pictures_and_no_key(world, engine, programs, back_up, settings):
    Things(world, ASHA, "wickford").value("file_id")
    world.report(ASHA)
    (settings["data_dir"] / "secret.key").write_text("s" * 40)
    folder = back_up()
    assert incidents_in(folder, engine, programs) == 2
    kept = {path.relative_to(settings["data_dir"] / "files") for path in files_of(settings)}
    assert kept
    with tarfile.open(folder / "files.tar") as archive:
        names = [Path(name).relative_to("files") for name in archive.getnames()]
    assert kept <= set(names)
    assert sorted(path.name.split(".")[0] for path in folder.iterdir()) == ["files", "shopalert"]
    assert folder.stat().st_mode & 0o077 == 0


def files_of(settings):
    return [path for path in (settings["data_dir"] / "files").rglob("*") if path.is_file()]


def test_old_ones_go_and_the_day_is_there_once(world, back_up, tmp_path):
    old, young = (tmp_path / "backups" / day for day in ("2020-01-01", "2026-11-20"))
    for folder, days in ((old, 40), (young, 3)):
        folder.mkdir(parents=True)
        os.utime(folder, (time.time() - days * 86400,) * 2)
    for _ in range(2):
        today = back_up()
    assert sorted((tmp_path / "backups").iterdir()) == sorted({young, today})


def test_the_doctor_asks_for_one_until_it_is_there(world, back_up, settings):
    with world.app.app_context():
        config = world.app.config["SHOPALERT"]
        (never,) = doctor.backed_up(config)
        assert "No back-up was ever made" in never.what
        back_up()
        assert list(doctor.backed_up(config)) == []
        os.utime(settings["data_dir"] / doctor.BACKED_UP, (time.time() - 5 * 86400,) * 2)
        (late,) = doctor.backed_up(config)
        assert "5 days old" in late.what and late.warning
