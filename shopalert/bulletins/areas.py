"""Where a warning holds: the whole scheme, premises that were picked, or so many metres around one. Pure rules."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.alerts.announcement import Weight
from shopalert.alerts.preferences import Post, distance
from shopalert.alerts.sayings import distance_in_words
from shopalert.schemes.models import Premises

WHOLE, PICKED, CIRCLE = "scheme", "premises", "circle"


@dataclass(frozen=True)
class Area:
    """As the form says it. A circle keeps its centre's name and place: it may lie in another scheme."""

    kind: str = WHOLE
    picked: tuple[str, ...] = ()
    metres: int = 0
    centre: str = ""
    name: str = ""
    lat: float | None = None
    lon: float | None = None

    def as_json(self) -> dict[str, Any]:
        said = {"kind": self.kind}
        if self.kind == PICKED:
            return {**said, "picked": list(self.picked)}
        if self.kind == CIRCLE:
            here = {"name": self.name, "lat": self.lat, "lon": self.lon}
            return {**said, "metres": self.metres, "centre": self.centre, **here}
        return said

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Area:
        return cls(**{**kept, "picked": tuple(kept.get("picked", ()))}) if kept else cls()

    def holds(self, site: Premises) -> bool:
        """Whether premises are in it. Those whose place nobody knows count as near: better once too often."""
        if self.kind == PICKED:
            return str(site.id) in self.picked
        if self.kind == CIRCLE:
            return distance(Post(site.lat, site.lon), Weight(lat=self.lat, lon=self.lon)) <= self.metres
        return True

    def among(self, sites: Iterable[Premises]) -> list[str]:
        """The ids of a scheme's premises in it; of the whole scheme none are listed."""
        return [] if self.kind == WHOLE else [str(site.id) for site in sites if self.holds(site)]


def area_words(kept: dict[str, Any], many: int) -> str:
    """Within 300 m of Harper's, High Street; 3 premises; or nothing for the whole scheme."""
    area = Area.of(kept)
    if area.kind == CIRCLE:
        return _("Within %(far)s of %(where)s", far=distance_in_words(area.metres), where=area.name)
    return ngettext("%(num)d premises", "%(num)d premises", many) if area.kind == PICKED else ""


def is_near(premises_ids: Iterable[Any], mine: uuid.UUID | None) -> bool:
    """Whether somebody who works there is meant."""
    return mine is not None and str(mine) in {str(each) for each in premises_ids}
