"""What a force still needs, when to ring 999, when the police attend; and what each force's data say."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shopalert.police.forces import Unreadable, asks
from shopalert.police.meter import grounds_999, grounds_to_attend, meter
from shopalert.police.vocabulary import NEED, NEEDS

NONE = Path("/nonexistent")
SCOTLAND, ESSEX, ANY = (asks(name, NONE, 0) for name in ("Police Scotland", "Essex Police", "Elsewhere"))


@dataclass
class Report:
    category_code: str = "shop_theft"
    narrative: str = ""
    occurred_at: Any = datetime(2026, 11, 24, tzinfo=UTC)
    premises_id: Any = None
    people: list[Any] = field(default_factory=list)
    people_count: int | None = None
    vehicles: list[Any] = field(default_factory=list)
    goods: list[Any] = field(default_factory=list)
    value_lost_pence: int | None = None
    violence: bool = False
    weapon: bool = False
    flags: list[Any] = field(default_factory=list)
    came_to: str = ""
    happening_now: bool = False


@dataclass
class Beside:
    contact_name: str = ""
    contact_number: str = ""
    available: str = ""
    cctv: str = ""
    support: str = ""
    reported_elsewhere: str = ""
    evidence: str = ""


WHOLE = Report(
    narrative="Filled a pram.", premises_id=1, people=[{"sex": "f"}], vehicles=[{"type": "van"}], goods=[{"what": "x"}],
    value_lost_pence=0,
)  # fmt: skip
ANSWERED = Beside(*("x" for _ in fields(Beside)))


def missing(report: Any, beside: Any = None, of: Any = ANY) -> list[str]:
    return [need.code for need in meter(of.needs, report, beside).missing]


def test_a_whole_report_lacks_nothing_and_an_empty_one_all_but_its_time():
    full = meter(ANY.needs, WHOLE, ANSWERED)
    assert full.full and full.there == len(full.needed) == 13
    empty = meter(ANY.needs, Report(), None)
    assert empty.there == 1 and len(empty.missing) == 11  # no vehicle is asked of a theft without one
    assert all(need.ask.endswith(".") for need in empty.missing)


@pytest.mark.parametrize("need", [need.code for need in NEEDS if need.where == "details"])
def test_each_thing_beside_the_report_is_missed_alone(need):
    without = Beside(**{**vars(ANSWERED), NEED[need].field: ""})
    assert missing(WHOLE, without) == [need]


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"narrative": "  "}, ["happened"]), ({"premises_id": None}, ["place"]), ({"goods": []}, ["goods"]),
        ({"value_lost_pence": None}, ["value"]), ({"people": []}, ["description"]), ({"vehicles": []}, []),
        ({"category_code": "make_off", "vehicles": []}, ["vehicle"]),
        ({"category_code": "threats_abuse", "goods": [], "value_lost_pence": None}, []),
        ({"came_to": "prevented", "goods": [], "value_lost_pence": None}, []),
    ],
)  # fmt: skip
def test_what_is_asked_depends_on_what_happened(change, lacks):
    assert missing(Report(**{**vars(WHOLE), **change}), ANSWERED) == lacks


def test_forces_ask_in_their_own_order():
    assert [need.code for need in SCOTLAND.needs][:3] == ["when", "place", "happened"]
    assert "support" not in [need.code for need in SCOTLAND.needs]
    assert [need.code for need in ESSEX.needs] == [need.code for need in ANY.needs]
    assert ESSEX.form != ANY.form and ESSEX.form.startswith("https://")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(flags=["injury"]), []),  # it is over
        (Report(flags=["injury"], happening_now=True), ["Somebody is hurt"]),
        (Report(category_code="robbery", happening_now=True), ["serious offence"]),
        (Report(weapon=True, happening_now=True), ["Violence is used"]),
        (Report(category_code="threats_abuse", happening_now=True), ["about to be"]),
        (Report(category_code="threats_abuse"), []),
        (Report(category_code="damage", happening_now=True), ["Property"]),
        (Report(flags=["detained"], happening_now=True), ["A person is held"]),
        (Report(happening_now=True), []),
    ],
)
def test_999_where_a_ground_is_true(report, words):
    found = grounds_999(report)
    assert len(found) == len(words) and all(part in said for part, said in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("report", "beside", "words"),
    [
        (Report(), None, []),
        (Report(violence=True), None, ["Violence was used"]),
        (Report(flags=["detained"]), None, ["A person is held"]),
        (Report(flags=["detained", "repeat"]), None, ["done it before"]),
        (Report(violence=True), Beside(evidence="yes"), ["Violence", "evidence"]),
        (Report(), Beside(evidence="no"), []),
    ],
)
def test_the_police_attend_where_a_ground_is_true(report, beside, words):
    found = grounds_to_attend(report, beside)
    assert len(found) == len(words) and all(part in said for part, said in zip(words, found, strict=True))


# ---- numbers


@pytest.mark.parametrize(
    ("force", "kind", "number", "odd"),
    [
        ("Essex Police", "crime", "42/123456/26", False), ("Essex Police", "crime", "26000123456", True),
        ("Northamptonshire Police", "crime", "26000123456", False),
        ("Northamptonshire Police", "crime", "2600012345", True),
        ("Northamptonshire Police", "crime", "٢٦٠٠٠١٢٣٤٥٦", True),
        ("Elsewhere", "crime", "CR/12345/26", False), ("Elsewhere", "crime", "LOST", True),
        ("Elsewhere", "crime", "", False),
        ("Elsewhere", "incident", "0421 OF 26/11/2026", False), ("Elsewhere", "online", "BCA-12345-26-4200-00", False),
        ("Elsewhere", "online", "?", True),
    ],
)  # fmt: skip
def test_what_a_number_looks_like(force, kind, number, odd):
    found = asks(force, NONE, 0)
    assert found.odd(kind, number) is odd
    assert not found.odd(kind, found.numbers[kind].example.upper())


def test_a_force_may_be_changed_for_one_instance(tmp_path):
    own = tmp_path / "forces.toml"
    own.write_text('["Essex Police"]\nneeds = ["happened", "when"]\ncall = "0300"\n')
    found = asks("Essex Police", own, 1)
    assert [need.code for need in found.needs] == ["happened", "when"]
    assert (found.call, found.form) == ("0300", ESSEX.form)
    assert asks("Elsewhere", own, 1).needs == ANY.needs
    own.write_text('[default]\nform = "https://report.example/"\n')
    assert asks("Elsewhere", own, 2).form == "https://report.example/"
    assert asks("Essex Police", own, 2).form == ESSEX.form, (
        "what a force says itself comes before the default"
    )


@pytest.mark.parametrize(
    "text", ["[default", '[default]\nneeds = ["luck"]', '[default]\nform = "http://plain.example"',
             "[default.numbers]\ncrime = { pattern = '(', example = 'x' }"],
)  # fmt: skip
def test_a_file_that_says_nonsense_is_named(tmp_path, text):
    own = tmp_path / "forces.toml"
    own.write_text(text)
    with pytest.raises(Unreadable, match=r"forces\.toml"):
        asks("Elsewhere", own, hash(text))
