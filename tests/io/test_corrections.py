"""A file of corrections is read strictly: what the page writes, in a file or a mail, and nothing else."""

from __future__ import annotations

import base64
import json
import quopri
from typing import Any

import pytest

from ecomap.io.corrections import LARGEST, MOST, holds_corrections, read_corrections
from ecomap.model.correction import CLOSED, LONGEST_NAME, LONGEST_TEXT
from ecomap.model.errors import InputError
from tests.correction_files import about, content, entry, envelope

HOSTILE = "<script>alert(1)</script> {name} =cmd|' /C calc'!A0 %s"


def mailed(found: bytes) -> str:
    return "Hello\r\n\r\necomap-notes:v1:" + base64.urlsafe_b64encode(found).decode().rstrip("=") + ":end\r\n"


def test_it_is_read_as_it_was_written() -> None:
    (one,) = read_corrections(content(entry("closed", text="Since May", author="Ana", place=[-118.25, 34.05], since="2026-05", language="es")), "f").corrections
    assert (one.kind, one.text, one.author, one.day, one.since, one.language) == (CLOSED, "Since May", "Ana", "2026-11-12", "2026-05", "es")
    assert (one.layer, one.feature, one.about, one.place) == ("schools", "01964733000001", "West School", (-118.25, 34.05))
    assert (one.page, one.origin, one.state) == ("p1", "Small town, 2026-11-01", "waiting")


@pytest.mark.parametrize("found", [
    b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 50_000,
    content(format="other"), content(version="1"), content(version=True), content(version=0), content(more=1), content(page={}), content(page=[1]),
    content(page={"id": 1, "title": "", "made_on": ""}), content(page={"id": "", "title": "", "made_on": "soon"}), content(corrections={}),
    json.dumps(envelope()).replace('"version": 1', '"version": 1, "version": 1').encode(), json.dumps(envelope()).replace("1,", "NaN,", 1).encode(),
    content(*[entry()] * (MOST + 1)), json.dumps(envelope()).replace('"version": 1', '"version": ' + "9" * 5000).encode(),
])
def test_what_the_page_does_not_write_is_refused(found: bytes) -> None:
    with pytest.raises(InputError):
        read_corrections(found, "f.json")


def test_a_newer_page_is_said_to_be_newer() -> None:
    with pytest.raises(InputError, match="newer"):
        read_corrections(content(entry(), version=2), "f.json")


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    found = content(entry())
    assert len(read_corrections(found + b" " * (LARGEST - len(found)), "f").corrections) == 1
    with pytest.raises(InputError, match="larger"):
        read_corrections(found + b" " * (LARGEST - len(found) + 1), "f")


@pytest.mark.parametrize("wrong", [
    1, None, [], {}, entry("burn"), entry(["closed"]), entry(more=1), entry(text=1), entry(about=[]), entry(about={"x": "y"}), entry(day="12 November"),
    entry(day="2026-02-31"), entry(since="soon"), entry(place=[1]), entry(place=[181, 0]), entry(place=[0, 91]), entry(place=[True, False]), entry(place=["1", "2"]),
    entry(place={"x": 1}), entry(text="x" * (LONGEST_TEXT + 1)), entry(author="x" * (LONGEST_NAME + 1)), entry("idea"), entry("wrong"), entry("missing", about={}),
    entry(about={}),
])
def test_an_entry_that_is_none_is_left_out_and_counted(wrong: Any) -> None:
    found = read_corrections(content(entry(text="sound"), wrong), "f")
    assert (len(found.corrections), found.left_out) == (1, 1)


def test_the_longest_texts_are_kept_whole() -> None:
    (one,) = read_corrections(content(entry(text="ñ" * LONGEST_TEXT, author="x" * LONGEST_NAME)), "f").corrections
    assert (len(one.text), len(one.author), one.sound) == (LONGEST_TEXT, LONGEST_NAME, True)


def test_hostile_text_stays_text_without_what_cannot_be_seen() -> None:
    (one,) = read_corrections(content(entry(text=HOSTILE + "\x00\u202e\ud800\u2066")), "f").corrections
    assert one.text == HOSTILE


def test_the_same_twice_is_one() -> None:
    assert len(read_corrections(content(entry(), entry(), entry(text="  ")), "f").corrections) == 1


def test_a_mail_holds_the_same_however_its_lines_are_broken() -> None:
    found = content(entry("wrong", text="Teléfono: two\nlines", about=about(label="Phone"), should="555"), entry(place=[1.5, 2.5]))
    plain, mail = read_corrections(found, "f"), mailed(found)
    broken = "\n".join("> " + line[at:at + 60] for line in mail.splitlines() for at in range(0, max(len(line), 1), 60))
    head = "From: a@b.c\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
    quoted = (head + "quoted-printable\n\n").encode() + quopri.encodestring(mail.encode())
    packed = (head + "base64\n\n").encode() + base64.encodebytes(mail.encode())
    for text in (mail.encode(), broken.encode(), quoted, packed):
        assert read_corrections(text, "mail.eml") == plain
        assert holds_corrections(text)


@pytest.mark.parametrize("found", [b"ecomap-notes:v1:%%%:end", b"ecomap-notes:v1:" + b"A" * 5 + b":end", b"ecomap-notes:v1:AAAA", b"id,name\n1,a\n"])
def test_a_mail_without_sound_notes_is_refused(found: bytes) -> None:
    assert not holds_corrections(found)
    with pytest.raises(InputError):
        read_corrections(found, "mail.txt")


def test_other_files_do_not_look_like_corrections() -> None:
    assert holds_corrections(content(entry()))
    assert not holds_corrections(b'{"type": "FeatureCollection", "features": []}')
    assert not holds_corrections(b"")
