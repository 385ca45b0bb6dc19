"""The invented town: the same each time, calibrated, in the words of the house, with its plan kept as truth."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from shopalert.demo import places, rhythm, stills, trades, truth
from shopalert.demo.shapes import each
from shopalert.demo.world import build, counters, fingerprint
from shopalert.incidents.vocabulary import CODES

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
# Among others; a name of ours that holds one of these words is somebody's.
CHAINS = each(
    """
    aldi argos asda b&m barclays boots burton clarks co-op costa coral currys debenhams dunelm fenwick
    greggs halfords halifax h&m hmv holland hotter iceland jd joules lidl lloyds lush m&s marks matalan
    mcdonald monsoon morrisons natwest nisa o2 ocado peacocks poundland poundstretcher premier primark
    pret sainsbury santander savers screwfix smith smyths spar specsavers sports-direct starbucks
    superdrug tesco tk tkmaxx vodafone waitrose waterstones wetherspoon wh whsmith wickes wilko zara
    """
)


@pytest.fixture(scope="module")
def world():
    return build(NOW)


def test_same_seed_same_town(world):
    assert fingerprint(build(NOW)) == fingerprint(world)
    assert fingerprint(build(NOW, "kent")) != fingerprint(world)


def test_another_day_is_as_good():
    for now in ((2026, 12, 27, 3, 10), (2027, 1, 20, 23, 59), (2026, 10, 25, 1, 30)):
        other = build(datetime(*now, tzinfo=UTC))
        assert len(other.incidents) == sum(scheme.incidents for scheme in places.SCHEMES)
        assert max(one.received_at for one in other.incidents) < other.now
        assert {one.category for one in other.incidents} == set(CODES)


def test_nineteen_schemes_in_twelve_districts(world):
    assert len(world.schemes) == 19 and len(world.districts) == 12
    assert Counter(scheme.kind for scheme in world.schemes) == {"retail": 15, "pubwatch": 4}
    assert (
        len({scheme.code for scheme in world.schemes}) == len({scheme.slug for scheme in world.schemes}) == 19
    )
    assert {scheme.district for scheme in world.schemes} < {district.slug for district in world.districts}


def test_no_real_firm(world):
    for firm in {one.business for one in world.premises.values()}:
        words = set(re.findall(r"[a-z0-9&-]+", firm.lower()))
        assert not words & set(CHAINS), firm


def test_nobody_is_twice(world):
    assert len({user.email for user in world.users.values()}) == len(world.users)
    assert len({user.name for user in world.users.values()}) == len(world.users)
    assert len({(one.user, one.scheme) for one in world.memberships}) == len(world.memberships)


def test_the_cast(world):
    places_of = {(one.user, one.scheme, one.role) for one in world.memberships}
    assert {("asha", "WIC", "member"), ("ben", "WIC", "coordinator"), ("carol", "BIL", "member")} <= places_of
    assert ("femi", "WIC", "member") in places_of
    asha = next(one for one in world.memberships if one.user == "asha")
    assert world.premises[asha.premises].business == "Harper's"
    assert next(one for one in world.memberships if one.user == "femi").removed_at == world.now - timedelta(
        days=1
    )
    assert world.users["dev"].rank_title == "PC 4417"
    basildon = {(one.user, one.role) for one in world.police if one.district == "basildon"}
    assert {("dev", "officer"), ("ellen", "commander")} <= basildon


def test_each_scheme_has_its_people(world):
    for scheme in world.schemes:
        here = world.members_of(scheme.code)
        assert 12 <= len(here) <= 33, scheme.name
        assert sum(one.role == "coordinator" for one in here) == 1
        assert any(one.role == "lead" for one in here)
    for district in world.districts:
        assert len(world.officers_of(district.slug)) == 2


def test_about_2500_over_90_days(world):
    assert 2400 <= len(world.incidents) <= 2600
    assert {one.category for one in world.incidents} == set(CODES)
    oldest = min(one.occurred_at for one in world.incidents)
    assert timedelta(days=85) < world.now - oldest <= timedelta(days=91)
    times = [one.received_at for one in world.incidents]
    assert times == sorted(times) and len(set(times)) == len(times)
    assert all(one.occurred_at <= one.received_at < world.now for one in world.incidents)


def test_no_narrative_twice(world):
    texts = [one.narrative for one in world.incidents]
    assert len(set(texts)) == len(texts)
    openings = Counter(" ".join(text.split()[:6]) for text in texts)
    assert openings.most_common(1)[0][1] < 20, openings.most_common(5)


PEOPLE = "(man|men|woman|women|male|males|female|females|lad|lads|boy|boys|girl|girls|youth|youths|lady)"
WRONG = re.compile(
    r"\b(thie(f|ves)|criminals?|shoplift\w*|offenders?|perp\w*|junkie|druggie|tramp|scum"
    r"|gypsy|traveller|asian|foreign\w*|european|african|immigrant\w*|IC[1-9]"
    rf"|(black|white|brown) {PEOPLE})\b",
    re.IGNORECASE,
)


def test_words_of_the_house(world):
    for incident in world.incidents:
        said = [
            incident.narrative,
            *(one.text for one in incident.comments),
            *(step.note for step in incident.steps),
        ]
        for text in said:
            assert not WRONG.search(text), text
            assert "{" not in text and "  " not in text and ",," not in text, text
            assert not text or text[0].isupper() or text[0].isdigit() or text[0] == "£", text


def test_a_tenth_is_grave(world):
    share = sum(one.grave for one in world.incidents) / len(world.incidents)
    assert 0.085 <= share <= 0.115


def test_few_people_stand_behind_most(world):
    by = Counter(one.person for one in world.incidents if one.person)
    top = by.most_common(len(by) // 10)
    assert sum(count for _, count in top) / sum(by.values()) > 0.6
    thefts = [one for one in world.incidents if one.category == "shop_theft"]
    assert 0.58 <= sum(by[one.person] > 1 for one in thefts) / len(thefts) <= 0.70
    assert by[truth.PROLIFIC] == truth.PROLIFIC_EVENTS


def test_one_in_three_is_talked_about_with_police(world):
    def talked(incident):
        open_to_all = [one for one in incident.comments if one.audience == "members"]
        return len({one.author for one in open_to_all}) >= 2 and any(one.by_police for one in open_to_all)

    assert 0.32 <= sum(map(talked, world.incidents)) / len(world.incidents) <= 0.40
    audiences = Counter(comment.audience for one in world.incidents for comment in one.comments)
    assert audiences["police"] > 80 and audiences["coordinators"] > 10
    officers = {role.user for role in world.police}
    for incident in world.incidents:
        for comment in incident.comments:
            assert incident.received_at < comment.at < world.now
            assert comment.by_police == (comment.author in officers)
            assert comment.by_police or comment.audience != "police"


def test_reported_share_to_police(world):
    numbered = [
        one for one in world.incidents if any(re.search(r"42/\d{6}/|EX-", c.text) for c in one.comments)
    ]
    assert 0.08 <= len(numbered) / len(world.incidents) <= 0.38
    numbers = re.findall(r"42/\d{6}/\d\d", " ".join(c.text for one in world.incidents for c in one.comments))
    assert len(set(numbers)) > 200


def test_essex_split(world):
    by_district = Counter(places.BY_CODE[one.scheme].district for one in world.incidents)
    order = [district for district, _ in by_district.most_common(3)]
    assert order[0] == "southend" and set(order[1:]) == {"thurrock", "chelmsford-maldon"}
    assert not by_district["braintree"] and not by_district["colchester"] and not by_district["uttlesford"]


def test_one_scheme_hardly_reports_and_one_has_a_radio(world):
    silent = [one for one in world.incidents if one.scheme == places.SILENT]
    members = {one.user for one in world.members_of(places.SILENT, "member")}
    assert sum(one.author in members for one in silent) / len(silent) < 0.2
    radio = world.members_of(places.RADIO)
    assert all(one.call_sign for one in radio) and any(one.role == "partner" for one in radio)


def test_rhythm(world):
    retail = [one for one in world.incidents if places.BY_CODE[one.scheme].kind == "retail"]
    pubs = [one for one in world.incidents if places.BY_CODE[one.scheme].kind == "pubwatch"]
    hours = Counter(one.occurred_at.astimezone(rhythm.LONDON).hour for one in retail)
    assert sum(hours[h] for h in range(10, 19)) / len(retail) > 0.7
    late = [
        one for one in pubs if one.occurred_at.astimezone(rhythm.LONDON).hour in {20, 21, 22, 23, 0, 1, 2}
    ]
    assert len(late) / len(pubs) > 0.6
    weekend = [one for one in pubs if one.occurred_at.astimezone(rhythm.LONDON).weekday() in {4, 5}]
    assert len(weekend) / len(pubs) > 0.45
    for one in world.incidents:
        if one.category not in rhythm.OPEN_NOT_NEEDED:
            assert rhythm.is_open(world.premises[one.premises], one.occurred_at), one


def test_four_series_of_five_to_nine(world):
    known = truth.truth_of(world)
    assert len(known["series"]) == 4
    for series in known["series"]:
        assert 5 <= len(series["incidents"]) <= 9
        assert len(set(series["incidents"])) == len(series["incidents"])


def test_one_rise_threefold(world):
    rise = truth.RISE
    theirs = [one for one in world.incidents if one.scheme == rise.scheme and one.category == rise.category]
    before = [one for one in theirs if not one.rise]
    base = len(before) / (rhythm.DAYS - rise.days)
    assert 0.2 <= base <= 2
    assert 2.6 <= (len(theirs) - len(before)) / rise.days / base <= 3.4


def test_references_and_counters(world):
    references = [one.reference for one in world.incidents]
    assert len(set(references)) == len(references)
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}-\d{5}", one) for one in references)
    last = counters(world)
    for scheme in world.schemes:
        numbers = [int(one.reference[-5:]) for one in world.incidents if one.scheme == scheme.code]
        assert numbers == sorted(numbers) and last[scheme.code, 2026] == numbers[-1]


def test_what_became_of_them(world):
    assert sum(bool(one.sightings) for one in world.incidents) > 200
    assert any(len(one.sightings) >= 4 for one in world.incidents)
    assert sum(bool(one.all_clear_at) for one in world.incidents) > 100
    assert 10 <= sum(bool(one.withdrawn_at) for one in world.incidents) <= 60
    for one in world.incidents:
        assert one.all_clear_at is None or one.in_progress
        assert not (one.withdrawn_at and (one.comments or one.stills))
        assert all(one.received_at <= step.at < world.now for step in one.steps)
        still_on = one.in_progress and not one.all_clear_at and not one.withdrawn_at
        assert not still_on or world.now - one.received_at < timedelta(hours=2)


def test_forty_stills_all_used(world):
    assert len(stills.STILLS) == 40
    used = {name for one in world.incidents for name in one.stills}
    assert used == {still.name for still in stills.STILLS}


def test_wickford_has_a_bad_week(world):
    week = [
        one
        for one in world.incidents
        if one.scheme == "WIC" and world.now - one.received_at < timedelta(days=7)
    ]
    assert len(week) >= 10 and any(one.stills for one in week) and any(one.comments for one in week)


def test_trades_are_whole():
    for trade in trades.BY_CODE.values():
        assert trade.goods and trade.corner and len(set(trade.names)) == len(trade.names)
