"""Parameters are declared once; values and command-line text are checked against that."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from attrs import frozen

from ecomap.model.errors import ParameterError
from ecomap.model.params import Choice, Param, build_params, param_specs, plain_params


@frozen
class Params:
    target: Annotated[str, Param("What is looked for?")]
    radius_m: Annotated[float, Param("How far is in reach?", unit="m", gt=0, le=50_000)] = 1609.344
    count: Annotated[int, Param("How many?", ge=1, lt=10)] = 3
    fill: Annotated[bool, Param("Fill gaps?")] = False
    scaling: Annotated[str, Param("Scale", choices=(Choice("rank", "By rank"), Choice("z", "By distance")))] = "rank"
    levels: Annotated[tuple[str, ...], Param("Levels")] = ()
    weights: Annotated[tuple[tuple[str, float], ...], Param("Weights")] = ()


def test_specs_say_what_was_declared_in_its_order() -> None:
    specs = param_specs(Params)
    assert [(spec.name, spec.kind, spec.required) for spec in specs] == [
        ("target", "str", True), ("radius_m", "float", False), ("count", "int", False), ("fill", "bool", False),
        ("scaling", "str", False), ("levels", "many", False), ("weights", "weights", False),
    ]
    assert specs[1].flag == "--radius-m"
    assert specs[1].default == 1609.344
    assert specs[1].param.unit == "m"


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("radius_m", "804.672", 804.672),
        ("radius-m", 50_000, 50_000.0),
        ("count", "4", 4),
        ("count", "4.0", 4),
        ("fill", "yes", True),
        ("fill", "TRUE", True),
        ("fill", "off", False),
        ("fill", "0", False),
        ("fill", 1, True),
        ("scaling", "z", "z"),
        ("levels", "elementary, high", ("elementary", "high")),
        ("levels", ["elementary"], ("elementary",)),
        ("levels", "", ()),
        ("weights", "poverty=2, asthma=0.5", (("poverty", 2.0), ("asthma", 0.5))),
        ("weights", [["poverty", 2]], (("poverty", 2.0),)),
    ],
)
def test_text_and_values_become_what_was_declared(name: str, given: Any, expected: Any) -> None:
    assert getattr(build_params(Params, {"target": "x", name: given}), name.replace("-", "_")) == expected


def test_a_count_has_no_unit_in_words() -> None:
    @frozen
    class Years:
        years: Annotated[int, Param("Over how many years?", unit="count", ge=1)] = 3

    with pytest.raises(ParameterError) as refused:
        build_params(Years, {"years": 0})
    assert refused.value.hint == "It must be at least 1."


@pytest.mark.parametrize(
    ("name", "given", "hint"),
    [
        ("radius_m", 0, "more than 0"),
        ("radius_m", "50001", "at most 50000"),
        ("radius_m", "nan", "at most"),
        ("radius_m", "inf", "at most 50000 m"),
        ("radius_m", "a mile", "Give a number."),
        ("count", float("inf"), "Give a whole number."),
        ("weights", "poverty=nan", "finite number"),
        ("weights", {"poverty": float("inf")}.items(), "finite number"),
        ("radius_m", None, "Give a number."),
        ("count", 0, "at least 1"),
        ("count", 10, "less than 10"),
        ("count", "2.5", "Give a whole number."),
        ("fill", "perhaps", "Say yes or no."),
        ("scaling", "log", "Choose one of rank, z."),
        ("weights", "poverty", "Give pairs"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(name: str, given: Any, hint: str) -> None:
    with pytest.raises(ParameterError) as caught:
        build_params(Params, {"target": "x", name: given})
    assert hint in caught.value.hint
    assert caught.value.details["parameter"] == name


def test_a_parameter_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(ParameterError, match="'radius'") as caught:
        build_params(Params, {"target": "x", "radius": 1})
    assert "--radius-m" in caught.value.hint


def test_a_parameter_that_is_needed_is_asked_for_by_its_label() -> None:
    with pytest.raises(ParameterError, match="What is looked for") as caught:
        build_params(Params, {})
    assert "--target" in caught.value.hint


def test_a_field_without_a_description_is_a_mistake_of_ours() -> None:
    @frozen
    class Bare:
        radius: float = 1.0

    with pytest.raises(TypeError, match="has no Param"):
        param_specs(Bare)


def test_plain_values_build_the_same_parameters_again() -> None:
    params = build_params(Params, {"target": "x", "levels": "high", "weights": "poverty=2"})
    plain = plain_params(params)
    assert plain["levels"] == ["high"]
    assert plain["weights"] == [["poverty", 2.0]]
    assert build_params(Params, plain) == params


def test_a_retired_parameter_is_understood_but_nobody_is_asked_for_it() -> None:
    @frozen
    class Older:
        seed: Annotated[int, Param("Seed", retired=True)] = 0
        draws: Annotated[int, Param("Draws")] = 5

    assert [spec.name for spec in param_specs(Older)] == ["draws"]
    assert build_params(Older, {"seed": "3", "draws": 7}) == Older(3, 7)
    with pytest.raises(ParameterError) as raised:
        build_params(Older, {"seeds": 1})
    assert "--seed" not in raised.value.hint
