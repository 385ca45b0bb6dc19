"""What a coordinator decides for the scheme. Each change stands in the audit, and in the list that members read."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import sqlalchemy as sa

from shopalert.alerts.live import SETTINGS_CHANGED
from shopalert.alerts.outbox import announce
from shopalert.db import act, db, the_act
from shopalert.incidents.kinds import ALWAYS, Kind, all_kinds
from shopalert.incidents.vocabulary import BY_CODE
from shopalert.schemes.models import Scheme, SchemeCategory, SchemeChange
from shopalert.schemes.viewer import Viewer
from shopalert.settings.vocabulary import BY_NAME, MOST_ADDED

KIND = "kind"  # in the list of changes: a kind of incident was hidden, shown again or added


class Stale(Exception):
    """Another coordinator changed them meanwhile."""


class TooMany(Exception):
    """The scheme has as many kinds of its own as a list can bear."""


def take(scheme: Scheme, version: int | None = None) -> Scheme:
    """The scheme as it stands in this transaction, for changing. Raises Stale where it has moved on."""
    fresh = db.session.get_one(Scheme, scheme.id, with_for_update=True, populate_existing=True)
    if version is not None and fresh.settings_version != version:
        raise Stale
    the_act().about = fresh
    return fresh


def note(scheme: Scheme, setting: str, before: str, after: str, thing: str = "") -> None:
    """One change more: for the members' list, and for the audit of this act."""
    row = SchemeChange(
        scheme_id=scheme.id, at=the_act().at, setting=setting, before=before, after=after, thing=thing
    )
    db.session.add(row)
    changed = the_act().details.setdefault("changed", [])
    changed.append({"setting": setting, "from": before, "to": after} | ({"kind": thing} if thing else {}))


def tell(scheme: Scheme) -> None:
    """Open screens read themselves anew: what they may show, and how, may be another."""
    if the_act().details.get("changed"):
        scheme.settings_version += 1
        announce(SETTINGS_CHANGED, scheme)


@act("scheme.settings")
def decide(viewer: Viewer, scheme: Scheme, version: int, chosen: dict[str, str]) -> list[str]:
    """Set what was chosen: {setting: value}. Which have changed. Raises Stale."""
    scheme = take(scheme, version)
    changed = []
    for name, value in chosen.items():
        setting = BY_NAME[name]
        before = setting.of(scheme)
        if before != value:
            setting.put(scheme, value)
            note(scheme, name, before, value)
            changed.append(name)
    tell(scheme)
    return changed


@act("scheme.settings")
def show_kinds(viewer: Viewer, scheme: Scheme, version: int, shown: set[str]) -> list[str]:
    """Offer these kinds in the report form and no others. Which have changed. Raises Stale."""
    scheme = take(scheme, version)
    changed = []
    for kind in all_kinds(scheme.id):
        wanted = kind.code in shown or kind.code == ALWAYS
        if wanted != kind.shown:
            row = row_of(scheme, kind)
            row.shown = wanted
            note(scheme, KIND, *(("hidden", "shown") if wanted else ("shown", "hidden")), kind.code)
            changed.append(kind.code)
    tell(scheme)
    return changed


def row_of(scheme: Scheme, kind: Kind) -> SchemeCategory:
    """The scheme's own row of a kind; made where the scheme has left it as in the list."""
    query = sa.select(SchemeCategory).where(
        SchemeCategory.scheme_id == scheme.id, SchemeCategory.code == kind.code
    )
    row = db.session.scalar(query)
    if row is None:
        row = SchemeCategory(scheme_id=scheme.id, code=kind.code, base_code=kind.base)
        db.session.add(row)
    return row


@act("scheme.settings")
def add_kind(viewer: Viewer, scheme: Scheme, label: str, base: str, glyph: str, hue: str) -> str:
    """Add a kind of the scheme's own under one of the list. Its code, which stays. Raises TooMany."""
    scheme = take(scheme)
    kinds = all_kinds(scheme.id)
    if sum(kind.added for kind in kinds) >= MOST_ADDED:
        raise TooMany
    code = code_of(label, {kind.code for kind in kinds})
    row = SchemeCategory(
        scheme_id=scheme.id, code=code, base_code=BY_CODE[base].code, label=label, glyph=glyph, hue=hue
    )
    db.session.add(row)
    note(scheme, KIND, "", "added", code)
    tell(scheme)
    return code


def code_of(label: str, taken: Any) -> str:
    """A code from the label: letters, figures and low lines, and another where it is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = "own_" + (re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "kind")
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}_{number}", number + 1
    return code


def changes(scheme: Scheme, most: int = 30) -> list[SchemeChange]:
    """What was changed, newest first."""
    query = sa.select(SchemeChange).where(SchemeChange.scheme_id == scheme.id)
    return list(db.session.scalars(query.order_by(SchemeChange.id.desc()).limit(most)))
