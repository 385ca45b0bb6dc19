#!/usr/bin/env python3
"""Copy the front-end parts that package.json pins into static/vendor, and write down what they are.

    npm ci --ignore-scripts && python3 deploy/vendor.py     refresh the copies
    python3 deploy/vendor.py --check                        say whether they are still as written down

The copies are committed: running and testing need neither npm nor network.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENDOR = HOME / "static" / "vendor"
LIST = VENDOR / "vendor.json"

# package: the name of its folder here, and what we take from it
TAKEN = {
    "htmx.org": ("htmx", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    "tus-js-client": ("tus", {"dist/tus.min.js": "tus.min.js", "LICENSE": "LICENSE"}),
}


def refresh() -> None:
    pinned = json.loads((HOME / "package.json").read_text())["dependencies"]
    entries = [copy(package, version) for package, version in sorted(pinned.items())]
    current = {f"{entry['name']}-{entry['version']}" for entry in entries}
    for folder in VENDOR.iterdir():
        if folder.is_dir() and folder.name not in current:
            shutil.rmtree(folder)
    LIST.write_text(json.dumps(entries, indent=2) + "\n")


def copy(package: str, version: str) -> dict[str, object]:
    name, files = TAKEN[package]
    source, target = HOME / "node_modules" / package, VENDOR / f"{name}-{version}"
    installed = json.loads((source / "package.json").read_text())
    if installed["version"] != version:
        raise SystemExit(f"{package} is pinned to {version} but {installed['version']} is installed: npm ci")
    target.mkdir(parents=True, exist_ok=True)
    for theirs, ours in files.items():
        shutil.copyfile(source / theirs, target / ours)
    hashes = {f"{target.name}/{ours}": sha256(target / ours) for ours in sorted(files.values())}
    return {
        "name": name,
        "package": package,
        "version": version,
        "license": installed["license"],
        "sha256": hashes,
    }


def differences() -> list[str]:
    """What is not as vendor.json says; empty when all is well."""
    known = {
        path: digest for entry in json.loads(LIST.read_text()) for path, digest in entry["sha256"].items()
    }
    there = {str(f.relative_to(VENDOR)) for f in VENDOR.rglob("*") if f.is_file() and f != LIST}
    changed = {path for path in known.keys() & there if sha256(VENDOR / path) != known[path]}
    return (
        [f"{path} is not in vendor.json" for path in sorted(there - known.keys())]
        + [f"{path} is missing" for path in sorted(known.keys() - there)]
        + [f"{path} was changed" for path in sorted(changed)]
    )


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        refresh()
    sys.exit("\n".join(differences()) or 0)
