"""The table of roles: whole, and what the lists of roles are made of."""

from __future__ import annotations

import pytest

from ecomap.analysis import registry
from ecomap.model import roles
from ecomap.model import vocabulary as v


@pytest.mark.parametrize("role", roles.TABLE, ids=lambda role: role.code)
def test_every_role_has_words_with_an_identity(role: roles.Role) -> None:
    assert role.label.key == roles.ROLE_LABELS[role.code]
    assert role.rows == role.label[0].lower() + role.label[1:]
    assert role.help.key or role.part == roles.MADE


def test_every_role_stands_once() -> None:
    codes = [role.code for role in roles.TABLE]
    assert len(codes) == len(set(codes))
    assert {*roles.ROLES, *roles.MONEY_ROLES, *roles.ASSET_ROLES, v.AREA_LINK, v.RESULT} == set(codes)


def test_the_columns_a_layer_must_have_are_those_of_its_role() -> None:
    assert roles.role(v.ALLOCATION).columns == (v.SCHOOL_ID, v.AMOUNT)
    assert not roles.role(v.NEED_AREA).columns


def test_every_input_of_a_question_is_a_role_of_the_table() -> None:
    asked = {given.role for name in registry.names() for given in registry.analysis(name).inputs}
    assert asked <= {role.code for role in roles.TABLE}
