"""Who looks at many screens goes on in the tab they had, with its worker and what it has kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol, TypeVar

from playwright.sync_api import BrowserContext, Error

K = TypeVar("K", bound=Hashable)
T = TypeVar("T", bound="Tab")


class Tab(Protocol):
    """A page, or what goes with one."""

    @property
    def context(self) -> BrowserContext:
        """The profile it is open in."""


@contextmanager
def goes_on(tabs: dict[K, T], key: K, make: Callable[[], T], *, alone: bool) -> Iterator[T]:
    """The tab of this key, new where there is none yet.

    `alone`: one for this time, that nobody had and nobody gets, as where it loses its connection on the way.
    """
    tab = make() if alone or key not in tabs else tabs[key]
    if not alone:
        tabs[key] = tab
    try:
        yield tab
    finally:
        tab.context.set_offline(False)
        leave(tab.context)
        if alone:
            tab.context.close()


def leave(context: BrowserContext) -> None:
    """No page of it is on its way to another any more: Chromium may wait for ever to close one that is."""
    for page in context.pages:
        while page.url != "about:blank":
            with suppress(Error):  # what was on its way arrives instead of this
                page.goto("about:blank")
