"""A room is a blueprint whose routes cannot be declared without saying who may enter.

    @room.get("/incidents/<uuid:incident_id>", verb="incident.read", of=the_incident)
    def show(incident): ...

`of` loads the thing under the wall from the URL's values, or raises 404; then the table is asked (403).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint

from shopalert.pages import not_found, not_permitted, not_signed_in
from shopalert.permissions import MAY, can
from shopalert.schemes.viewer import current_viewer


class Open:
    """Routes without a verb of the table."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


PUBLIC = Open("PUBLIC")  # anybody
SIGNED_IN = Open("SIGNED_IN")  # anybody with a session, about themselves alone
Loader = Callable[..., Any]


class Room(Blueprint):
    """Blueprint of one domain. Every view carries `verb` and `loader` for the tests that walk them."""

    def route(  # type: ignore[override]
        self, rule: str, *, verb: str | Open | None = None, of: Loader | None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        if verb is None:
            raise TypeError(f"{self.name}: route {rule} does not say which verb it needs")
        if not isinstance(verb, Open) and verb not in MAY:
            raise TypeError(f"{self.name}: unknown verb {verb!r}")

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(**values: Any) -> Any:
                if verb is PUBLIC:
                    return view(**values)
                viewer = current_viewer()
                if viewer is None:
                    return not_signed_in()
                if of is None:
                    if not isinstance(verb, Open) and not can(viewer, verb):
                        return not_permitted()
                    return view(**values)
                thing = of(**values)
                if thing is None:
                    return not_found()
                if not isinstance(verb, Open) and not can(viewer, verb, thing):
                    return not_permitted()
                return view(thing)

            guarded.verb, guarded.loader = verb, of  # type: ignore[attr-defined]
            return Blueprint.route(self, rule, **options)(guarded)

        return decorate

    def _method_route(self, method: str, rule: str, options: dict[str, Any]) -> Any:
        return self.route(rule, methods=[method], **options)
