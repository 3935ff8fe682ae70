"""Corrections as the meeting page saves them: a small strict JSON, in a file of its own or in the text of a mail."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model.correction import (
    FORMAT,
    IDEA,
    KINDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    MISSING,
    VERSION,
    WRONG,
    Correction,
    correction_id,
    in_order,
    plain_text,
)
from ecomap.model.dates import first_day
from ecomap.model.errors import InputError
from ecomap.model.said import name as kept
from ecomap.model.said import say

LARGEST: Final = 1 << 20    # bytes of a file
MOST: Final = 500           # corrections in a file
_ENVELOPE: Final = {"format", "version", "page", "corrections"}
_PAGE: Final = {"id", "title", "made_on"}
_ENTRY: Final = {"kind", "text", "author", "day", "since", "language", "about", "should", "place"}
_ABOUT: Final = {"layer", "feature", "name", "label", "shown"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# In a mail: between two marks in letters that no mail program changes; it may break the lines and quote them.
_IN_A_MAIL: Final = re.compile(r"ecomap-notes:v1:([A-Za-z0-9_\-\s>=]+):end")


@frozen
class Brought:
    """What a file of corrections holds.

    Parameters
    ----------
    corrections : tuple of Correction
        Each once, by day and id; places as longitude and latitude.
    left_out : int
        Entries that are not what the page writes.
    """

    corrections: tuple[Correction, ...]
    left_out: int = 0


class _StrangeError(ValueError):
    """Not what the page writes."""


def read_corrections(content: bytes, called: str) -> Brought:
    """The corrections in the bytes of a file.

    Parameters
    ----------
    called : str
        Name of the file, for what is said of it.

    Raises
    ------
    InputError
        If it is no such file, is too large, or a newer EcoMap wrote it.
    """
    hint = say("Choose the file that the meeting page saved, or the mail it wrote, saved as text.")
    if len(content) > LARGEST:
        raise InputError(say("{file} is larger than any file of corrections.", file=kept(called)), hint)
    text = _text(content)
    if text is None:
        raise InputError(say("{file} holds no corrections from a meeting page.", file=kept(called)), hint)
    try:
        return _brought(_loaded(text))
    except _StrangeError as problem:
        newer = str(problem) == "newer"
        raise InputError(
            say("{file} was written by a page of a newer EcoMap.", file=kept(called)) if newer else
            say("{file} is not as a meeting page writes it.", file=kept(called)),
            say("Open it with that EcoMap.") if newer else hint) from problem


def holds_corrections(content: bytes) -> bool:
    """Whether the bytes of a file look like corrections of a page."""
    return len(content) <= LARGEST and (text := _text(content)) is not None and FORMAT in text[:400]


def _text(content: bytes) -> str | None:
    """The JSON in a file: all of it, or what stands between the marks of a mail."""
    text = content.decode("utf-8-sig", errors="replace")
    if text.lstrip()[:1] == "{":
        return text
    for part in (text, *_parts_of_mail(content)):
        if found := _IN_A_MAIL.search(part):
            packed = re.sub(r"[\s>=]", "", found[1])
            try:
                return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8")
            except (binascii.Error, ValueError):
                return None
    return None


def _parts_of_mail(content: bytes) -> Iterator[str]:
    """The texts of a mail that was saved whole; none where it is no mail."""
    import email  # heavy
    import email.policy

    if b"\nContent-Transfer-Encoding:" not in content:
        return
    for part in email.message_from_bytes(content, policy=email.policy.compat32).walk():
        payload = part.get_payload(decode=True) if part.get_content_maintype() == "text" else None
        if isinstance(payload, bytes):
            yield payload.decode("utf-8", errors="replace")


def _loaded(text: str) -> Any:
    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _StrangeError
        return found

    def never(_: str) -> Any:
        raise _StrangeError

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=never)
    except (ValueError, RecursionError) as problem:
        raise _StrangeError from problem


def _brought(found: Any) -> Brought:
    """The envelope must be right; entries that are not what the page writes are left out and counted."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _StrangeError
    version = found.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise _StrangeError
    if version > VERSION:
        raise _StrangeError("newer")
    page, entries = found.get("page"), found.get("corrections")
    if set(found) != _ENVELOPE or not isinstance(entries, list) or not isinstance(page, dict) or set(page) != _PAGE:
        raise _StrangeError
    if len(entries) > MOST:
        raise _StrangeError
    page_id, origin = (_line(page, key) for key in ("id", "title"))
    made_on = _day(page, "made_on")
    called = ", ".join(part for part in (origin[: LONGEST_NAME - len(made_on) - 2], made_on) if part)
    kept_: dict[str, Correction] = {}
    left_out = 0
    for entry in entries:
        try:
            one = _correction(entry)
        except _StrangeError:
            left_out += 1
            continue
        kept_.setdefault(one.id, evolve(one, page=page_id, origin=called))
    return Brought(in_order(tuple(kept_.values())), left_out)


def _correction(entry: Any) -> Correction:
    if not isinstance(entry, dict) or not set(entry) <= _ENTRY:
        raise _StrangeError
    about = entry.get("about", {})
    if not isinstance(about, dict) or not set(about) <= _ABOUT:
        raise _StrangeError
    if entry.get("kind") not in KINDS or not isinstance(entry["kind"], str):
        raise _StrangeError
    made = Correction(
        "", entry["kind"], text=_words(entry, "text"), layer=_line(about, "layer"), feature=_line(about, "feature"), about=_line(about, "name"),
        place=_place(entry.get("place")), author=_line(entry, "author"), day=_day(entry, "day"), since=_date(entry, "since"),
        language=_line(entry, "language"), label=_line(about, "label"), shown=_words(about, "shown"), should=_words(entry, "should"))
    made = evolve(made, id=correction_id(made))
    if not made.sound or not _says_something(made):
        raise _StrangeError
    return made


def _says_something(one: Correction) -> bool:
    """That a place closed or moved says enough; the other kinds need words of their own."""
    if one.kind == IDEA:
        return bool(one.text)
    if one.kind == MISSING:
        return bool(one.text or one.about)
    if one.kind == WRONG:
        return bool(one.text or one.should)
    return bool(one.feature or one.about or one.place is not None)


def _words(found: Mapping[str, Any], key: str, longest: int = LONGEST_TEXT) -> str:
    value = found.get(key, "")
    if not isinstance(value, str) or len(value) > 4 * longest:
        raise _StrangeError
    text = plain_text(value)
    if len(text) > longest:
        raise _StrangeError
    return text


def _line(found: Mapping[str, Any], key: str) -> str:
    """A text on one line."""
    return " ".join(_words(found, key, LONGEST_NAME).split())


def _day(found: Mapping[str, Any], key: str) -> str:
    text = _date(found, key)
    if text and not _DAY.fullmatch(text):
        raise _StrangeError
    return text


def _date(found: Mapping[str, Any], key: str) -> str:
    text = _line(found, key)
    if text and first_day(text) is None:
        raise _StrangeError
    return text


def _place(found: Any) -> tuple[float, float] | None:
    if found is None:
        return None
    if not isinstance(found, list) or len(found) != 2:
        raise _StrangeError
    ends = []
    for value, most in zip(found, (180.0, 90.0)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most or not math.isfinite(value):
            raise _StrangeError
        ends.append(round(float(value), 5) + 0.0)
    return ends[0], ends[1]
