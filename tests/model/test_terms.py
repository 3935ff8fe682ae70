"""The shipped vocabularies: whole, without clashes, and honest about what is not confirmed."""

from __future__ import annotations

from collections import Counter

import pytest

from ecomap.model import vocabulary as v
from ecomap.model.inventory import TABLES
from ecomap.model.roles import ASSET_ROLES
from ecomap.model.terms import default_need_links, plain, shipped_terms

STARTER_CATEGORIES = ("Food", "Mental health", "Physical health", "Housing", "Educational", "Other", "Legal", "Financial",
                      "Student enrollment", "Diversity")


@pytest.mark.parametrize("vocabulary", v.VOCABULARIES)
def test_no_word_means_two_things(vocabulary: str) -> None:
    terms = shipped_terms().of(vocabulary)
    assert terms
    words = Counter(plain(word) for term in terms for word in {plain(w) for w in (term.code, term.label, *term.aliases)})
    assert [word for word, count in words.items() if count > 1] == []
    assert all(term.label and term.source for term in terms)


def test_counts_as_published() -> None:
    sizes = {name: len(shipped_terms().of(name)) for name in v.VOCABULARIES}
    assert (sizes["sector"], sizes["pillar"], sizes["promise_indicator"]) == (15, 4, 15)
    assert tuple(term.code for term in shipped_terms().of("approach")) == v.APPROACHES


def test_functions_cover_every_category_of_the_starter_and_every_role() -> None:
    terms = shipped_terms()
    assert all(terms.code("function", category) for category in STARTER_CATEGORIES)
    functions = {term.code for term in terms.of("function")}
    assert {term.parent for term in terms.of("role")} <= functions
    assert {function for _, function, _ in default_need_links()} <= functions
    assert 14 <= sum(term.kind in ("service", "both") for term in terms.of("function")) <= 17


def test_what_is_not_confirmed_says_so() -> None:
    told = {term.code for term in shipped_terms().of("promise_indicator") if not term.confirmed}
    assert len(told) == 11
    assert "usual_place_of_care" not in told
    assert not [term for term in shipped_terms().of("sector") if not term.confirmed]


def test_the_default_links_weigh_alike() -> None:
    assert {weight for _, _, weight in default_need_links()} == {1.0}


def test_a_project_s_word_goes_before_a_shipped_one() -> None:
    terms = shipped_terms().with_own([("function", "food", "Meals", ""), ("function", "gardens", "School gardens", "food")])
    assert terms.label("function", "food") == "Meals"
    assert terms.code("function", "SCHOOL GARDENS") == "gardens"
    assert terms.of("function")[-1].own
    assert shipped_terms().label("function", "food") == "Food"


def test_every_vocabulary_a_table_names_is_there() -> None:
    named = {field.vocabulary for spec in TABLES for field in spec.fields if field.vocabulary}
    assert named <= set(v.VOCABULARIES)
    assert all(spec.has(name) for spec in TABLES for name in (*spec.key, *spec.named))
    assert {spec.role for spec in TABLES} == {*ASSET_ROLES, v.SERVICE}


def test_what_the_tables_and_vocabularies_say_has_an_identity() -> None:
    assert all(field.label.key and (field.help.key or not field.help) for spec in TABLES for field in spec.fields)
    assert all(spec.title.key and spec.help.key for spec in TABLES)
    assert all(term.label.key == term.label and term.help.key == term.help for term in shipped_terms().entries)
    own = shipped_terms().with_own([("function", "gardens", "School gardens", "food")])
    assert own.label("function", "gardens").key == ""
    assert own.label("function", "nobody knows this").key == ""
