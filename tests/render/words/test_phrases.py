"""The phrase book: every text of a Spanish page is translated, blanks are kept, names are kept, quickly."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.assets import resources_dir
from ecomap.render.words.phrases import (
    PhraseBook,
    translate,
    translate_list,
    translate_name,
    untranslated,
)

FILES = sorted((resources_dir() / "locale" / "es").glob("*.json"))


def blanks(text: str) -> set[str]:
    return {name for name, _ in re.findall(r"\{(\w+)(:\w+)?\}", text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_translation_says_something_with_blanks_of_its_english(path: Path) -> None:
    for english, spoken in json.loads(path.read_text(encoding="utf-8")).items():
        assert spoken.strip(), english
        assert blanks(spoken) <= blanks(english), english
        assert all(":" not in found for found in re.findall(r"\{([^}]*)\}", spoken)), english


def test_no_file_says_twice_what_another_says_differently() -> None:
    said: dict[str, dict[str, str]] = {}
    for path in FILES:
        for english, spoken in json.loads(path.read_text(encoding="utf-8")).items():
            said.setdefault(english, {})[path.stem] = spoken
    assert {english: by for english, by in said.items() if len(set(by.values())) > 1} == {}


def test_no_file_has_a_phrase_twice() -> None:
    for path in FILES:
        pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
        assert [key for key, count in Counter(key for key, _ in pairs).items() if count > 1] == [], path.stem


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Children out of reach", "Niños sin acceso cercano"),
        ("An estimated 707,337 ± 5,480 children (70 %) have no mental health service within 1.0 mi: 53 % in the "
         "highest-need fifth of areas, 90 % in the lowest.",
         "Se estima que 707,337 ± 5,480 niños (70 %) no tienen servicio de salud mental a menos de 1.0 millas: 53 % en "
         "la quinta parte de las áreas con más necesidad y 90 % en la de menos."),
        ("By 15 indicators, need is highest in Census tract 2094.03 (rank 1, between 1 and 13 on its own). 278,815 ± 3,721 "
         "children live in the highest-need fifth of areas.",
         "Según 15 indicadores, la necesidad es mayor en el sector censal 2094.03 (puesto 1, entre 1 y 13 vista por "
         "sí sola). 278,815 ± 3,721 niños viven en la quinta parte de las áreas con más necesidad."),
        ("With all 1,161 areas compared at once, the first is certain to be among the 163 highest, and 332 could be among the "
         "25 highest.",
         "Al comparar las 1,161 áreas a la vez, la primera está con seguridad entre las 163 más altas, y 332 podrían estar "
         "entre las 25 más altas."),
        ("Huntington Park Elementary (rank 1, between 1 and 2 on its own) would bring a community school within 1.0 mi of an "
         "estimated 10,596 ± 593 children who have none; the first 25 schools together would reach 13 % of all who lack "
         "it.",
         "Huntington Park Elementary (puesto 1, entre 1 y 2 vista por sí sola) pondría una escuela comunitaria a menos de 1.0 "
         "millas de unos 10,596 ± 593 niños (estimación) que hoy no tienen acceso; las primeras 25 escuelas juntas llegarían al 13 % "
         "de quienes hoy no tienen acceso."),
        ("Held fixed for want of a margin: Asthma emergency visits, Fine dust in the air (PM2.5).",
         "Se mantienen fijos por no tener margen de error: Visitas a emergencias por asma, Polvo fino en el aire (PM2.5)."),
        ("Elementary attendance areas, middle attendance areas and high attendance areas are estimated, not official "
         "boundaries.",
         "Zonas de asistencia escolar de primaria, zonas de asistencia escolar de secundaria intermedia y zonas de "
         "asistencia escolar de preparatoria: límites estimados, no oficiales."),
        ("no data: suppressed to protect small groups", "sin datos: omitido para proteger a grupos pequeños"),
        ("0.3 mi to 1.0 mi", "0.3 millas a 1.0 millas"),
        ("-0.2 mi ± <0.1 mi", "-0.2 millas ± <0.1 millas"),
        ("98 ft ± 30 ft", "98 pies ± 30 pies"),
        ("5 October 2021", "5 de octubre de 2021"),
        ("Need-weighted children", "Niños, ponderados por necesidad"),
        ("By this rule 6 of 9 need areas are gaps for a mental health service; an estimated 600 ± 24 children live there.",
         "Según esta regla, hay falta de acceso (servicio de salud mental) en 6 de 9 áreas; se estima que allí viven "
         "600 ± 24 niños."),
        ("The rule: at least 50 children, and no site within 1.0 mi or access among the lowest 20 % of areas; and the count "
         "is not too uncertain (standard error up to 40 % of it).",
         "La regla: por lo menos 50 niños, y ninguna sede a menos de 1.0 millas, o acceso entre el 20 % más bajo de las "
         "áreas; y el número no es demasiado incierto (error estándar de hasta el 40 % del número)."),
        ("Beside every domain the same: 122 of the 200 areas in our highest-need fifth are in its highest fifth too; they "
         "differ most on Census tract 2094.03, rank 12 in ours and 1,001 there.",
         "Junto al otro índice (todos los temas por igual): de las 200 áreas en nuestra quinta parte con más necesidad, "
         "122 también están en la del otro; donde más difieren es en el sector censal 2094.03: puesto 12 en el nuestro y "
         "1,001 en el otro."),
    ],
)
def test_what_a_family_reads(english: str, spanish: str) -> None:
    assert untranslated(english, "es") == ()
    assert translate(english, "es") == spanish


@pytest.mark.parametrize("number", ["1,234.5", "10,596 ± 593", "86 %", "± 3.3 %", "$3,414", "1.0", "2014-18", "µg", "-0.4"])
def test_numbers_keep_the_writing_of_the_united_states(number: str) -> None:
    assert translate(number, "es") == number


@pytest.mark.parametrize(
    "name", ["Garfield High", "Children's Hospital", "Food Bank", "Neighborhood Legal service", "LAUSD Grab-n-Go",
             "Santa Fe Springs Parks and Recreation", "School of Business; Tourism", ""]
)
def test_names_of_places_are_kept(name: str) -> None:
    assert translate_name(name, "es") == name


def test_what_ecomap_puts_around_a_name_is_said() -> None:
    said = translate_name("East LA Star at Hilda L. Solis Learning Academy and 2 more at the same address, estimated high area", "es")
    assert said == "East LA Star at Hilda L. Solis Learning Academy y 2 más en la misma dirección, zona estimada de preparatoria"
    assert translate_name("Gap around Census tract 1011.10", "es") == "Sin acceso, alrededor de: Sector censal 1011.10"


def test_sources_keep_who_published_what() -> None:
    line = "California Department of Education, Public schools and districts, 5 October 2021, public domain"
    assert translate_list(line, "es") == (
        "California Department of Education, Public schools and districts, 5 de octubre de 2021, dominio público"
    )


def test_what_is_not_known_stays_and_is_told() -> None:
    text = "Children out of reach; a sentence nobody translated."
    assert translate(text, "es") == "Niños sin acceso cercano; a sentence nobody translated."
    assert untranslated(text, "es") == ("a sentence nobody translated.",)
    assert translate(text, "en") == text == translate(text, "xx")
    assert translate("Schools", "es-MX") == "Escuelas"


def test_an_unknown_kind_of_service_does_not_spoil_its_sentence() -> None:
    said = translate("Gaps: tutoring service", "es")
    assert said == "Falta de acceso: servicio de tutoring"
    assert untranslated("Gaps: tutoring service", "es") == ("tutoring",)


def test_and_before_the_sound_of_i() -> None:
    book = PhraseBook({"and": "y", "Schools": "Escuelas", "Churches": "Iglesias", "Ice": "Hielo", "{all:list} here": "Aquí: {all}"})
    assert book.say("Schools and Churches here")[0] == "Aquí: Escuelas e Iglesias"
    assert book.say("Schools and Ice here")[0] == "Aquí: Escuelas y Hielo"


def test_the_firmest_template_wins() -> None:
    book = PhraseBook({"{x:name} is high": "{x} es alto", "{x:name} is high in {n:n} areas": "alto en {n} áreas: {x}"})
    assert book.say("Need is high in 3 areas") == ("alto en 3 áreas: Need", ())
    assert book.say("Need is high") == ("Need es alto", ())


@given(st.text())
def test_any_text_comes_back_as_text_and_the_same_each_time(text: str) -> None:
    assert translate(text, "es") == translate(text, "es")
    assert translate(text, "en") == text


