"""Questions that come at once share one look, and no answer is older than its question."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shopalert.together import Together


class Desk:
    """Answers with how often it was asked; it can be made to wait."""

    def __init__(self):
        self.looks, self.may = [], threading.Event()
        self.may.set()

    def answer(self, questions):
        self.looks.append(list(questions))
        number = len(self.looks)
        assert self.may.wait(10)
        if "bad" in questions:
            raise ValueError("bad")
        return [(each, number) for each in questions]


def ask_while_busy(desk, questions):
    """Ask one, and the others while it is looked for."""
    together = Together(desk.answer)
    desk.may.clear()
    with ThreadPoolExecutor(len(questions) + 1) as crowd:
        first = crowd.submit(together.ask, "first")
        while not desk.looks:
            pass
        others = [crowd.submit(together.ask, each) for each in questions]
        while together.next is None or len(together.next.questions) < len(questions):
            pass
        desk.may.set()
        return first, others


def test_who_comes_during_a_look_is_answered_by_the_next():
    desk = Desk()
    first, others = ask_while_busy(desk, ["a", "b", "c"])
    assert first.result() == ("first", 1)
    assert [each.result() for each in others] == [("a", 2), ("b", 2), ("c", 2)]
    assert len(desk.looks) == 2


def test_what_goes_wrong_goes_wrong_for_all_of_that_look_and_for_no_other():
    desk = Desk()
    first, others = ask_while_busy(desk, ["a", "bad"])
    assert first.result() == ("first", 1)
    for each in others:
        with pytest.raises(ValueError, match="bad"):
            each.result()
    desk = Desk()
    assert Together(desk.answer).ask("after") == ("after", 1)


def test_a_crowd_larger_than_a_look_is_answered_whole(monkeypatch):
    monkeypatch.setattr("shopalert.together.AT_MOST", 2)
    desk = Desk()
    together = Together(desk.answer)
    with ThreadPoolExecutor(20) as crowd:
        found = list(crowd.map(together.ask, range(200)))
    assert [question for question, _ in found] == list(range(200))
    assert max(len(look) for look in desk.looks) <= 2


def test_who_was_left_alone_asks_again():
    """The one who asked for all was ended in the middle."""
    desk, gone = Desk(), []

    def answer(questions):
        if not gone:
            gone.append(questions)
            assert desk.may.wait(10)
            raise SystemExit
        return desk.answer(questions)

    together, left = Together(answer), []
    desk.may.clear()

    def leader():
        with pytest.raises(SystemExit):
            together.ask("first")
        left.append(True)

    thread = threading.Thread(target=leader)
    with together.turn, ThreadPoolExecutor(1) as crowd:
        thread.start()
        while together.next is None:
            pass
        other = crowd.submit(together.ask, "other")
        while len(together.next.questions) < 2:
            pass
        together.turn.release()
        desk.may.set()
        assert other.result(10) == ("other", 1)
        together.turn.acquire()
    thread.join()
    assert left
