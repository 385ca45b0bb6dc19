"""Questions that come at once are asked at once: one look at the database answers all who wait for it.

Nothing is kept. An answer is read after its question came, so that it is as true as if it had been asked alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

AT_MOST = 250  # questions of one look


class Look(Generic[Question, Answer]):
    """Some questions, and what came of them."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.answers: Sequence[Answer] | None = None
        self.fault: Exception | None = None
        self.over = threading.Event()


class Together(Generic[Question, Answer]):
    """`answer` is given all questions of a look and gives their answers, in order."""

    def __init__(self, answer: Callable[[list[Question]], Sequence[Answer]]) -> None:
        self.answer = answer
        self.door, self.turn = threading.Lock(), threading.Lock()
        self.next: Look[Question, Answer] | None = None

    def ask(self, question: Question) -> Answer:
        """Whoever comes first lets the others come, and asks for all. What goes wrong goes wrong for each of them."""
        with self.door:
            look = self.next
            leads = look is None or len(look.questions) >= AT_MOST
            if look is None or leads:
                look = self.next = Look()
            number = len(look.questions)
            look.questions.append(question)
        if leads:
            self.lead(look)
        else:
            look.over.wait()
        if look.fault is not None:
            raise look.fault
        if look.answers is None:  # whoever asked for all was ended meanwhile
            return self.ask(question)
        return look.answers[number]

    def lead(self, look: Look[Question, Answer]) -> None:
        try:
            time.sleep(0)
            with self.turn:  # while one look lasts the next one gathers
                with self.door:
                    if self.next is look:
                        self.next = None
                look.answers = self.answer(look.questions)
        except Exception as fault:
            look.fault = fault
        finally:
            with self.door:
                if self.next is look:
                    self.next = None
            look.over.set()
