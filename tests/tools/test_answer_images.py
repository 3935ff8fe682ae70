"""What the pictures of the answers ask for exists, so that a new or renamed question is not left without one."""

from __future__ import annotations

from ecomap.analysis import registry
from ecomap.model import vocabulary as v
from ecomap.model.params import build_params
from ecomap.model.terms import shipped_terms
from tests.small_project import small_project
from tools.answer_images import FILE_NAMES, IN_STEP_PICTURES, SHOTS, schools_with_people


def test_pictures_ask_known_questions_with_values_they_take() -> None:
    for name, shot in SHOTS.items():
        build_params(registry.analysis(name).params, dict(shot.values))
        assert not shot.table or shot.table in {table.name for table in registry.analysis(name).tables}
    assert {*FILE_NAMES, *IN_STEP_PICTURES} <= set(registry.names())


def test_the_main_question_of_every_step_has_the_picture_of_its_step() -> None:
    steps = {registry.analysis(name).step for name in registry.names()}
    assert sorted(registry.analysis(name).step for name in IN_STEP_PICTURES) == sorted(steps)


def test_made_up_people_do_what_the_lists_know() -> None:
    project = schools_with_people(small_project())
    roles = project.frame(project.layers_of(v.STAFF_ROLE)[0].id)
    known = {term.code for term in shipped_terms().of("function")}
    assert set(roles[v.FUNCTION]) <= known
    assert set(roles[v.SCHOOL_ID]) <= set(project.frame("schools")["id"])
