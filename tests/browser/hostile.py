"""The demonstration with hostile text in every place that holds words somebody may type.

Which places there are comes from the tables themselves: each column of letters is hostile here, or stands in GIVEN
or CHECKED, where nobody can have typed it. Each text names its column, so that after a walk it is known which
were shown.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from playwright.sync_api import TimeoutError as TooLate

from shopalert import create_app
from shopalert.db import db, writing
from shopalert.security import REPORTS
from shopalert.wall import crossing
from tests import services
from tests.browser.demo_town import DemoTown
from tests.browser.hostile_rows import add_what_is_missing
from tests.browser.screens import LOST, SIZES, Screen
from tests.browser.tabs import goes_on
from tests.people import Person

SHORT = 'שלום"\'><img src=//evil.example/p onerror=pwned=1><b hx-get=/pwned hx-trigger=load x="'
LONG = (
    SHORT + ">\n\n<script>pwned=1</script></textarea></title><svg onload=pwned=1>"
    '<div hx-get="/pwned" hx-trigger="load" hx-on:load="pwned=1">x</div><iframe src=/pwned></iframe>'
    "![x](https://evil.example/p) ![x](data:image/svg+xml,<svg/onload=pwned=1>) [x](javascript:pwned=1)"
    " [x](data:text/html,pwned) &#x202e; {{7*7}} ${7*7}\u2028event: gone\n\n"
    "    <script>pwned=1</script>\n\n[x]: javascript:pwned=1\n\nabc مرحبا def"
)
# Letters that nobody types: codes, keys and names that the house itself gives.
GIVEN = set(
    """
    alarm.code audit_head.holder audit_row.verb audit_row.object_kind audit_row.outcome audit_row.request_id
    audit_detail.detail category.code category.label category.glyph category.hue instance.filled_by
    push_service.origin sign_in_failure.network user.password_hash user.totp_secret district.slug letter.kind
    letter.period password_reset.network police_role.role scheme.slug scheme.kind scheme.lock_screen
    scheme.reporter_shown subscription.gone_why bulletin.kind bulletin.template bulletin.severity
    bulletin.area bulletin.premises_ids bulletin.audience event.kind event.facts event.audience
    known_word.word known_word.audience mail.kind mail.state mail.failure preference.push preference.live
    preference.mail preference.quiet preference.without premises.trade premises.trading_hours saved_view.query
    scheme_category.code scheme_category.base_code scheme_category.glyph scheme_category.hue
    scheme_change.setting scheme_change.before scheme_change.after scheme_change.thing share.kind
    shelf.audience upload.stored_as upload.sha256 channel_line.mentions help_call.first help_call.second
    incident.reference incident.category_code incident.category_own incident.came_to incident.flags
    incident.answers incident.status incident.progress incident.outcome incident.court invitation.role
    membership.role roll_call.first roll_call.second advice.piece advice.sent_as advice.audience
    comment.mentions comment.audience delivery.kind delivery.state delivery.failure for_police.cctv
    for_police.support for_police.reported_elsewhere for_police.evidence help_answer.first help_answer.second
    joining.role passage.words passage.audience police_number.kind police_step.code request.kind request.state
    roll_answer.said roll_answer.first roll_answer.second step.kind watch.wish welfare.answer welfare.first
    welfare.second abuse_report.audience advice_tick.audience attachment.stored_as attachment.sha256
    attachment.media_type attachment.kind attachment.state attachment.failure attachment.audience
    comment_version.audience police_note.audience request_link.audience request_move.move request_move.before
    request_move.after request_move.audience derivative.variant derivative.state derivative.stored_as
    bulletin_passage.words bulletin_passage.audience person_of_interest.audience
    """.split()  # noqa: SIM905
)
# Typed, and refused unless it has one form: letters and digits alone, or an address.
CHECKED = set(
    """
    user.email invitation.email scheme.code premises.postcode joining.postcode subscription.endpoint
    subscription.origin subscription.p256dh subscription.auth
    """.split()  # noqa: SIM905
)
# What is a word of somebody's in a row of JSON; all else there is a code, a number or a moment.
WORDS = set(
    """
    hair clothing marks carrying colour make model what narrative text title look_for direction words_spoken
    age clothes seen_where police_reference
    """.split()  # noqa: SIM905
)


def columns() -> dict[str, sa.Column[Any]]:
    """Every column of letters, by its name with its table's."""
    return {
        f"{table.name}.{column.name}": column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.JSON)
    }


def typed() -> dict[str, sa.Column[Any]]:
    """Those that hold what somebody typed."""
    return {name: each for name, each in columns().items() if name not in GIVEN | CHECKED}


def poison(app: Flask) -> None:
    """Every word that somebody may have typed becomes hostile."""
    with app.app_context(), crossing("seed") as session, writing(session):
        for number, column in enumerate(typed().values()):
            if isinstance(column.type, sa.JSON):
                replace_inside(session, column, number)
            else:
                replace(session, column, number)


def hostile(number: int, column: sa.Column[Any]) -> str:
    """What stands there from now on: as long as it may be."""
    length = getattr(column.type, "length", None)
    return f"~{number}~{LONG}" if length is None else f"~{number}~{SHORT}"[: length - 6]


def replace(session: Any, column: sa.Column[Any], number: int) -> None:
    row = sa.cast(sa.literal_column("rowid"), sa.String)
    start, text = f"~{number}~", hostile(number, column)
    said: Any = sa.func.printf("%s%s%s", start, row, text.removeprefix(start))
    if column.name == "url":
        said = sa.literal("https://evil.example/") + said
    session.execute(sa.update(column.table).where(column.is_not(None)).values({column.name: said}))


def replace_inside(session: Any, column: sa.Column[Any], number: int) -> None:
    keys = list(column.table.primary_key)
    changed = []
    for *key, value in session.execute(sa.select(*keys, column).where(column.is_not(None))):
        said = inside(value, f"~{number}~{SHORT}")
        if said != value:
            changed.append(
                {"said": said, **{f"key_{each.name}": part for each, part in zip(keys, key, strict=True)}}
            )
    at = [each == sa.bindparam(f"key_{each.name}") for each in keys]
    if changed:
        change = (
            sa.update(column.table).where(*at).values({column.name: sa.bindparam("said", type_=column.type)})
        )
        session.connection().execute(change, changed)


def inside(value: Any, text: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: inside(each, text, name) for name, each in value.items()}
    if isinstance(value, list):
        return [inside(each, text, key) for each in value]
    return text if key in WORDS and isinstance(value, str) else value


@contextmanager
def hostile_town(demo: DemoTown, folder: Path) -> Iterator[tuple[DemoTown, tuple[Screen, ...]]]:
    """A copy of the demonstration, hostile and served beside it; and screens of what that has none of."""
    data = folder / "hostile"
    there = demo.server.data_dir
    shutil.copytree(there, data, ignore=shutil.ignore_patterns("shopalert.db*", "mail"))
    data.chmod(0o700)
    with (
        closing(sqlite3.connect(there / "shopalert.db")) as old,
        closing(sqlite3.connect(data / "shopalert.db")) as new,
    ):
        old.backup(new)
    (data / "shopalert.db").chmod(0o600)
    server = services.Server(data)
    town = copy(demo)
    town.server, town.cookies = server, {}
    town.app = create_app({"data_dir": data, "background": False, "base_url": server.url})
    more = add_what_is_missing(town.app, town.places)
    poison(town.app)
    server.hand_over().start()
    try:
        yield town, more
    finally:
        server.kill()
        with town.app.app_context():
            db.session.remove()
            db.engine.dispose()


class Walk:
    """Screens looked at one after the other, by everybody in a browser of their own, and what was wrong there."""

    def __init__(self, town: DemoTown, browser: Browser) -> None:
        self.town, self.browser = town, browser
        self.tabs: dict[Person | None, Page] = {}
        self.faults: list[str] = []
        self.seen: set[int] = set()
        self.now = ""

    def fault(self, what: str) -> None:
        self.faults.append(f"{self.now}: {what}")

    def context(self, person: Person | None) -> BrowserContext:
        context = self.town.browser_of(self.browser, person, SIZES["desk"], "light")
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        context.on("request", lambda request: self.asked(request.url))
        context.on("dialog", self.opened)
        context.on("console", lambda line: self.said(line.text) if line.type == "error" else None)
        context.on("weberror", lambda error: self.fault(str(error.error)))
        return context

    def asked(self, url: str) -> None:
        """A page asks for something: of this house or the empty one, and for nothing that a text named."""
        at = urlsplit(url)
        if at.scheme in ("http", "https") and at.hostname != urlsplit(self.town.server.url).hostname:
            self.fault(f"loads from elsewhere: {url}")
        if "pwned" in at.path or at.path == REPORTS:
            self.fault(f"asks for {url}")

    def opened(self, dialog: Dialog) -> None:
        self.fault(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def said(self, line: str) -> None:
        if not any(known in line for known in self.quiet):
            self.fault(line)

    def look(self, screen: Screen) -> None:
        """The screen; once more where it could not be reached: a worker on a busy machine keeps pages late."""
        try:
            self.look_once(screen)
        except TooLate:
            self.look_once(screen)

    def look_once(self, screen: Screen) -> None:
        """Go there, do what is done there first, and look at all of it."""
        self.now, self.quiet = screen.name, screen.quiet
        alone = screen.quiet is LOST  # it leaves its connection and its worker as others do not want them
        with goes_on(self.tabs, screen.who, lambda: self.context(screen.who).new_page(), alone=alone) as page:
            page.goto(screen.address(self.town.places))
            if screen.first and screen.name not in NOT_DONE:
                screen.first(page, self.town.places)
            page.wait_for_timeout(30)
            said = page.evaluate(LOOK)
        self.faults += [f"{screen.name}: {each}" for each in said["found"]]
        self.seen |= {int(tag) for tag in TAG.findall(said["html"])}

    def close(self) -> None:
        for page in self.tabs.values():
            page.context.close()


WATCH = """
window.violations = []
document.addEventListener('securitypolicyviolation',
  event => violations.push(event.effectiveDirective + ' ' + event.blockedURI))
"""
LOOK = (Path(__file__).parent / "hostile.js").read_text()
TAG = re.compile(r"~(\d+)~")
# What is done on these needs the words of the demonstration: the form asks only where two reports speak alike.
NOT_DONE = {"report-same"}
