"""What comes from others is what it says it is: recomputed here, without the script that wrote it down."""

import hashlib
import json
import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
VENDOR = HOME / "static" / "vendor"
ENTRIES = json.loads((VENDOR / "vendor.json").read_text())


def test_every_vendored_file_has_its_hash():
    known = {path: digest for entry in ENTRIES for path, digest in entry["sha256"].items()}
    there = {
        str(file.relative_to(VENDOR)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "vendor.json"
    }
    assert there == known
    assert there


def test_versions_are_the_pinned_ones():
    pinned = json.loads((HOME / "package.json").read_text())["dependencies"]
    assert {entry["package"]: entry["version"] for entry in ENTRIES} == pinned
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
    for entry in ENTRIES:
        folder = f"{entry['name']}-{entry['version']}"
        assert all(path.startswith(f"{folder}/") for path in entry["sha256"])


def test_locks_name_no_registry():
    for lock in ("requirements.lock", "requirements-test.lock", "requirements-uv.lock", "package-lock.json"):
        assert "://" not in re.sub(r'"url": "[^"]*"', "", (HOME / lock).read_text()), lock


def test_runtime_lock_is_part_of_the_test_lock():
    runtime, test = (pins(HOME / name) for name in ("requirements.lock", "requirements-test.lock"))
    assert runtime <= test


def pins(lock: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+==[^ \\]+)", lock.read_text(), re.MULTILINE))
