"""Every screen of the house and how to get there: for pictures, and for the checks that each must pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.device import incidents_read
from tests.browser.safety_screens import (
    ask_who_is_safe,
    end_the_roll_call,
    open_what_is_asked,
    press_for_help,
    say_all_clear,
)
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, IVY, LEO, OLU, Person
from tests.services import eventually
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
    filmed: str  # with clips in its chat
    clip: str
    recorder: str  # a clip in a recorder's own format
    talked: str  # an incident with everything that may happen to a message
    message: str  # one of those, changed by its author
    welfare: str  # the question of the day after violence, that Asha has answered
    asked: str  # a request to Asha's shop that is open
    advised: str  # advice that Asha's shop was sent
    warning: str  # of counterfeit notes, by an officer
    announced: str  # an event, by Ben
    advice: str
    appeal: str  # with a picture and a document, by an officer
    shared: str  # what another scheme shows Wickford


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


SPIKING = "/s/wickford/advice/spiking"


def show_what_helps(page: Page, _: Places) -> None:
    page.locator("[id^=fitting-]").first.scroll_into_view_if_needed()


def send_too_much_advice(page: Page, _: Places) -> None:
    page.locator("#line").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'Look. '.repeat(200) }"
    )
    page.click("form[action$='/send'] button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


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


def add_a_clip(page: Page, places: Places) -> None:
    file = places.folder / "till 2, Tuesday.dav"
    file.write_bytes(b"DHAV" + bytes(3_000_000))
    page.set_input_files("input[type=file][name=clips]", str(file))
    page.wait_for_selector(".sending--ok")


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


def show_who_was_reached(page: Page, _: Places) -> None:
    page.locator("[id^=reach-]").scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)


def send_without_connection(page: Page, _: Places) -> None:
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", "Two people filled a rucksack with razors.")
    page.context.set_offline(True)
    page.click("main form[method=post] .sendbar button[type=submit]")
    page.wait_for_selector("[data-send-state]:not([hidden])")


def enter_an_odd_number(page: Page, _: Places) -> None:
    page.fill("[name=crime]", "ring them")
    page.click("form[action$='/police/numbers'] button[type=submit]")
    page.wait_for_selector(".warns")


def arrest_and_charge(page: Page, _: Places) -> None:
    """With a note for police; once, however often it is looked at."""
    if page.locator(".course li").count() > 2:
        return
    for code, note in (("suspect_arrested", "Custody until tomorrow noon."), ("charged_summonsed", "")):
        page.select_option("[name=code]", code)
        page.fill("[name=note]", "One person, for this and two more." if note else "")
        page.fill("[name=for_police]", note)
        page.click("form#add button[type=submit]")
        page.wait_for_url(re.compile("#step-"))
    page.evaluate("scrollTo(0, 0)")


def convict_too_early(page: Page, _: Places) -> None:
    page.select_option("[name=code]", "convicted")
    page.click("form#add button[type=submit]")
    page.wait_for_selector(".field__error")


def lose_the_connection(page: Page, _: Places) -> None:
    page.context.set_offline(True)
    page.wait_for_timeout(1200)


def keep_pages(page: Page, places: Places) -> None:
    """Read the feed and two incidents, until the device has kept them."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    for path in ("/s/wickford/", f"/incidents/{places.urgent}", f"/incidents/{places.incident}"):
        page.goto(path)
        wait_until_kept(page, path)


def wait_until_kept(page: Page, path: str) -> None:
    eventually(lambda: incidents_read(page, path) is not None, 25)


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


def ask_by_a_bad_link(page: Page, _: Places) -> None:
    page.fill("input[name=link]", "http://not-safe.example")
    page.click("main form button[type=submit]")
    page.locator("[data-error-summary]").wait_for()


def answer_nothing(page: Page, _: Places) -> None:
    page.click("form[action$='/answers'] button[type=submit]")
    page.locator("[data-error-summary]").wait_for()


def open_what_was_answered(page: Page, _: Places) -> None:
    page.click(".rows a >> nth=0")
    page.locator("form[action$='/acceptance']").wait_for()


def answer_a_line(page: Page, _: Places) -> None:
    page.locator(".line [data-quote]").first.click()
    page.wait_for_selector("[data-quoting]:not([hidden])")
    show_the_chat(page, _)


def pick_a_ready_text(page: Page, _: Places) -> None:
    page.click(".canned summary")
    page.locator("#say").scroll_into_view_if_needed()


def slow_it_down(page: Page, _: Places) -> None:
    page.click(".pace summary")
    page.locator(".course").scroll_into_view_if_needed()


def change_a_ready_text(page: Page, _: Places) -> None:
    page.locator("main a[href^='/police/texts/']").first.click()
    page.wait_for_url(re.compile(r"/police/texts/[0-9a-f-]{36}$"))


def add_an_empty_text(page: Page, _: Places) -> None:
    page.click("main form .button--primary")
    page.wait_for_selector("[aria-invalid=true]")


def warn_of_nothing(page: Page, _: Places) -> None:
    page.fill("[name=title]", "")
    page.fill("[name=ends_at]", "")
    page.click("main form .button--primary")
    page.wait_for_selector("[data-error-summary]")


def give_an_address(page: Page, _: Places) -> None:
    page.fill("[name=label]", "CCTV control room of the town")
    page.click("main form .button--primary")
    page.wait_for_selector("main code")


def show_where_it_holds(page: Page, _: Places) -> None:
    page.click("#where summary")
    page.locator("#where").evaluate("field => field.scrollIntoView()")


def show_whom_it_is_shared_with(page: Page, _places: Places) -> None:
    page.get_by_text("Stop sharing").scroll_into_view_if_needed()


def show_the_files(page: Page, _places: Places) -> None:
    page.locator("#pictures").evaluate("field => field.scrollIntoView()")


def add_a_picture_and_say_nothing(page: Page, places: Places) -> None:
    add_a_photo(page, places)
    page.locator("label:has(input[name=to])").first.click()
    page.fill("[name=title]", "Who is this?")
    page.fill("[name=text]", "On Friday.")
    page.click("main form[action='/bulletins'] button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    show_the_files(page, places)


def read_a_bulletin_offline(page: Page, places: Places) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until_kept(page, f"/bulletins/{places.warning}")
    page.route("**/healthz", lambda route: route.abort())
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("sa-reader[data-state=copy]")


def open_no_channel(page: Page, _: Places) -> None:
    page.click("main form .button--primary")
    page.wait_for_selector("[aria-invalid=true]")


def open_the_first_channel(page: Page, _: Places) -> None:
    page.locator("main a[href^='/channels/']").first.click()
    page.wait_for_selector(".chat__lines")


def open_the_last_channel(page: Page, _: Places) -> None:
    page.locator("main a[href^='/channels/']").last.click()
    page.wait_for_selector(".chat__lines .line")


def open_a_message_of_it(page: Page, places: Places) -> None:
    open_the_last_channel(page, places)
    page.locator(".line__do a").last.click()
    page.wait_for_selector(".line-alone")


def hide_without_a_reason(page: Page, _: Places) -> None:
    page.click("form[action$='/hiding'] button")
    page.wait_for_selector("[aria-invalid=true]")


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


def tell_the_order(page: Page, _: Places) -> None:
    page.click("summary:has-text('How this is ordered')")


def open_beside(page: Page, _: Places) -> None:
    """On a wide screen the second card of the list opens in the pane, elsewhere as its own page."""
    page.locator(".panes__list .card__title a[href^='/incidents/']").nth(1).click()
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
LOST = (
    "ERR_INTERNET_DISCONNECTED", "Failed to load resource", "net::ERR", "htmx:sendError", "htmx:afterRequest",
    "when fetching the script",  # the worker's, where the page lost its connection before it had come
)  # fmt: skip

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
    Screen("police", ASHA, lambda at: f"/incidents/{at.mine}/police", "police.show"),
    Screen("police-now", ASHA, lambda at: f"/incidents/{at.urgent}/police", "police.show"),
    Screen(
        "police-numbers",
        DEV,
        lambda at: f"/incidents/{at.incident}/police",
        "police.show",
        enter_an_odd_number,
    ),
    Screen(
        "progress", DEV, lambda at: f"/incidents/{at.incident}/progress", "outcomes.show", arrest_and_charge
    ),
    Screen("progress-none", ASHA, lambda at: f"/incidents/{at.mine}/progress", "outcomes.show"),
    Screen(
        "progress-refused",
        DEV,
        lambda at: f"/incidents/{at.mine}/progress",
        "outcomes.show",
        convict_too_early,
        REFUSED,
    ),
    Screen("outcomes", BEN, "/s/wickford/outcomes", "outcomes.scheme_figures"),
    Screen("outcomes-none", BEN, "/s/quiet/outcomes", "outcomes.scheme_figures"),
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
    Screen("chat", ASHA, lambda at: f"/incidents/{at.talked}", "incidents.show", answer_a_line),
    Screen("chat-police", DEV, lambda at: f"/incidents/{at.talked}", "incidents.show", show_the_chat),
    Screen("message", ASHA, lambda at: f"/incidents/{at.talked}/comments/{at.message}", "lines.show"),
    Screen(
        "message-coordinator", BEN, lambda at: f"/incidents/{at.talked}/comments/{at.message}", "lines.show"
    ),
    Screen(
        "message-refused",
        BEN,
        lambda at: f"/incidents/{at.talked}/comments/{at.message}",
        "lines.show",
        hide_without_a_reason,
        REFUSED,
    ),
    Screen(
        "chat-ready-texts", DEV, lambda at: f"/incidents/{at.talked}", "incidents.show", pick_a_ready_text
    ),
    Screen("chat-coordinator", BEN, lambda at: f"/incidents/{at.talked}", "incidents.show", slow_it_down),
    Screen("channels", BEN, "/s/wickford/channels", "channels.all_channels"),
    Screen("channels-none", BEN, "/s/quiet/channels", "channels.all_channels"),
    Screen(
        "channels-refused", BEN, "/s/wickford/channels", "channels.all_channels", open_no_channel, REFUSED
    ),
    Screen("channel", ASHA, "/s/wickford/channels", "channels.show", open_the_last_channel),
    Screen("channel-announcements", ASHA, "/s/wickford/channels", "channels.show", open_the_first_channel),
    Screen("channel-message", BEN, "/s/wickford/channels", "channels.line", open_a_message_of_it),
    Screen("texts", ELLEN, "/police/texts", "canned.texts"),
    Screen("text", ELLEN, "/police/texts", "canned.show", change_a_ready_text),
    Screen("text-refused", ELLEN, "/police/texts", "canned.texts", add_an_empty_text, REFUSED),
    Screen("request-new", DEV, lambda at: f"/incidents/{at.talked}/requests/new", "requests.new"),
    Screen(
        "request-refused",
        DEV,
        lambda at: f"/incidents/{at.talked}/requests/new",
        "requests.new",
        ask_by_a_bad_link,
        REFUSED,
    ),
    Screen("request", ASHA, lambda at: f"/requests/{at.asked}", "requests.show"),
    Screen(
        "request-empty-answer",
        ASHA,
        lambda at: f"/requests/{at.asked}",
        "requests.show",
        answer_nothing,
        REFUSED,
    ),
    Screen("request-police", DEV, lambda at: f"/requests/{at.asked}", "requests.show"),
    Screen("request-answered", DEV, "/requests", "requests.show", open_what_was_answered),
    Screen("request-of-others", LEO, lambda at: f"/requests/{at.asked}", "requests.show"),
    Screen("asked", ASHA, "/requests", "requests.index"),
    Screen("bulletins", ASHA, "/s/wickford/bulletins", "bulletins.of_scheme"),
    Screen("bulletins-kind", ASHA, "/s/wickford/bulletins?kind=minutes", "bulletins.of_scheme"),
    Screen("bulletins-none", BEN, "/s/quiet/bulletins", "bulletins.of_scheme"),
    Screen("bulletins-police", DEV, "/bulletins", "bulletins.everywhere"),
    Screen("bulletin-warning", ASHA, lambda at: f"/bulletins/{at.warning}", "bulletins.show"),
    Screen("bulletin-advice", ASHA, lambda at: f"/bulletins/{at.advice}", "bulletins.show"),
    Screen("bulletin-mine", BEN, lambda at: f"/bulletins/{at.announced}", "bulletins.show"),
    Screen("bulletin-readers", BEN, lambda at: f"/bulletins/{at.warning}/readers", "bulletins.who_has_read"),
    Screen("bulletin-versions", ASHA, lambda at: f"/bulletins/{at.advice}/versions", "bulletins.versions"),
    Screen("bulletin-choose", DEV, "/bulletins/new", "bulletins.new"),
    Screen("bulletin-new", DEV, "/bulletins/new?kind=warning&template=counterfeit", "bulletins.new"),
    Screen("bulletin-where", BEN, "/bulletins/new?kind=warning", "bulletins.new", show_where_it_holds),
    Screen("bulletin-refused", BEN, "/bulletins/new?kind=warning", "bulletins.new", warn_of_nothing, REFUSED),
    Screen("bulletin-advise", BEN, "/bulletins/new?kind=advice", "bulletins.new"),
    Screen("bulletin-correct", BEN, lambda at: f"/bulletins/{at.announced}/correction", "bulletins.ask_what"),
    Screen("bulletin-appeal", ASHA, lambda at: f"/bulletins/{at.appeal}", "bulletins.show"),
    Screen(
        "bulletin-files",
        DEV,
        "/bulletins/new?kind=appeal",
        "bulletins.new",
        add_a_picture_and_say_nothing,
        REFUSED,
    ),
    Screen(
        "bulletin-files-correct",
        DEV,
        lambda at: f"/bulletins/{at.appeal}/correction",
        "bulletins.ask_what",
        show_the_files,
    ),
    Screen("bulletin-missing-new", DEV, "/bulletins/new?kind=missing", "bulletins.new"),
    Screen("cap", BEN, "/s/wickford/cap", "cap.subscribers", give_an_address),
    Screen("cap-none", BEN, "/s/quiet/cap", "cap.subscribers"),
    Screen("bulletin-recall", BEN, lambda at: f"/bulletins/{at.announced}/recall", "bulletins.ask_why"),
    Screen("share-incident", BEN, lambda at: f"/incidents/{at.mine}/shares", "sharing.ask_incident"),
    Screen("share-bulletin", DEV, lambda at: f"/bulletins/{at.advice}/shares", "sharing.ask_bulletin"),
    Screen(
        "share-given",
        BEN,
        lambda at: f"/incidents/{at.filmed}",
        "incidents.show",
        show_whom_it_is_shared_with,
    ),
    Screen("shared-with-us", ASHA, "/s/wickford/shared", "sharing.of_scheme"),
    Screen("shared-with-us-none", BEN, "/s/quiet/shared", "sharing.of_scheme"),
    Screen("shared-incident", ASHA, lambda at: f"/shared/{at.shared}", "sharing.show"),
    Screen(
        "bulletin-offline",
        ASHA,
        lambda at: f"/bulletins/{at.warning}",
        "pwa.offline",
        read_a_bulletin_offline,
        LOST,
    ),
    Screen("asked-none", LEO, "/requests", "requests.index"),
    Screen("requests-police", DEV, "/requests", "requests.index"),
    Screen("advice", ASHA, "/s/wickford/advice", "advice.shelf"),
    Screen("advice-narrowed", ASHA, "/s/wickford/advice?kind=make_off&premises=fuel", "advice.shelf"),
    Screen("advice-nothing", ASHA, "/s/wickford/advice?q=zeppelin", "advice.shelf"),
    Screen("advice-piece", ASHA, "/s/wickford/advice/counterfeit-notes-check", "advice.show"),
    Screen("advice-incident", DEV, lambda at: f"/incidents/{at.urgent}", "incidents.show", show_what_helps),
    Screen("advice-send", DEV, lambda at: f"{SPIKING}/send?incident={at.urgent}", "advice.new"),
    Screen("advice-send-refused", BEN, f"{SPIKING}/send", "advice.new", send_too_much_advice, REFUSED),
    Screen("advice-ours", ASHA, "/s/wickford/advice/ours", "advice.ours"),
    Screen("advice-ours-none", BEN, "/s/wickford/advice/ours", "advice.ours"),
    Screen("advice-given", ASHA, lambda at: f"/advice/{at.advised}", "advice.given"),
    Screen("advice-given-police", DEV, lambda at: f"/advice/{at.advised}", "advice.given"),
    Screen("advice-withdraw", DEV, lambda at: f"/advice/{at.advised}/withdrawal", "advice.ask_why"),
    Screen("advice-all", DEV, "/s/wickford/advice/given", "advice.all_given"),
    Screen("advice-all-none", BEN, "/s/quiet/advice/given", "advice.all_given"),
    Screen("abuse", BEN, "/s/wickford/abuse", "lines.abuse"),
    Screen("abuse-none", BEN, "/s/quiet/abuse", "lines.abuse"),
    Screen("need-help", ASHA, "/s/wickford/need-help", "safety.need"),
    Screen("help-call", BEN, "/s/quiet/need-help", "safety.show", press_for_help),
    Screen("help-over", BEN, "/s/quiet/", "safety.show", say_all_clear),
    Screen("help-responders", BEN, "/s/wickford/settings/responders", "safety.responders"),
    Screen("roll-new", BEN, "/s/wickford/roll-call", "care.roll"),
    Screen("roll-count", BEN, "/s/wickford/roll-call", "care.count_roll", ask_who_is_safe),
    Screen("roll", ASHA, "/s/wickford/", "care.show_roll", open_what_is_asked),
    Screen("roll-over", BEN, "/s/wickford/roll-call", "care.count_roll", end_the_roll_call),
    Screen("welfare", ASHA, lambda at: f"/welfare/{at.welfare}", "care.how_are_you"),
    Screen("welfare-list", BEN, "/s/wickford/welfare", "care.read_welfare"),
    Screen("welfare-none", BEN, "/s/quiet/welfare", "care.read_welfare"),
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
    Screen("search-told", ASHA, "/search?q=notes", "home.search"),
    Screen("search-nothing", ASHA, "/search?q=zeppelin", "home.search"),
    Screen("settings", BEN, "/s/wickford/settings", "settings.show"),
    Screen(
        "settings-both", BEN, "/s/wickford/settings", "settings.show", another_coordinator_decided, REFUSED
    ),
    Screen("readers", BEN, "/s/wickford/settings/readers", "settings.readers"),
    Screen("readers-none", BEN, "/s/quiet/settings/readers", "settings.readers"),
    Screen("kinds", BEN, "/s/wickford/settings/kinds", "settings.kinds"),
    Screen("kinds-refused", BEN, "/s/wickford/settings/kinds", "settings.kinds", add_nothing, REFUSED),
    Screen("about", ASHA, "/s/wickford/about", "settings.about"),
    Screen("desk", DEV, "/desk", "home.desk"),
    Screen("desk-ordered", DEV, "/desk?scheme=wickford&district=nowhere", "home.desk", tell_the_order),
    Screen("alerts", ASHA, "/alerts", "alerts.settings"),
    Screen("alerts-deaf", IVY, "/alerts", "alerts.settings"),
    Screen("feed-deaf", IVY, "/s/wickford/", "incidents.feed"),
    Screen("reach", ASHA, lambda at: f"/incidents/{at.mine}/reach", "incidents.reach"),
    Screen(
        "incident-reach", ASHA, lambda at: f"/incidents/{at.mine}", "incidents.show", show_who_was_reached
    ),
    Screen("wakes", ASHA, "/s/wickford/alerts", "wake.show"),
    Screen("wakes-hours", ASHA, "/s/wickford/alerts", "wake.show", choose_own_hours),
    Screen("wakes-each-hour", ASHA, "/s/wickford/alerts", "wake.show", open_each_hour),
    Screen("week", ASHA, "/s/wickford/newsletter", "letters.newsletter"),
    Screen("week-quiet", BEN, "/s/quiet/newsletter", "letters.newsletter"),
    Screen("alerts-check", ASHA, "/alerts/check", "check.look"),
    Screen("install", None, "/install", "pwa.install"),
    Screen("clip", DEV, lambda at: f"/clips/{at.clip}", "evidence.clip"),
    Screen("clip-member", ASHA, lambda at: f"/clips/{at.clip}", "evidence.clip"),
    Screen("clip-recorder", DEV, lambda at: f"/clips/{at.recorder}", "evidence.clip"),
    Screen("clip-sent", ASHA, lambda at: f"/incidents/{at.filmed}", "incidents.show", add_a_clip),
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
