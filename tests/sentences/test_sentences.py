"""No sentence of an answer that nobody has reviewed: not one that is said here, not one that the code could say."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from ecomap.model.result import Result
from tests.sentences.projects import PROJECTS, answers
from tests.sentences.reading import Message, of_answer, of_code
from tests.sentences.reviewed import Review, read, strong

_SHORTEST = 12  # letters of a reason that says something


@functools.cache
def reviewed() -> dict[Message, Review]:
    return {review.message: review for review in read()}


@pytest.mark.parametrize("project", PROJECTS)
def test_every_sentence_of_every_question_is_reviewed(project: str) -> None:
    make, asked = PROJECTS[project]
    code, unknown = of_code(), set()
    said: Iterator[tuple[str, Result]] = answers(make(), asked(), lambda *_: None)
    count = 0
    for name, result in said:
        count += 1
        unknown |= {f"{name}, {kind}: {message.many or message.one}" for kind, message in of_answer(result)
                    if message in code and message not in reviewed()}
    assert count >= 19                      # of 21 questions, two need tables that not every project has
    assert not unknown, "run tools/sentences.py, and write the reason of each into tests/sentences/reviewed.csv"


def test_every_sentence_that_the_code_could_say_is_reviewed() -> None:
    unknown = {f"{room}: {message.one}" for message, room in of_code().items() if message.one.endswith(".") and message not in reviewed()}
    assert not unknown


def test_nothing_is_reviewed_that_is_no_longer_said() -> None:
    assert {message.one for message in reviewed() if message not in of_code()} == set()


def test_every_message_has_a_reason() -> None:
    assert [review.message.one for review in reviewed().values() if len(review.reason) < _SHORTEST] == []


def test_a_strong_word_says_what_it_rests_on() -> None:
    assert [review.message.one for review in reviewed().values() if strong(review.message) and not review.rests_on] == []


@pytest.mark.parametrize("words", ["the first is certain", "No plan reaches more", "Whatever is chosen", "not significant", "is never lower"])
def test_strong_words_are_found(words: str) -> None:
    assert strong(Message(words))
    assert strong(Message("one", words))


def test_counting_and_plain_words_are_not_strong() -> None:
    assert not strong(Message("{n} schools have no number", "{n} areas are among the highest"))
