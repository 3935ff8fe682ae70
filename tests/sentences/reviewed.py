"""The reviewed file: one row per message, with the room that says it, where it was met, and the reason why it holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from attrs import frozen

from ecomap.model.result import Result
from tests.sentences.reading import Message, of_answer, of_code

FILE: Final = Path(__file__).parent / "reviewed.csv"
NOT_MET: Final = "not on these projects"
_COLUMNS: Final = ("room", "where", "message", "many", "reason", "rests_on")
# Words that promise more than a number does: none may stand without what it rests on.
STRONG: Final = re.compile(
    r"\b(certain|certainly|certainty|proven|proof|proved|surely|sure|whatever|whichever|significant|insignificant|always|never|guaranteed?|"
    r"exact|exactly|impossible|undoubtedly|obviously|definitely|no (plan|order|single|other school|smaller)|the best|chance)\b", re.IGNORECASE)
Seen = tuple[Message, str, str]


@frozen
class Review:
    """A message; ``room``: the module of analysis; ``where``: question and kind; ``reason``: why the claim holds;
    ``rests_on``: for a strong word, what it rests on and where a reader finds it."""

    message: Message
    room: str
    where: str
    reason: str
    rests_on: str = ""


def strong(message: Message) -> bool:
    """Whether a message uses a word that must rest on something said."""
    return bool(STRONG.search(message.one) or STRONG.search(message.many))


def said_by(results: Iterable[Result]) -> list[Seen]:
    """The messages to review: all that answers show, and every sentence in the code that they did not happen to show.

    Names out of the data that ships with EcoMap (places, kinds of service) are no sentences of an answer.
    """
    met: dict[Message, set[str]] = {}
    for result in results:
        for kind, message in of_answer(result):
            met.setdefault(message, set()).add(f"{result.analysis}: {kind}")
    wanted = [(message, room) for message, room in of_code().items() if message in met or message.one.endswith(".")]
    return [(message, room, "; ".join(sorted(met.get(message, {NOT_MET})))) for message, room in sorted(
        wanted, key=lambda pair: (pair[1], pair[0].one, pair[0].many))]


def read() -> list[Review]:
    """The rows of the file."""
    if not FILE.is_file():
        return []
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [Review(Message(row["message"], row["many"]), row["room"], row["where"], row["reason"], row.get("rests_on") or "") for row in csv.DictReader(stream)]


def write(reviews: Iterable[Review]) -> None:
    """The file again, sorted as the rooms and messages are."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows((one.room, one.where, one.message.one, one.message.many, one.reason, one.rests_on)
                   for one in sorted(reviews, key=lambda one: (one.room, one.message.one, one.message.many)))
    FILE.write_text(out.getvalue(), encoding="utf-8")
