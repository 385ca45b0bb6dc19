"""Officers at browsers that show plain pages: one without scripts, one of early 2020 (Chromium 80) with them.

Both do the same few things, so that a journey is written once. Each page that opens is looked at: whether it can be
read and its forms be used. Selectors are CSS of 2020.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.browser.conftest import DESK, Town
from tests.services import eventually

SCRIPT = Path(__file__).with_name("chromium80.mjs")
HOME = SCRIPT.parents[2]

# What is wrong with a page: it is wider than the screen, has no heading, or a control outside of it or too small.
FAULTS = """() => {
  const wide = innerWidth, found = []
  if (document.scrollingElement.scrollWidth > wide) found.push(`${document.scrollingElement.scrollWidth} px wide`)
  if (!document.querySelector('h1')) found.push('no heading')
  for (const one of document.querySelectorAll('main a, main button, main input, main select, main textarea')) {
    if (!one.getClientRects().length || one.closest('.vh')) continue // folded, or not meant for this screen
    const { width, height, left, right } = one.getBoundingClientRect()
    const name = `${one.nodeName} ${one.name || one.textContent.trim() || one.href}`
    if (left < -1 || right > wide + 1) found.push(`${name} is outside: ${left} to ${right}`)
    const small = /BUTTON|SELECT|TEXTAREA/.test(one.nodeName) && (height < 18 || width < 18)
    if (small) found.push(`${name} is ${width} × ${height}`)
  }
  return found
}"""


class Officer(Protocol):
    """Somebody at a browser: what a journey does with it."""

    def open(self, path: str) -> None: ...
    def go(self, selector: str) -> None:
        """Press what leads to another page, and wait for that."""

    def press(self, selector: str) -> None: ...
    def fill(self, name: str, words: str) -> None: ...
    def choose(self, name: str, value: str) -> None: ...
    def count(self, selector: str) -> int: ...
    def read(self, selector: str = "main") -> str: ...
    @property
    def url(self) -> str: ...


def reads(officer: Officer, words: str, selector: str = "main") -> None:
    """The words stand there, or come by themselves."""
    eventually(lambda: words in officer.read(selector) or None, 15, 0.1)


class WithoutScript:
    """Today's browser, its scripts switched off, as some forces have it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def go(self, selector: str) -> None:
        with self.page.expect_event("framenavigated", timeout=15_000):
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def fill(self, name: str, words: str) -> None:
        self.page.fill(f"[name={name}]", words)

    def choose(self, name: str, value: str) -> None:
        self.page.select_option(f"select[name={name}]", value)

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def read(self, selector: str = "main") -> str:
        return self.page.locator(selector).first.inner_text()

    @property
    def url(self) -> str:
        return self.page.url

    def look(self) -> None:
        assert (found := self.page.evaluate(FAULTS)) == [], f"{self.url}: {found}"


class InChromium80:
    """The browser of a machine that nobody may update; scripts and all. chromium80.mjs drives it by lines of JSON."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self.ask = ask

    def open(self, path: str) -> None:
        self.ask("open", path)

    def go(self, selector: str) -> None:
        self.ask("go", selector)

    def press(self, selector: str) -> None:
        self.ask("press", selector)

    def fill(self, name: str, words: str) -> None:
        self.ask("fill", f"[name={name}]", words)

    def choose(self, name: str, value: str) -> None:
        self.ask("choose", f"select[name={name}]", value)

    def count(self, selector: str) -> int:
        return int(self.ask("count", selector))

    def read(self, selector: str = "main") -> str:
        return str(self.ask("read", selector))

    @property
    def url(self) -> str:
        return str(self.ask("url"))


@contextmanager
def without_script(town: Town, _folder: Path) -> Iterator[Officer]:
    context = town.browser_of(None, java_script_enabled=False, service_workers="block", viewport=DESK)
    yield WithoutScript(context.new_page())


@contextmanager
def in_chromium_80(town: Town, folder: Path) -> Iterator[Officer]:
    """Unpacked into the folder, where its pictures go too; nothing may have gone wrong in its pages in the end."""
    assert (HOME / "node_modules" / "chrome-aws-lambda").is_dir(), "python3 dev.py test installs Chromium 80"
    told = json.dumps({"folder": str(folder), "url": town.url, "screen": DESK, "faults": FAULTS})
    command = [str(Path(sys.prefix) / "bin" / "node"), str(SCRIPT), told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(*words: str) -> Any:
            assert process.stdin and process.stdout
            print(json.dumps(words), file=process.stdin, flush=True)
            line = process.stdout.readline()
            assert line, f"Chromium 80 ended at {words}"
            answer = json.loads(line)
            assert "wrong" not in answer, f"{words}: {answer['wrong']}"
            return answer.get("is")

        try:
            assert "Chrome/80." in ask("version")
            yield InChromium80(ask)
            assert (complaints := ask("complaints")) == [], complaints
        finally:
            if process.stdin:
                process.stdin.close()  # it ends with its input
            process.wait(20)
