"""Every screen of the house and how to get there: for pictures, and for the checks that each must pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.people import ASHA, BEN, CAROL, DEV, GUS, LEO, OLU, Person
from tests.world import picture

SIZES = {"phone": (360, 740), "tablet": (768, 1024), "desk": (1440, 900)}
THEMES = ("light", "dark")
NELL = Person("Nell Marsh")  # waits to be let in
LONG = "Averyveryverylongwordwithoutanyspace" * 4 + " and then a sentence that goes on " * 30


@dataclass(frozen=True)
class Places:
    """Where things are in this town."""

    incident: str
    urgent: str
    mine: str
    withdrawn: str
    folder: Path
    officer: str
    set_up: str  # the link of another instance, that is empty
    described: str  # with persons, a vehicle and goods
    exercise: str
    member: str  # a membership
    invitation: str  # the link of an invitation for one person
    reset: str  # the link of who forgot a password


Reach = Callable[[Page, Places], object]


@dataclass(frozen=True)
class Screen:
    """A screen: its name, who looks, where it is, what is done there first, and the route it shows."""

    name: str
    who: Person | None
    path: str | Callable[[Places], str]
    route: str
    first: Reach | None = None
    quiet: tuple[
        str, ...
    ] = ()  # console messages that belong to the state: a refused form, a lost connection

    def address(self, places: Places) -> str:
        return self.path if isinstance(self.path, str) else self.path(places)


# ---- what is done first


def open_more_kinds(page: Page, _: Places) -> None:
    page.click("details.tiles__more > summary")


def say_happening_now(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=in_progress])").click()
    page.locator("label:has(input[name=category][value=threats_abuse])").click()


def add_a_photo(page: Page, places: Places) -> None:
    file = places.folder / "still.jpg"
    file.write_bytes(picture("slategray", (900, 700)).read())
    page.set_input_files("input[type=file][name=photos]", str(file))
    page.wait_for_selector("input[name=staged]", state="attached")
    page.wait_for_timeout(1500)


def send_nothing(page: Page, _: Places) -> None:
    page.fill("input[name=value_lost]", "about ten")
    page.click("main form[method=post] .sendbar button[type=submit]")
    page.wait_for_selector("[aria-invalid=true], .field__error:visible")


def add_people_and_goods(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    for group in ("people", "goods"):
        page.click(f"details#{group} > summary")
    page.locator("label:has(input[name='people-0-sex'][value=f])").click()
    page.select_option("[name='people-0-age']", "25_34")
    page.fill("[name='people-0-clothing']", "Green parka, black leggings")
    page.fill("[name='goods-0-what']", "Baby milk")
    page.fill("[name='goods-0-count']", "12")
    page.fill("[name='goods-0-each']", "15.50")


def show_the_people(page: Page, places: Places) -> None:
    add_people_and_goods(page, places)
    page.locator("details#people").evaluate("group => group.scrollIntoView()")


def show_the_goods(page: Page, places: Places) -> None:
    add_people_and_goods(page, places)
    page.fill("[name='goods-0-each']", "45")
    page.locator("details#goods").evaluate("group => group.scrollIntoView()")


def say_what_else_matters(page: Page, _: Places) -> None:
    page.click("details#flags > summary")
    page.locator("label:has(input[name=flags][value=injury])").click()
    page.locator("label:has(input[name=flags][value=hate])").click()
    page.locator("details#flags").evaluate("group => group.scrollIntoView()")


def report_it_again(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", "Two women with a pram, they took baby milk.")
    page.click("main form[method=post] .sendbar button[type=submit]")
    page.wait_for_selector("section.asked")


def show_who_it_was(page: Page, _: Places) -> None:
    page.locator("#people-title").evaluate("title => title.parentElement.scrollIntoView()")


def send_without_connection(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", "Two people filled a rucksack with razors.")
    page.context.set_offline(True)
    page.click("main form[method=post] .sendbar button[type=submit]")
    page.wait_for_selector("[data-send-state]:not([hidden])")


def lose_the_connection(page: Page, _: Places) -> None:
    page.context.set_offline(True)
    page.wait_for_timeout(1200)


def keep_pages(page: Page, places: Places) -> None:
    """Read the feed and two incidents, until the device has kept them."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    for path in ("/s/wickford/", f"/incidents/{places.urgent}", f"/incidents/{places.incident}"):
        page.goto(path)
        page.wait_for_timeout(2500)


def read_without_connection(page: Page, places: Places) -> None:
    """The kept copy; the page's own look for the server is held back, so that the picture stands still."""
    keep_pages(page, places)
    page.route("**/healthz", lambda route: route.abort())
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("sa-reader[data-state=copy]")


def see_what_is_kept(page: Page, places: Places) -> None:
    keep_pages(page, places)
    page.goto("/kept")
    page.wait_for_selector("sa-kept[data-state=some]")


def read_nothing_kept_without_connection(page: Page, places: Places) -> None:
    read_without_connection(page, places)
    page.goto("/alerts")
    page.wait_for_selector("sa-kept[data-state=some]")


def somebody_else_saved(page: Page, places: Places) -> None:
    other = page.context.new_page()
    other.goto(f"/incidents/{places.mine}/edit")
    other.fill("textarea[name=narrative]", "They came back and took three coats more.")
    other.click("main form[method=post] .sendbar button[type=submit]")
    other.wait_for_url(re.compile(rf"/incidents/{places.mine}$"))
    other.close()
    page.fill("textarea[name=narrative]", "They came back for two bags.")
    page.click("main form[method=post] .sendbar button[type=submit]")
    page.wait_for_selector("section.both")


def another_coordinator_decided(page: Page, _: Places) -> None:
    page.locator(
        "input[name=break_through]:not(:checked)"
    ).check()  # a page with nothing on it would read itself anew
    other = page.context.new_page()
    other.goto("/s/wickford/settings")
    radios = other.locator("input[name=appearance]:not(:checked)")
    radios.check()
    with other.expect_navigation():
        other.click("main form[method=post] button[type=submit]")
    other.wait_for_selector(".notice--ok")
    other.close()
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_selector(".decide__now")


def add_nothing(page: Page, _: Places) -> None:
    page.click("form[action*='/added'] button[type=submit]")
    page.wait_for_selector(".field__error")


def sign_in_wrongly(page: Page, _: Places) -> None:
    page.fill("input[name=email]", "asha@example.org")
    page.fill("input[name=password]", "not the password")
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def say_much(page: Page, _: Places) -> None:
    page.fill("textarea[name=text]", LONG)
    page.click("form[action$='/comments'] button[type=submit]")
    page.locator(".chat__lines").get_by_text("Averyvery").first.wait_for()


def show_the_chat(page: Page, _: Places) -> None:
    page.locator("form#say").scroll_into_view_if_needed()


def hold_back_new_ones(page: Page, places: Places) -> None:
    """Somebody reports while the reader is further down."""
    page.wait_for_selector("sa-live[data-state=live]", state="attached")
    place = page.locator("#feed").bounding_box()
    assert place
    page.mouse.move(place["x"] + 50, 450)  # on a desk the list scrolls by itself
    page.mouse.wheel(0, 700)
    page.wait_for_timeout(300)
    other = page.context.new_page()
    other.goto("/s/wickford/report")
    other.locator("label:has(input[name=category][value=suspicious])").click()
    other.fill("textarea[name=narrative]", "Man trying the doors of the stock room, again.")
    other.click("main form[method=post] .sendbar button[type=submit]")
    other.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))
    other.close()
    page.wait_for_selector("[data-pill]:not([hidden])")


def begin_with_little(page: Page, _: Places) -> None:
    page.fill("input[name=name]", "Gus Hale")
    page.fill("input[name=password]", "gushale")
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def add_a_scheme_twice(page: Page, _: Places) -> None:
    page.fill("input[name=name]", "Wickford")
    page.fill("input[name=code]", "WIC")
    page.select_option("select[name=district]", "basildon")
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def choose_own_hours(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=preset][value=custom])").click()
    page.locator("summary:has-text('My own hours')").click()
    for hour in range(19, 24):
        page.select_option(f"select[name=push-{hour}]", "2")
    page.wait_for_timeout(500)
    page.locator("summary:has-text('Would this have rung')").click()


def want_the_first_steps(page: Page, _: Places) -> None:
    """As on the first day. Who asks for them is on no other picture."""
    start = page.url
    page.goto("/help")
    page.click("button[name=again]")
    page.wait_for_selector("section.first")
    page.goto(start)


def open_a_question(page: Page, _: Places) -> None:
    page.locator("main details summary").first.click()


def tell_of_another(page: Page, _: Places) -> None:
    """As the stream tells it."""
    said = {
        "id": "incident-0", "title": "Shop theft in progress", "text": "Market Road", "url": "/incidents/0",
        "urgent": True, "follows": False,
    }  # fmt: skip
    page.evaluate("said => document.dispatchEvent(new CustomEvent('live:toast', { detail: said }))", said)
    page.wait_for_selector(".toast__card:not([hidden])")


def open_each_hour(page: Page, _: Places) -> None:
    page.click("summary:has-text('My own hours')")
    page.click("summary:has-text('On an open page')")
    page.click("summary:has-text('hour by hour')")
    page.locator("summary:has-text('My own hours')").scroll_into_view_if_needed()


def make_a_poster(page: Page, _: Places) -> None:
    page.click("form[action$='/invitations/open'] button")
    page.wait_for_url(re.compile(r"/invitations/[0-9a-f-]{36}$"))


def print_the_poster(page: Page, places: Places) -> None:
    make_a_poster(page, places)
    page.click("a[href$='/poster']")
    page.wait_for_url(re.compile(r"/poster$"))


def join_with_little(page: Page, _: Places) -> None:
    page.fill("input[name=password]", "wickford")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def try_a_list(page: Page, _: Places) -> None:
    rows = [
        "name,e-mail,role,premises",
        "Ola Marsh,ola@example.org,member,Harper's",
        "Asha,asha@example.org,member,",
    ]
    page.fill(
        "textarea[name=text]", "\n".join([*rows, "Nobody,nobody,member,", "Boss,boss@example.org,chief,"])
    )
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_selector("main .fate")


def open_the_filters(page: Page, _: Places) -> None:
    page.click(".sift__all > summary")


def open_beside(page: Page, _: Places) -> None:
    """On a wide screen the second card of the list opens in the pane, elsewhere as its own page."""
    page.locator(".panes__list .card__title a").nth(1).click()
    page.wait_for_selector(".panes__detail .incident .chat")


def ask_for_the_keys(page: Page, _: Places) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")


def save_a_view(page: Page, _: Places) -> None:
    page.fill("input[name=name]", "Fraud and counterfeit")
    page.click("main form .button--primary")
    page.locator(".sift__on a[href^='/views/']").click()
    page.wait_for_selector("text=Remove this view")


GONE = ("Failed to load resource", "status of 410")
REFUSED = ("Failed to load resource", "status of 422", "status of 409", "status of 404", "status of 403")
LOST = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "net::ERR")

SCREENS = (
    Screen("sign-in", None, "/sign-in", "accounts.sign_in"),
    Screen("sign-in-refused", None, "/sign-in", "accounts.sign_in", sign_in_wrongly, REFUSED),
    Screen("forgot", None, "/forgot", "accounts.forgot"),
    Screen("feed", ASHA, "/s/wickford/", "incidents.feed"),
    Screen("feed-new", ASHA, "/s/wickford/", "incidents.feed", hold_back_new_ones),
    Screen("feed-offline", ASHA, "/s/wickford/", "incidents.feed", lose_the_connection, LOST),
    Screen("feed-empty", BEN, "/s/quiet/", "incidents.feed"),
    Screen("feed-filters", ASHA, "/s/wickford/?violence=1", "incidents.feed", open_the_filters),
    Screen("feed-nothing-fits", ASHA, "/s/wickford/?since=2031-01-01&odd=1", "incidents.feed"),
    Screen("feed-pane", BEN, "/s/wickford/", "incidents.feed", open_beside),
    Screen("feed-keys", BEN, "/s/wickford/", "incidents.feed", ask_for_the_keys),
    Screen("view-new", ASHA, "/s/wickford/views?violence=1", "work.name_view"),
    Screen("view", ASHA, "/s/wickford/views?category=fraud", "work.view", save_a_view),
    Screen("incident-print", DEV, lambda at: f"/incidents/{at.incident}/print", "work.on_paper"),
    Screen("search-slip", ASHA, "/search?q=rucksak", "home.search"),
    Screen("search-start", ASHA, "/search", "home.search"),
    Screen("search-words", ASHA, "/search/words?q=ruc", "work.search_words"),
    Screen("desk-pane", DEV, "/desk", "home.desk", open_beside),
    Screen("report", ASHA, "/s/wickford/report", "incidents.new"),
    Screen("report-told", ASHA, "/s/wickford/report", "incidents.new", tell_of_another),
    Screen("report-kinds", ASHA, "/s/wickford/report", "incidents.new", open_more_kinds),
    Screen("report-now", ASHA, "/s/wickford/report", "incidents.new", say_happening_now),
    Screen("report-photo", ASHA, "/s/wickford/report", "incidents.new", add_a_photo),
    Screen("report-people", ASHA, "/s/wickford/report", "incidents.new", show_the_people),
    Screen("report-goods", ASHA, "/s/wickford/report", "incidents.new", show_the_goods),
    Screen("report-flags", BEN, "/s/wickford/report", "incidents.new", say_what_else_matters),
    Screen("report-same", BEN, "/s/wickford/report", "incidents.new", report_it_again, REFUSED),
    Screen("report-refused", ASHA, "/s/wickford/report", "incidents.new", send_nothing, REFUSED),
    Screen("report-offline", ASHA, "/s/wickford/report", "incidents.new", send_without_connection, LOST),
    Screen("incident", ASHA, lambda at: f"/incidents/{at.incident}", "incidents.show"),
    Screen("incident-now", ASHA, lambda at: f"/incidents/{at.urgent}", "incidents.show"),
    Screen("incident-chat", DEV, lambda at: f"/incidents/{at.incident}", "incidents.show", show_the_chat),
    Screen("incident-long", DEV, lambda at: f"/incidents/{at.urgent}", "incidents.show", say_much),
    Screen("incident-withdrawn", BEN, lambda at: f"/incidents/{at.withdrawn}", "incidents.show"),
    Screen(
        "incident-described", BEN, lambda at: f"/incidents/{at.described}", "incidents.show", show_who_it_was
    ),
    Screen("incident-exercise", ASHA, lambda at: f"/incidents/{at.exercise}", "incidents.show"),
    Screen("incident-facts", ASHA, lambda at: f"/incidents/{at.incident}/facts", "incidents.facts"),
    Screen("versions", ASHA, lambda at: f"/incidents/{at.mine}/versions", "incidents.versions"),
    Screen("edit", ASHA, lambda at: f"/incidents/{at.mine}/edit", "incidents.edit"),
    Screen(
        "edit-both",
        ASHA,
        lambda at: f"/incidents/{at.mine}/edit",
        "incidents.edit",
        somebody_else_saved,
        REFUSED,
    ),
    Screen("withdraw", ASHA, lambda at: f"/incidents/{at.mine}/withdrawal", "incidents.ask_why"),
    Screen("search", ASHA, "/search?q=coat", "home.search"),
    Screen("search-nothing", ASHA, "/search?q=zeppelin", "home.search"),
    Screen("settings", BEN, "/s/wickford/settings", "settings.show"),
    Screen(
        "settings-both", BEN, "/s/wickford/settings", "settings.show", another_coordinator_decided, REFUSED
    ),
    Screen("kinds", BEN, "/s/wickford/settings/kinds", "settings.kinds"),
    Screen("kinds-refused", BEN, "/s/wickford/settings/kinds", "settings.kinds", add_nothing, REFUSED),
    Screen("about", ASHA, "/s/wickford/about", "settings.about"),
    Screen("desk", DEV, "/desk", "home.desk"),
    Screen("alerts", ASHA, "/alerts", "alerts.settings"),
    Screen("wakes", ASHA, "/s/wickford/alerts", "wake.show"),
    Screen("wakes-hours", ASHA, "/s/wickford/alerts", "wake.show", choose_own_hours),
    Screen("wakes-each-hour", ASHA, "/s/wickford/alerts", "wake.show", open_each_hour),
    Screen("week", ASHA, "/s/wickford/newsletter", "letters.newsletter"),
    Screen("week-quiet", BEN, "/s/quiet/newsletter", "letters.newsletter"),
    Screen("alerts-check", ASHA, "/alerts/check", "check.look"),
    Screen("install", None, "/install", "pwa.install"),
    Screen("incident-sent", ASHA, lambda at: f"/incidents/{at.mine}", "incidents.show"),
    Screen("sessions", ASHA, "/sessions", "accounts.own_sessions"),
    Screen("more", ASHA, "/more", "home.more"),
    Screen("more-police", DEV, "/more", "home.more"),
    Screen(
        "not-found", ASHA, "/incidents/00000000-0000-7000-8000-000000000000", "incidents.show", None, REFUSED
    ),
    Screen("not-permitted", ASHA, "/desk", "home.desk", None, REFUSED),
    Screen("set-up", None, lambda at: at.set_up, "operating.begin"),
    Screen("set-up-refused", None, lambda at: at.set_up, "operating.begin", begin_with_little, REFUSED),
    Screen("set-up-gone", None, "/set-up/of-yesterday", "operating.open_link", None, GONE),
    Screen("operating", GUS, "/operating/", "operating.home"),
    Screen("operating-health", GUS, "/operating/health", "operating.health"),
    Screen("operating-force", GUS, "/operating/force", "operating.force"),
    Screen("operating-districts", GUS, "/operating/districts", "operating.districts"),
    Screen("operating-districts-new", GUS, "/operating/districts/new", "operating.new_districts"),
    Screen("operating-district", GUS, "/operating/districts/basildon", "operating.district"),
    Screen("operating-schemes", GUS, "/operating/schemes", "operating.schemes"),
    Screen("operating-scheme-new", GUS, "/operating/schemes/new", "operating.new_scheme"),
    Screen(
        "operating-scheme-refused",
        GUS,
        "/operating/schemes/new",
        "operating.new_scheme",
        add_a_scheme_twice,
        REFUSED,
    ),
    Screen("operating-scheme", GUS, "/operating/schemes/wickford", "operating.scheme"),
    Screen("operating-people", GUS, "/operating/people", "operating.all_people"),
    Screen("operating-people-nobody", GUS, "/operating/people?q=zeppelin", "operating.all_people"),
    Screen("operating-person", GUS, lambda at: f"/operating/people/{at.officer}", "operating.person"),
    Screen("operating-officer-new", GUS, "/operating/officers/new", "operating.new_officer"),
    Screen("operating-operator-new", GUS, "/operating/operators/new", "operating.new_operator"),
    Screen("more-operator", GUS, "/more", "home.more"),
    Screen("members", BEN, "/s/wickford/members", "members.members"),
    Screen("members-nobody", BEN, "/s/wickford/members?q=zeppelin", "members.members"),
    Screen("member", BEN, lambda at: f"/memberships/{at.member}", "members.member"),
    Screen(
        "member-suspend", BEN, lambda at: f"/memberships/{at.member}/suspension", "members.ask_to_suspend"
    ),
    Screen("member-remove", BEN, lambda at: f"/memberships/{at.member}/removal", "members.ask_to_remove"),
    Screen("invite", BEN, "/s/wickford/invitations", "members.new"),
    Screen("invite-list", BEN, "/s/wickford/invitations/list", "members.new_list", try_a_list),
    Screen("invitation", BEN, "/s/wickford/invitations", "members.invitation", make_a_poster),
    Screen("poster", BEN, "/s/wickford/invitations", "members.poster", print_the_poster),
    Screen("join", None, lambda at: at.invitation, "joining.join"),
    Screen("join-refused", None, lambda at: at.invitation, "joining.join", join_with_little, REFUSED),
    Screen("join-spent", None, "/join/of-no-invitation", "joining.join", None, GONE),
    Screen("joined", None, "/joined", "joining.joined"),
    Screen("waiting", NELL, "/waiting", "joining.waiting"),
    Screen("agree", CAROL, "/agree", "joining.gate"),
    Screen("agreement", ASHA, "/s/wickford/agreement", "joining.agreement"),
    Screen("agreement-publish", BEN, "/s/wickford/agreement", "joining.agreement"),
    Screen("membership", ASHA, "/s/wickford/membership", "joining.membership"),
    Screen("reset", None, lambda at: at.reset, "accounts.reset"),
    Screen("offline", None, "/offline", "pwa.offline"),
    Screen("first-day", LEO, "/s/wickford/", "incidents.feed", want_the_first_steps),
    Screen("first-day-police", OLU, "/desk", "home.desk", want_the_first_steps),
    Screen("help", ASHA, "/help", "help.home"),
    Screen("help-before", None, "/help", "help.home", open_a_question),
    Screen("help-shop", None, "/help/shop", "help.guide"),
    Screen("help-coordinator", BEN, "/help/coordinator", "help.guide"),
    Screen("help-police", DEV, "/help/police", "help.guide"),
    Screen("help-operator", GUS, "/help/operator", "help.guide"),
    Screen(
        "offline-copy",
        ASHA,
        lambda at: f"/incidents/{at.incident}",
        "pwa.offline",
        read_without_connection,
        LOST,
    ),
    Screen("offline-list", ASHA, "/alerts", "pwa.offline", read_nothing_kept_without_connection, LOST),
    Screen("kept", ASHA, "/kept", "kept.kept", see_what_is_kept),
    Screen("kept-nothing", ASHA, "/kept", "kept.kept"),
    Screen("privacy", None, "/privacy", "home.privacy"),
    Screen("accessibility", None, "/accessibility", "home.accessibility"),
)
