"""Bring the reviewed file of sentences up to date: which messages answers say, where, and why each holds.

    python tools/sentences.py            ask every question of the projects in tests/sentences, keep the reasons there are,
                                         leave the reason of what is new empty, drop what no answer can say any more
    python tools/sentences.py --check    only tell what is new, gone or without a reason

A reason is written by a person into tests/sentences/reviewed.csv: what the number is counted from, what the level, the setting
or the limit of a claim is. Where a message uses a strong word (certain, proven, no plan, whatever ...), the column rests_on says
on what: another message beside it, a test, a definition.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from attrs import evolve

from tests.sentences.projects import PROJECTS, answers
from tests.sentences.reading import Message, of_code
from tests.sentences.reviewed import Review, read, said_by, strong, write


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    seen = said_by(result for make, asked in PROJECTS.values() for _, result in answers(make(), asked(), _refused))
    known, code = {review.message: review for review in read()}, of_code()
    met = {message for message, _, _ in seen}
    # what another machine met (a plan that ran out of time) stays as long as the code can say it
    now = [*(_reviewed(message, room, where, known) for message, room, where in seen),
           *(evolve(review, room=code[message]) for message, review in known.items() if message in code and message not in met)]
    gone = {message for message in known if message not in code}
    for review in now:
        if not review.reason:
            print(f"no reason: {review.room}: {review.message.many or review.message.one}")
    for message in sorted(gone, key=lambda message: message.one):
        print(f"gone: {message.one}")
    for review in now:
        if strong(review.message) and not review.rests_on:
            print(f"rests on what? {review.room}: {review.message.many or review.message.one}")
    if not check:
        write(now)
    print(f"{len(now)} messages, {sum(not review.reason for review in now)} without a reason, {len(gone)} gone")
    return int(check and (bool(gone) or any(not review.reason or (strong(review.message) and not review.rests_on) for review in now)))


def _reviewed(message: Message, room: str, where: str, known: dict[Message, Review]) -> Review:
    old = known.get(message)
    return Review(message, room, where, old.reason if old else "", old.rests_on if old else "")


def _refused(name: str, settings: object, error: Exception) -> None:
    print(f"not asked: {name} {settings}: {str(error)[:90]}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
