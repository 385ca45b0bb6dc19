"""The joined script: every module once, each after what it needs, in a scope of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopalert.assets import STATIC, precache, script
from shopalert.scripts import joined, module


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_a_module_stands_once_and_after_what_it_needs(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        app="import './set-up.js'\nimport { b } from './b.js'\nimport { c } from './c.js'\nb(c)\n",
        b="import { c } from './c.js'\nexport const b = () => c\n",
        c="// What c is.\nexport async function c () {}\n",
    )
    (folder / "set-up.js").write_text("start()\n")
    assert joined(folder, "app.js").decode() == (
        "const _set_up = (() => {\nstart()\nreturn {  }\n})()\n"
        "const _c = (() => {\nasync function c () {}\nreturn { c }\n})()\n"
        "const _b = (() => {\nconst { c } = _c\nconst b = () => c\nreturn { b }\n})()\n"
        "const _app = (() => {\nconst { b } = _b\nconst { c } = _c\nb(c)\nreturn {  }\n})()\n"
    )


def test_a_whole_module_can_be_taken_by_a_name(tmp_path: Path) -> None:
    folder = written(tmp_path, app="import * as it from './b.js'\nit.b()\n", b="export class b {}\n")
    assert "const it = _b\nit.b()\n" in joined(folder, "app.js").decode()


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = written(
        tmp_path, app="import { b } from './b.js'\n", b="import { a } from './app.js'\nexport const b = 1\n"
    )
    with pytest.raises(ValueError, match=r"app\.js > b\.js > app\.js"):
        joined(folder, "app.js")


def test_every_module_of_the_pages_is_in_it_and_only_what_sends_clips_or_tests_alerts_is_apart() -> None:
    whole, apart = script("app.js").decode(), script("check.js").decode()
    pages = [path.relative_to(STATIC / "js") for path in (STATIC / "js").rglob("*.js")]
    wanted = {str(name) for name in pages if name.parts[0] not in ("worker", "upload")} - {"trusted-types.js"}
    of_one_page = {"check.js", "elements/sa-alert-check.js"}
    assert all(f"const {module(name)} = (() =>" in apart for name in of_one_page)
    wanted -= of_one_page
    assert len(wanted) > 40
    assert [name for name in sorted(wanted) if whole.count(f"const {module(name)} = (() =>") != 1] == []
    assert not re.search(r"^\s*(import|export)\b", whole, flags=re.MULTILINE)
    assert re.findall(r"\bimport\(.*?\)", whole) == ["import(this.dataset.sender)"]
    assert any(name.endswith("/js/app.js") for name in precache())
