"""The door: messages, numbers, dates and lists in the reader's language, from the message and its values."""

from __future__ import annotations

import datetime
import gettext
import io
import math

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.model.dates import date_in_words, month_in_words
from ecomap.model.said import OR, Said, joined, listed, name, plural, say
from ecomap.model.units import format_margin, format_number, format_with_margin
from ecomap.render.words.language import IN_ENGLISH, Language, language, languages
from tests.spoken import messages, outside, untranslated


def in_spanish(text: str) -> str:
    return language("es").say(text)


def test_english_comes_first_and_spanish_is_there() -> None:
    assert languages() == ("en", "es")


@pytest.mark.parametrize(("code", "found"), [("es-MX", "es_MX"), ("es", "es"), ("xx", "en"), ("en-US", "en"), ("qps", "qps")])
def test_a_region_is_its_language_and_an_unknown_language_is_english(code: str, found: str) -> None:
    assert language(code).code == found
    assert language("es-MX").say(say("none")) == in_spanish(say("none"))


@pytest.mark.parametrize(("said", "spanish"), [
    (say("between {low} and {high}", low=format_number(1), high=format_number(1300)), "entre 1 y 1,300"),
    (say("no data: {reason}", reason=say("suppressed to protect small groups")),
     "sin datos: omitido para proteger a grupos pequeños"),
    (say("{low} to {high}", low=format_number(482.8, "m"), high=format_number(1609.344, "m")), "0.3 millas a 1.0 millas"),
    (format_with_margin(-321.9, 30.0, "m"), "-0.2 millas ± <0.1 millas"),
    (format_with_margin(30.0, 9.0, "m"), "98 pies ± 30 pies"),
    (format_margin(0.004, "share"), "0.4 %"),
    (format_number(math.inf, "m"), "fuera de alcance"),
    (format_number(None), "sin datos"),
    (format_number(2310.5, "", 1), "2,310.5"),
    (date_in_words(datetime.date(2021, 10, 5)), "5 de octubre de 2021"),
    (month_in_words(2026, 11), "noviembre de 2026"),
    (plural("{n} mile", "{n} miles", 1), "1 milla"),
    (plural("{n} mile", "{n} miles", 20), "20 millas"),
    (say("High", context="school level"), "Preparatoria"),
    (say("none").capitalize(), "Ninguno"),
    (listed([say("planned"), say("active"), name("Watts")]), "previsto, activo y Watts"),
    (listed(["escuelas", "iglesias"]), "escuelas e iglesias"),
    (listed(["agua", "hielo"]), "agua y hielo"),
    (listed(["uno", "otro"], OR), "uno u otro"),
    (joined([say("none"), format_number(3)], " · "), "ninguno · 3"),
    (name("Salesian Boys and Girls Club"), "Salesian Boys and Girls Club"),
])
def test_it_is_said_from_the_message_and_its_values(said: Said, spanish: str) -> None:
    assert in_spanish(said) == spanish
    assert IN_ENGLISH.say(said) == str(said)


def test_how_many_decides_also_where_a_context_does() -> None:
    book = Catalog()
    book.add(("{n} high", "{n} high"), ("{n} alta", "{n} altas"), context="school level")
    compiled = io.BytesIO()
    write_mo(compiled, book)
    spanish = Language("es", gettext.GNUTranslations(io.BytesIO(compiled.getvalue())))
    assert [spanish.say(plural("{n} high", "{n} high", n, context="school level")) for n in (1, 2)] == ["1 alta", "2 altas"]


def test_the_english_of_a_message_is_never_looked_at() -> None:
    assert in_spanish("none") == "none"
    assert in_spanish(name("Prevention of none")) == "Prevention of none"


def test_a_message_without_a_translation_is_english_and_is_found() -> None:
    rare = say("A rare branch that nobody translated, beside {what}", what=say("none"))
    assert in_spanish(rare) == "A rare branch that nobody translated, beside ninguno"
    assert untranslated(rare, "es") == ("A rare branch that nobody translated, beside {what}",)
    assert untranslated(say("between {low} and {high}", low=format_number(1), high=rare), "es") == (rare.key,)


def test_a_finished_sentence_is_found() -> None:
    assert untranslated("Children who have none within a mile.", "es") == ("Children who have none within a mile.",)
    assert outside("Children who have none within a mile.")
    assert not outside(say("Children who have none within a mile."))
    glued = name("Children who have " + say("none"))
    assert outside(glued)


def test_the_pseudo_language_marks_messages_names_and_what_went_past_the_door() -> None:
    said = say("{who} and {what}", who=name("Watts"), what=say("none"))
    assert language("qps").say(said) == "⟦⟨Watts⟩ and ⟦none⟧⟧"
    assert language("qps").say("none") == "none"


def test_a_value_cannot_put_blanks_into_a_message() -> None:
    said = say("{who} and {what}", who=name("{what}"), what=name("{who.__class__}"))
    assert IN_ENGLISH.say(said) == "{what} and {who.__class__}"
    assert language("qps").say(said) == "⟦⟨{what}⟩ and ⟨{who.__class__}⟩⟧"


def test_what_was_said_once_stands_as_it_is() -> None:
    kept = language("es").kept(say("none"))
    assert (kept, kept.key, language("qps").say(kept)) == ("ninguno", "", "ninguno")


def test_messages_within_messages_are_all_met() -> None:
    said = joined([say("{what} here", what=listed([say("a"), say("b")])), say("c")])
    assert [one.key for one in messages(said)] == ["{what} here", "a", "b", "c"]


@pytest.mark.parametrize("code", [*languages(), "es_ES"])
@pytest.mark.parametrize("digits", [None, 0, 1, 3])
@settings(deadline=None)
@given(near=st.floats(1e-8, 0.02), whole=st.sampled_from((0.0, 1.0)), side=st.sampled_from((-1, 1)))
def test_a_share_reads_as_nothing_or_all_only_where_it_is(code: str, digits: int | None, near: float, whole: float, side: int) -> None:
    """In every language, with any decimals: 99.6 % is not written "100 %", nor is 0.3 % "0 %"."""
    def number(share: float) -> str:
        return language(code).say(format_number(share, "share", digits)).partition("\u00a0")[0].partition(" %")[0]

    assert float(number(whole).replace(",", ".")) == 100 * whole
    said = number(whole + side * near)
    assert said[0] in "<>" or abs(float(said.replace(",", "."))) not in (0, 100), said


@pytest.mark.parametrize(("share", "english", "spanish"), [(0.996, "99.6 %", "99.6 %"), (0.9997, ">99.9 %", ">99.9 %"), (0.003, "0.3 %", "0.3 %"), (0.98, "98 %", "98 %")])
def test_nearly_all_has_a_decimal(share: float, english: str, spanish: str) -> None:
    assert [language(code).say(format_number(share, "share")) for code in ("en", "es")] == [english, spanish]
