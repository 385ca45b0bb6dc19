"""Who may read a bulletin finds it by its words, for as long as they may; nobody finds what was answered to it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from shopalert.bulletins.models import Bulletin, BulletinPassage
from shopalert.db import now, writing
from shopalert.incidents import index
from shopalert.incidents.models import KnownWord
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.bulletins.conftest import WORDS
from tests.bulletins.test_missing import NAME, notice
from tests.people import ASHA, BEN, CAROL, DEV, IVY, OLU


def searched(town, person, words, more=""):
    text = town.browsers[person].get(f"/search?q={quote(words)}{more}").text
    return text.split("<main")[1].partition("</main>")[0]


def finds(town, person, words, bulletin=None, more=""):
    """Whether the page of the search leads to it, or to any bulletin."""
    return f'href="/bulletins/{bulletin or ""}' in searched(town, person, words, more)


def completed(town, person, words):
    return town.browsers[person].get(f"/search/words?q={quote(words)}").text.split("<main")[1].count("<li>")


@pytest.mark.parametrize(
    "words",
    ["quillfeather", "TWENTIES", "twenty", "quillf", "both sides", "counterfeit", "AH42", "paper thick"],
)
def test_title_text_and_fields_are_found_in_its_schemes_alone(town, words):
    bulletin = town.warn()
    assert finds(town, ASHA, words, town.of(bulletin, "wickford"))
    assert finds(town, CAROL, words, town.of(bulletin, "billericay"))
    assert not finds(town, OLU, words)
    assert not finds(town, ASHA, "hedgerow")


def test_a_slip_is_forgiven_and_said(town):
    bulletin = town.advise()
    assert finds(town, ASHA, "quilfeather", bulletin)
    assert "Did you mean" in searched(town, ASHA, "quilfeather")
    assert not finds(town, OLU, "quilfeather") and "Did you mean" not in searched(town, OLU, "quilfeather")
    assert completed(town, ASHA, "quillf") == 1 and completed(town, OLU, "quillf") == 0


def test_a_publication_of_two_schemes_stands_there_once_for_who_reads_both(town):
    town.warn()
    main = searched(town, DEV, "quillfeather")
    assert main.count("<article") == 1 and "Billericay" in main and "Wickford" in main
    assert finds(town, DEV, "quillfeather", more="&scheme=wickford")
    assert "In none" not in main


def test_it_stands_beside_incidents_and_kinds_of_incident_leave_it_out(town):
    bulletin = town.advise()
    incident = town.world.report(ASHA, narrative="A quillfeather hat was taken.")
    main = searched(town, IVY, "quillfeather")
    assert f"/bulletins/{bulletin}" in main and f"/incidents/{incident}" in main
    assert main.index("Advice and warnings") < main.index("Incidents")
    narrowed = searched(town, IVY, "quillfeather", "&category=fraud")
    assert "/bulletins/" not in narrowed
    tomorrow = (now() + timedelta(days=2)).date()
    assert not finds(town, IVY, "quillfeather", more=f"&since={tomorrow}")


def test_corrected_it_is_found_by_its_new_words_alone(town):
    bulletin = town.advise(text="Hedgerow seven")
    assert finds(town, ASHA, "hedgerow", bulletin)
    assert town.correct(BEN, bulletin, text="Larkspindle nine").status_code == 303
    assert finds(town, ASHA, "larkspindle", bulletin)
    assert not finds(town, ASHA, "hedgerow") and completed(town, ASHA, "hedgerow") == 0


def test_recalled_nobody_finds_it(town):
    bulletin = town.advise()
    assert finds(town, ASHA, "quillfeather", bulletin)
    assert town.do(BEN, bulletin, "recall", why="It was wrong").status_code == 303
    for person in (ASHA, BEN, DEV):
        assert not finds(town, person, "quillfeather") and completed(town, person, "quillf") == 0


def test_what_comes_out_later_is_found_when_it_is_out(town):
    bulletin = town.advise(publish_at=field_time(now() + timedelta(hours=2)))
    assert not finds(town, ASHA, "quillfeather") and completed(town, BEN, "quillf") == 0
    assert town.wait(hours=3) == 1
    assert finds(town, ASHA, "quillfeather", bulletin)


def test_a_warning_that_is_over_is_found_as_over(town):
    bulletin = town.of(town.warn(), "wickford")
    assert town.wait(days=2)
    assert finds(town, ASHA, "quillfeather", bulletin) and "Over" in searched(town, ASHA, "quillfeather")


def test_one_that_is_pinned_for_few_is_found_by_all_who_read_the_list(town):
    site = str(town.world.premises["Harper's"])
    bulletin = town.warn(DEV, "wickford", where="premises", premises=site, near_only="y")
    for person in (ASHA, IVY):
        assert town.reads(person, "/s/wickford/bulletins") and finds(town, person, "quillfeather", bulletin)


def test_a_missing_person_is_found_while_people_look_and_is_never_suggested(town):
    bulletin = notice(town)
    for words in ("margery", "Larkspindle", "thornapple", "marge"):
        assert finds(town, ASHA, words, bulletin), words
    assert not finds(town, OLU, "margery")
    assert not finds(town, ASHA, "margary") and completed(town, ASHA, "marge") == 0
    assert town.do(DEV, bulletin, "all-clear").status_code == 303
    for person in (ASHA, BEN, DEV):
        assert not finds(town, person, "margery") and NAME not in searched(town, person, "larkspindle")
    assert nothing_is_kept(town, bulletin)


def test_a_missing_person_is_not_found_from_the_end_on_even_before_the_clock_has_looked(town):
    bulletin = notice(town)
    assert finds(town, ASHA, "margery", bulletin)
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        for row in session.scalars(sa.select(Bulletin)):
            row.ends_at = now() - timedelta(seconds=1)
    for person in (ASHA, BEN, DEV):
        assert not finds(town, person, "margery")
    assert not nothing_is_kept(town, bulletin)  # the clock comes after
    town.wait(seconds=1)
    assert nothing_is_kept(town, bulletin)


def nothing_is_kept(town, bulletin):
    with town.world.app.app_context(), crossing("command") as session:
        of = BulletinPassage.bulletin_id == uuid.UUID(bulletin)
        return session.scalar(sa.select(sa.func.count()).select_from(BulletinPassage).where(of)) == 0


def test_replies_and_answers_are_found_by_nobody(town):
    bulletin = town.publish(DEV, "wickford", kind="appeal")
    said = {"client_id": str(uuid.uuid4())}
    assert town.do(ASHA, bulletin, "replies", text="Zebrafinch reply", **said).status_code == 303
    told = {"client_id": str(uuid.uuid4()), "name": "Okapihouse", "text": "Gnusnort answer"}
    assert town.do(IVY, bulletin, "answers", **told).status_code == 303
    for person in (ASHA, IVY, BEN, DEV):
        for words in ("zebrafinch", "okapihouse", "gnusnort"):
            assert not finds(town, person, words), (person.name, words)
            assert completed(town, person, words[:6]) == 0
        assert finds(town, person, "quillfeather", bulletin)


def test_police_who_see_only_what_they_were_told_of_find_bulletins(town):
    bulletin = town.advise()
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(
            sa.update(Scheme).where(Scheme.slug == "wickford").values(officers_see_unreported=False)
        )
    town.world.report(ASHA, narrative="Quillfeather untold")
    main = searched(town, DEV, "quillfeather")
    assert f"/bulletins/{bulletin}" in main and "untold" not in main


def test_what_stood_before_the_index_is_read_by_it_and_the_index_can_be_made_anew(town):
    bulletin, missing = town.advise(), notice(town)
    again = town.warn()
    town.do(DEV, again, "recall", why="No")
    with town.world.app.app_context(), crossing("command") as session, writing(session):
        index.forget_all(session)
    assert not finds(town, ASHA, "quillfeather")
    with town.world.app.app_context():
        assert index.catch_up() == 3  # the advice, and the notice in its two schemes
        assert index.catch_up() == 0
    assert finds(town, ASHA, "quillfeather", bulletin) and finds(town, ASHA, "margery", missing)
    with town.world.app.app_context(), crossing("command") as session:
        words = set(session.scalars(sa.select(KnownWord.word)))
    assert {"quillfeather", "twenties"} <= words and "margery" not in words


def test_the_words_themselves_are_no_markup(town):
    bulletin = town.advise(title=f"<script>x</script> {WORDS}", text="<img src=x> **bold** quillfeather")
    main = searched(town, ASHA, "quillfeather")
    assert bulletin in main and "<script>x" not in main and "<img src=x" not in main and "**" not in main
