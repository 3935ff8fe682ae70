"""One phrase, one wording: nothing is said twice, or once so and once otherwise."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest

from ecomap.model.assets import resources_dir
from ecomap.render.words.phrases import translate

FILES = sorted((resources_dir() / "locale" / "es").glob("*.json"))
_BLANK = re.compile(r"\{\w+(?::\w+)?\}")


def pairs() -> list[tuple[str, str, str]]:
    """File, English and Spanish of every phrase, those that a file repeats as well."""
    found: list[tuple[str, str, str]] = []
    for path in FILES:
        found += [(path.stem, *pair) for pair in json.loads(path.read_text("utf-8"), object_pairs_hook=list)]
    return found


def test_every_phrase_stands_once() -> None:
    places = defaultdict(list)
    for file, english, _ in pairs():
        places[english].append(file)
    assert {english: files for english, files in places.items() if len(files) > 1} == {}


def test_phrases_that_differ_in_their_blanks_only_are_worded_alike() -> None:
    said = defaultdict(set)
    for _, english, spanish in pairs():
        said[_BLANK.sub("{}", english)].add(_BLANK.sub("{}", spanish))
    assert {english: ways for english, ways in said.items() if len(ways) > 1} == {}


@pytest.mark.parametrize(("word", "instead"), [("residentes", "habitantes"), ("secciones censales", "sectores censales")])
def test_one_word_for_one_thing(word: str, instead: str) -> None:
    assert [(file, english, instead) for file, english, spanish in pairs() if word in spanish] == []


@pytest.mark.parametrize(("english", "spanish"), [
    ("Whatever the choices, 167 of the 232 areas with the highest need stay in that fifth; Census tract 2094.03, first as chosen, "
     "ranks 1 to 9.", "Sin importar las decisiones, 167 de las 232 áreas con más necesidad siguen en esa quinta parte; Sector censal "
     "2094.03, la primera con lo elegido, queda entre los puestos 1 y 9."),
    ("2,810 ± 302 children live there; spreading people over the need areas may move this by 426.",
     "allí viven 2,810 ± 302 niños; el modo de repartir a las personas en las áreas de necesidad puede cambiarlo en 426."),
])
def test_a_name_does_not_run_over_into_the_next_part_of_a_sentence(english: str, spanish: str) -> None:
    assert translate(english, "es").casefold() == spanish.casefold()
