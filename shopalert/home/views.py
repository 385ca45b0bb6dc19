"""The first screens: home, the police's desk, search over all one sees, more, and the public pages."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, g, jsonify, request

from shopalert.alerts.outbox import cursor_now
from shopalert.bulletins.search import FoundBulletins
from shopalert.bulletins.search import find as find_bulletins
from shopalert.bulletins.views import bulletins_unread
from shopalert.config import config
from shopalert.db import db, now
from shopalert.desk.lists import chosen, districts_of, place_of, ranked, read_of_late, tallies
from shopalert.desk.ranking import RULES
from shopalert.evidence.actions import note_thumbs_listed
from shopalert.help.lookup import operator
from shopalert.incidents.filters import midnight, understood
from shopalert.incidents.models import Category
from shopalert.incidents.search import Found, Narrowed
from shopalert.incidents.search import search as search_for
from shopalert.incidents.work import unread_now
from shopalert.members.joining import shut_out_of, waits_where
from shopalert.members.lookup import how_many_wait
from shopalert.pages import page, see_other
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.protection.clocks import CLOCKS
from shopalert.requests.lists import i_wait_for, waits_for_me
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.lookup import schemes_of
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("home", __name__)


@room.get("/", verb=SIGNED_IN)
def home() -> Response:
    """A member's feed, the police's desk, the operator's room."""
    viewer = the_viewer()
    if viewer.is_police:
        return see_other("/desk")
    mine = my_schemes()
    if not mine and can(viewer, "instance.look"):
        return see_other("/operating/")
    if not mine and (waits_where(viewer.user_id) or shut_out_of(viewer.user_id)):
        return see_other("/waiting")
    return see_other(f"/s/{mine[0].slug}/" if mine else "/more")


@room.get("/report", verb=SIGNED_IN)
def report() -> Response:
    """The short way from the Home Screen: the form of the first scheme in which one may report."""
    mine = [scheme for scheme in my_schemes() if can(the_viewer(), "incident.report", scheme)]
    return see_other(f"/s/{mine[0].slug}/report" if mine else "/")


@room.get("/desk", verb="desk.read")
def desk() -> Response:
    """The schemes of an officer's districts: what is new to them by its weight, and what they have read."""
    viewer, session, at = the_viewer(), db.session(), now()
    cursor = cursor_now(session)
    schemes = my_schemes()
    districts = districts_of(session, schemes)
    shown = chosen(request.args, schemes, districts)
    after = place_of(request.args.get("after", ""))
    new, further = ranked(session, viewer, shown.ids, at, after)
    read = [] if after else read_of_late(session, viewer, shown.ids, at)
    listed = [*(one.card for one in new), *read]
    for scheme in shown.schemes:
        note_thumbs_listed(
            viewer, scheme, [p.id for c in listed if c.scheme.id == scheme.id for p in c.pictures]
        )
    to_read, waiting = waits_for_me(session, viewer, shown.ids), i_wait_for(session, viewer, shown.ids)
    seen = [*((each.scheme.id, each.id) for each in listed), *(each.where for each in (*to_read, *waiting))]
    looks.note_list("desk.read", viewer, seen)
    return page(
        "desk/index.html", schemes=schemes, districts=districts, shown=shown, new=new, read=read, first=after is None,
        further_url=shown.url(further) if further else None, rules=RULES, cursor=cursor, client_id=str(uuid.uuid4()),
        tallies=tallies(session, [scheme.id for scheme in schemes], at),
        to_read=to_read, waiting=waiting,
    )  # fmt: skip


@room.get("/search", verb="incident.search")
def search() -> Response:
    """Incidents, messages, and what the town was told, in all schemes that one sees or in one of them."""
    text = request.args.get("q", "")[:200]
    only, chosen = narrowed(request.args)
    before = request.args.get("before", "")
    place = int(before) if re.fullmatch(r"[0-9]{1,13}", before) else None
    asked = bool(text.strip())
    found = search_for(db.session(), text, only, place) if asked else Found()
    told = FoundBulletins()
    if asked:
        viewer = the_viewer()
        if (
            place is None and not only.category
        ):  # what was told is of no kind of incident, and stands on the first page
            told = find_bulletins(db.session(), viewer, text, only)
        looks.note("incident.search", viewer, None, words=text, found=len(found.hits) + len(told.listed))
        looks.note_list("incident.found", viewer, [(hit.card.scheme.id, hit.card.id) for hit in found.hits])
    return page(
        "incidents/search.html", query=text, found=found, told=told, chosen=chosen, categories=categories(),
        first=place is None,
        older_url="/search?" + urlencode({"q": text, **chosen, "before": found.older}) if found.older else None,
    )  # fmt: skip


def categories() -> list[Category]:
    """The list that all schemes share."""
    return list(db.session.scalars(sa.select(Category).order_by(Category.position)))


def narrowed(args: Any) -> tuple[Narrowed, dict[str, str]]:
    """What a search is narrowed to, and the same as the form says it; what cannot be understood narrows nothing."""
    mine = {scheme.slug: scheme.id for scheme in my_schemes()}
    codes = [kind.code for kind in categories()]
    slug = args.get("scheme", "") if args.get("scheme") in mine else ""
    said, _odd = understood({name: args.get(name, "") for name in ("category", "since", "until")}, codes, [])
    only = Narrowed(
        mine.get(slug), said.category, midnight(said.since) if said.since else None,
        midnight(said.until + timedelta(days=1)) if said.until else None,
    )  # fmt: skip
    return only, {**({"scheme": slug} if slug else {}), **dict(said.pairs)}


@room.get("/unread", verb=SIGNED_IN)
def what_is_unread() -> Response:
    """For open pages that were away: which incidents and bulletins are unread, and how many wait for a reply."""
    known = unread_now()
    answer = jsonify(
        unread=[str(each) for each in known["ids"]], reply=known["reply"], at=known["at"],
        told=[str(each) for each in bulletins_unread()],
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.get("/more", verb=SIGNED_IN)
def more() -> Response:
    return page("more.html", waiting=how_many_wait(the_viewer().coordinator_schemes))


@room.get("/privacy", verb=PUBLIC)
def privacy() -> Response:
    return page("pages/privacy.html", operator=operator(), clocks=CLOCKS)


@room.get("/accessibility", verb=PUBLIC)
def accessibility() -> Response:
    return page("pages/accessibility.html", operator=operator())


def my_schemes() -> list[Scheme]:
    """The viewer's schemes, asked once a request; none where the database cannot be asked."""
    if g.get("database_is_lost"):
        return []
    if "my_schemes" not in g:
        viewer = current_viewer()
        g.my_schemes = schemes_of(viewer) if viewer else []
    found: list[Scheme] = g.my_schemes
    return found


@room.app_context_processor
def everywhere() -> dict[str, Any]:
    """What every page's frame shows."""
    viewer = current_viewer()
    mine = my_schemes() if viewer else []
    here = None if viewer is None or viewer.is_police or not mine else mine[0]
    return {
        "viewer": viewer,
        "can": lambda verb, thing=None: can(viewer, verb, thing),
        "here": here,
        "my_schemes": mine,
        "demonstration": (config().data_dir / "demonstration").exists(),
    }
