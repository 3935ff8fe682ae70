"""The part of the meeting file where readers write notes and corrections, and read what became of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ecomap.model.correction import (
    CLOSED,
    ENDING,
    FORMAT,
    IDEA,
    LONGEST_NAME,
    LONGEST_TEXT,
    MISSING,
    MOVED,
    VERSION,
    WRONG,
)
from ecomap.model.said import NOTHING, Said, plural, say
from ecomap.render.words.card import ABOUT_PLACE
from ecomap.render.words.language import Language


@frozen
class Became:
    """What became of one correction, for whoever reads a page: never who wrote it, nor in which words.

    Parameters
    ----------
    kind, about, written : Said
        What it was, of which place, and when it was written.
    state : Said
        What became of it.
    why : Said
        What changed, or why not.
    """

    kind: Said
    about: Said
    written: Said
    state: Said
    why: Said


@frozen
class CorrectionsPart:
    """What the page is given.

    Parameters
    ----------
    page_id : str
        By which a saved file says of which page it speaks.
    lists : tuple of str
        Ids of the layers of which something may be missing.
    became : tuple of Became
        The latest first.
    waiting : int
        How many nobody has settled yet.
    """

    page_id: str
    lists: tuple[str, ...] = ()
    became: tuple[Became, ...] = ()
    waiting: int = 0


def corrections_data(part: CorrectionsPart, speak: Language) -> dict[str, Any]:
    """What script and template are given, as plain JSON."""
    waiting = plural("{n} more note waits to be looked at.", "{n} more notes wait to be looked at.", part.waiting) if part.waiting else NOTHING
    return {
        "format": FORMAT, "version": VERSION, "ending": ENDING, "id": part.page_id, "lists": list(part.lists),
        "longest": LONGEST_TEXT, "longestName": LONGEST_NAME,
        "became": [{key: speak.say(text) for key, text in (("kind", one.kind), ("about", one.about), ("written", one.written), ("state", one.state),
                                                           ("why", one.why))} for one in part.became],
        "waiting": speak.say(waiting),
    }


WORDS: Final[Mapping[str, Said]] = {
    "corrections.title": say("Your notes and corrections"),
    "corrections.lead": say("You know these places. If something on this page is wrong, closed, moved or missing, write it down here and send it to "
                            "whoever gave you this page. Nothing is sent by itself, and this page never changes by your note."),
    "corrections.on_card": say("Write a note or correction"),
    "corrections.on_answer": say("Write a note on this finding"),
    "corrections.on_map": say("Put a note on the map"),
    "corrections.none": say("No notes yet. Open the card of a place, or put a note on the map."),
    "corrections.about": say("Note on {name}"),
    "corrections.about_map": say("Note on a place on the map"),
    "corrections.what": say("What is it?"),
    f"corrections.kind.{CLOSED}": say("It has closed"),
    f"corrections.kind.{MOVED}": say("It has moved"),
    f"corrections.kind.{MISSING}": say("Something is missing"),
    f"corrections.kind.{WRONG}": say("Something is wrong"),
    f"corrections.kind.{IDEA}": say("An idea or a question"),
    "corrections.since": say("Since when, if you know"),
    "corrections.which": say("Which line of the card is wrong?"),
    "corrections.choose": say("Please choose"),
    "corrections.name": say("Name"),
    "corrections.about_place": ABOUT_PLACE,
    "corrections.should": say("What should it say?"),
    "corrections.should_say": say("It should say: {value}"),
    "corrections.called": say("What is it called?"),
    "corrections.list": say("What kind of place is it?"),
    "corrections.other": say("Something else"),
    "corrections.point": say("Show the place on the map"),
    "corrections.point_again": say("Show another place"),
    "corrections.pointed": say("The place is kept."),
    "corrections.pointing": say("Click the place on the map. With the keyboard: move the map, then press Enter."),
    "corrections.words": say("In your own words"),
    "corrections.author": say("Your name (only if you like)"),
    "corrections.author_help": say("Whoever gets the file can read it."),
    "corrections.keep": say("Keep this note"),
    "corrections.cancel": say("Cancel"),
    "corrections.change": say("Change"),
    "corrections.change_of": say("Change: {name}"),
    "corrections.remove": say("Take away"),
    "corrections.remove_of": say("Take away: {name}"),
    "corrections.needs_kind": say("Choose what it is."),
    "corrections.needs_words": say("Write a few words."),
    "corrections.needs_line": say("Choose which line is wrong, or write it in your own words."),
    "corrections.needs_name": say("Say what it is called, or describe it in your own words."),
    "corrections.kept": say("The note is kept on this page. Save it as a file or write a mail, so that it arrives."),
    "corrections.removed": say("The note is taken away."),
    "corrections.save": say("Save as a file"),
    "corrections.saved": say("Saved as {file}. Send this file to whoever gave you the page."),
    "corrections.mail": say("Write a mail"),
    "corrections.mail_whole": say("The mail holds your notes in its text. This page cannot send it or attach a file: your mail program opens, and you send it."),
    "corrections.mail_long": say("Your notes are too long for the text of a mail. Save the file first, and attach it to the mail yourself."),
    "corrections.mail_subject": say("Notes on: {title}"),
    "corrections.mail_hello": say("Notes on the page “{title}”:"),
    "corrections.mail_block": say("The letters below are the same notes for the program EcoMap. Please leave them as they are."),
    "corrections.mail_attach": say("My notes are in the attached file."),
    "corrections.stored": say("This browser keeps your notes until you take them away, also when you close the page."),
    "corrections.not_stored": say("This browser does not keep notes of a file: they are gone when you close the page. Save them as a file first."),
    "corrections.full": say("One file holds at most {count} notes. Save this one and take some away."),
    "corrections.became": say("What became of earlier notes"),
    "corrections.written": say("Written"),
}
