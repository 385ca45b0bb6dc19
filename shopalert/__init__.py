"""ShopAlert: a town's shops, pubs and police share one early warning. This file is the house's contents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application, from the environment and the overrides (names of config.py, any case)."""
    from shopalert import (
        assets,
        background,
        commands,
        config,
        db,
        directions,
        health,
        logs,
        pages,
        security,
        wall,
        words,
    )
    from shopalert.accounts import login
    from shopalert.accounts import views as accounts
    from shopalert.advice import announcements as advice_announcements
    from shopalert.advice import given_views as advice  # the last of that house: it brings the others
    from shopalert.alerts import check, live, outbox, stream, wake_views, wakes
    from shopalert.alerts import views as alerts
    from shopalert.bulletins import announcements as bulletin_announcements
    from shopalert.bulletins import answer_views, cap_views
    from shopalert.bulletins import search as bulletin_search
    from shopalert.bulletins import writing_views as bulletins  # they bring the reading rooms
    from shopalert.chat import announcements as chat_announcements
    from shopalert.chat import canned_views, channel_lines, channel_views, line_views
    from shopalert.chat import lines as chat_lines
    from shopalert.chat import views as chat
    from shopalert.compression import compress
    from shopalert.evidence import clips as evidence  # the last of that house: it brings the others
    from shopalert.evidence import derivatives, receiving
    from shopalert.gallery import models  # noqa: F401  its table is the database's; its room is not built yet
    from shopalert.help import views as help_inside
    from shopalert.home import views as home
    from shopalert.incidents import announcements as incident_announcements
    from shopalert.incidents import index as search_index
    from shopalert.incidents import repeating, unread, work
    from shopalert.incidents import report_views as incidents  # the last of that house: it brings the others
    from shopalert.letters import views as letters
    from shopalert.members import joining_views
    from shopalert.members import views as members
    from shopalert.operating import people_views as operating
    from shopalert.outcomes import announcements as outcome_announcements
    from shopalert.outcomes import lines as outcome_lines
    from shopalert.outcomes import views as outcomes
    from shopalert.police import announcements as police_announcements
    from shopalert.police import views as police
    from shopalert.protection import audit
    from shopalert.pwa import kept, sync
    from shopalert.pwa import views as pwa
    from shopalert.requests import announcements as request_announcements
    from shopalert.requests import lines as request_lines
    from shopalert.requests import views as requests
    from shopalert.safety import announcements as safety_announcements
    from shopalert.safety import care_views
    from shopalert.safety import views as safety
    from shopalert.settings import announcements as settings_announcements
    from shopalert.settings import views as settings
    from shopalert.sharing import announcements as sharing_announcements
    from shopalert.sharing import clock as sharing_clock
    from shopalert.sharing import views as sharing
    from shopalert.uploads import mine as uploads_of_mine
    from shopalert.uploads import views as uploads

    app = Flask("shopalert", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SHOPALERT"] = config.from_environment(overrides)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/London"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    logs.init_app(app)
    security.init_app(app)
    app.after_request(compress)
    pages.init_app(app)
    words.init_app(app)
    assets.init_app(app)
    directions.init_app(app)
    db.init_app(app)
    Migrate(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    wall.init_app()
    login.init_app(app)
    live.init_app(app)

    audit.init_app()
    wakes.wakes.init_app(app)
    outbox.init_app()
    search_index.init_app()
    bulletin_search.init_app()
    unread.init_app()
    receiving.init_app(app)
    uploads_of_mine.init_app(app)
    derivatives.init_app()

    incident_announcements.register_all()
    repeating.register_all()
    chat_announcements.register_all()
    channel_lines.register_all()
    settings_announcements.register_all()
    chat_lines.register_all()
    outcome_lines.register_all()
    outcome_announcements.register_all()
    police_announcements.register_all()
    request_announcements.register_all()
    request_lines.register_all()
    advice_announcements.register_all()
    safety_announcements.register_all()
    bulletin_announcements.register_all()
    sharing_announcements.register_all()
    sharing_clock.init_app()

    app.register_blueprint(accounts.room)
    app.register_blueprint(home.room)
    app.register_blueprint(help_inside.room)
    app.register_blueprint(incidents.room)
    app.register_blueprint(members.room)
    app.register_blueprint(joining_views.room)
    app.register_blueprint(work.room)
    app.register_blueprint(chat.room)
    app.register_blueprint(requests.room)
    app.register_blueprint(advice.room)
    app.register_blueprint(safety.room)
    app.register_blueprint(care_views.room)
    app.register_blueprint(bulletins.room)
    app.register_blueprint(answer_views.room)
    app.register_blueprint(cap_views.room)
    app.register_blueprint(sharing.room)
    app.register_blueprint(line_views.room)
    app.register_blueprint(outcomes.room)
    app.register_blueprint(police.room)
    app.register_blueprint(canned_views.room)
    app.register_blueprint(channel_views.room)
    app.register_blueprint(settings.room)
    app.register_blueprint(evidence.room)
    app.register_blueprint(uploads.room)
    app.register_blueprint(alerts.room)
    app.register_blueprint(check.room)
    app.register_blueprint(wake_views.room)
    app.register_blueprint(letters.room)
    app.register_blueprint(stream.room)
    app.register_blueprint(sync.room)
    app.register_blueprint(kept.room)
    app.register_blueprint(security.room)
    app.register_blueprint(health.room)
    app.register_blueprint(operating.room)
    pwa.init_app(app)
    commands.init_app(app)
    background.init_app(app)
    return app
