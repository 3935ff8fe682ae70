"""A form made from a params class: every kind of parameter, bounds in words, names for screen readers."""

from __future__ import annotations

from typing import Annotated

import pytest
from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSlider, QWidget
from pytestqt.qtbot import QtBot

from ecomap.analysis import registry
from ecomap.model.params import Choice, Param, ParamSpec, build_params
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.units import METRES_PER_MILE
from ecomap.ui.forms.fields import (
    ChecklistField,
    ChoiceField,
    DistanceField,
    NumberField,
    WeightsField,
    WordsField,
    by_bracket,
)
from ecomap.ui.forms.of_params import Form


@frozen
class Everything:
    radius_m: Annotated[float, Param("How far?", unit="m", gt=0, le=50_000)] = METRES_PER_MILE
    share: Annotated[float, Param("How much?", unit="share", ge=0, le=1)] = 0.75
    count: Annotated[int, Param("How many?", ge=1, le=10)] = 3
    power: Annotated[float, Param("How strong?", ge=0, le=2)] = 1.0
    whole: Annotated[bool, Param("Count the whole?")] = False
    target: Annotated[str, Param("What?", choices_from="target")] = "b"
    word: Annotated[str, Param("Which word?")] = "none"
    members: Annotated[tuple[str, ...], Param("Which of them?", choices_from="indicator")] = ()
    weights: Annotated[tuple[tuple[str, float], ...], Param("How much each?", choices_from="indicator")] = ()
    seed: Annotated[int, Param("Seed", ge=0, advanced=True)] = 0


LISTS = {
    "target": (Choice("a", "Apples"), Choice("b", "Pears")),
    "indicator": (Choice("x", "Poverty (2018)"), Choice("y", "Income (2018)"), Choice("z", "Asthma (2021)")),
}


@pytest.fixture
def form(qtbot: QtBot, light: None) -> Form:
    made = Form(Everything, lambda name: LISTS.get(name, ()))
    qtbot.addWidget(made)
    made.show()
    return made


def test_untouched_form_gives_the_defaults(form: Form) -> None:
    assert build_params(Everything, form.values()) == Everything()


def test_a_distance_is_shown_in_miles_and_minutes_and_given_in_metres(form: Form, qtbot: QtBot) -> None:
    field = form.fields["radius_m"]
    assert isinstance(field, DistanceField)
    assert field.box.text() == "1.0 mi"
    assert field.walk.text() == "About a 20-minute walk."
    field.slider.setFocus()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClick(field.slider, Qt.Key.Key_Right)
    assert field.value() == pytest.approx(1.1 * METRES_PER_MILE)
    assert field.walk.text() == "About a 22-minute walk."


def test_a_distance_set_from_outside_comes_back_to_the_digit(form: Form) -> None:
    form.set_values({"radius_m": 1234.5})
    assert form.values()["radius_m"] == 1234.5


def test_a_share_is_shown_in_percent(form: Form) -> None:
    field = form.fields["share"]
    assert isinstance(field, NumberField)
    assert field.box.text() == "75 %"
    field.box.setValue(60)
    assert form.values()["share"] == pytest.approx(0.6)


def test_a_choice_from_the_project(form: Form) -> None:
    field = form.fields["target"]
    assert isinstance(field, ChoiceField)
    assert [field.box.itemText(n) for n in range(field.box.count())] == ["Apples", "Pears"]
    assert form.values()["target"] == "b"


def test_a_checklist_means_all_until_one_is_taken_away(form: Form, qtbot: QtBot) -> None:
    field = form.fields["members"]
    assert isinstance(field, ChecklistField)
    assert form.values()["members"] == ()
    box = field.boxes["y"]
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert form.values()["members"] == ("x", "z")
    assert field.count.text() == "2 of 3"


def test_weights_are_offered_for_what_is_chosen_only(form: Form, qtbot: QtBot) -> None:
    weights = form.fields["weights"]
    assert isinstance(weights, WeightsField)
    form.fold.head.setChecked(True)
    weights.weights["x"].setValue(2.0)
    weights.weights["y"].setValue(3.0)
    assert form.values()["weights"] == (("x", 2.0), ("y", 3.0))
    checklist = form.fields["members"]
    assert isinstance(checklist, ChecklistField)
    qtbot.keyClick(checklist.boxes["y"], Qt.Key.Key_Space)
    assert form.values()["weights"] == (("x", 2.0),)


def test_advanced_parameters_stand_one_level_down(form: Form) -> None:
    assert not form.fields["seed"].isVisible()
    form.fold.head.click()
    assert form.fields["seed"].isVisible()


def test_a_list_with_nothing_in_it_says_so_and_holds_the_button_back(qtbot: QtBot, light: None) -> None:
    @frozen
    class Needs:
        target: Annotated[str, Param("What?", choices_from="target")]

    made = Form(Needs, lambda name: ())
    qtbot.addWidget(made)
    field = made.fields["target"]
    assert isinstance(field, ChoiceField)
    assert not field.box.isEnabled()
    assert "Nothing to choose" in field.box.placeholderText()


def test_what_is_wrong_stands_under_its_control(qtbot: QtBot, light: None) -> None:
    @frozen
    class Word:
        colour: Annotated[str, Param("Which colour?", choices=(Choice("red", "Red"),))] = "red"

    made = Form(Word, lambda name: ())
    qtbot.addWidget(made)
    field = made.fields["colour"]
    assert isinstance(field, ChoiceField)
    field.box.addItem("Blue", "blue")
    with qtbot.waitSignal(made.valid, check_params_cb=lambda fine: not fine):
        field.box.setCurrentIndex(1)
        field.edited.emit()
    shown = [widget for widget in made.findChildren(QWidget) if widget.property("voice") == "problem"]
    assert [widget.text() for widget in shown if not widget.isHidden()] == [  # type: ignore[attr-defined]
        "'Which colour?' cannot be 'blue'. Choose one of red."
    ]


def test_every_control_has_a_name(form: Form) -> None:
    controls = [*form.findChildren(QSlider), *form.findChildren(QComboBox), *form.findChildren(QCheckBox)]
    assert controls
    assert all(control.accessibleName() for control in controls)


def test_vintages_shared_by_several_become_headings() -> None:
    groups = by_bracket(LISTS["indicator"])
    assert [(heading, [text for _, text in members]) for heading, members in groups] == [
        ("2018", ["Poverty", "Income"]), ("", ["Asthma (2021)"]),
    ]


@frozen
class Lists:
    alike: Annotated[tuple[str, ...], Param("Alike in what?", choices_from="indicator")] = ("y", "x", "gone")
    level: Annotated[str, Param("Which level?", choices_from="level")] = "all"
    columns: Annotated[tuple[str, ...], Param("Which columns?")] = ("need", "level")
    outcomes: Annotated[tuple[str, ...], Param("Which outcomes?")] = ()


def test_lists_that_nobody_touched_give_their_defaults_also_where_the_project_lists_nothing(
    qtbot: QtBot, light: None
) -> None:
    for lists in (LISTS, {}):
        made = Form(Lists, lambda name, lists=lists: lists.get(name, ()))  # type: ignore[misc]
        qtbot.addWidget(made)
        assert build_params(Lists, made.values()) == Lists()
        made.rebuild()
        assert build_params(Lists, made.values()) == Lists()


def test_a_list_with_a_default_is_what_is_ticked_once_it_was_touched(qtbot: QtBot, light: None) -> None:
    made = Form(Lists, lambda name: LISTS.get(name, ()))
    qtbot.addWidget(made)
    field = made.fields["alike"]
    assert isinstance(field, ChecklistField)
    assert field.chosen() == ("x", "y")
    qtbot.keyClick(field.boxes["x"], Qt.Key.Key_Space)
    assert made.values()["alike"] == ("y",)
    qtbot.keyClick(field.boxes["y"], Qt.Key.Key_Space)
    assert made.values()["alike"] == ()
    made.rebuild()
    assert made.values()["alike"] == ()


def test_words_are_typed_with_commas_between_them(qtbot: QtBot, light: None) -> None:
    made = Form(Lists, lambda name: ())
    qtbot.addWidget(made)
    field = made.fields["columns"]
    assert isinstance(field, WordsField)
    assert field.box.text() == "need, level"
    field.box.clear()
    qtbot.keyClicks(field.box, "need,  suspensions ,")
    assert made.values()["columns"] == ("need", "suspensions")


@pytest.mark.parametrize("name", registry.names())
def test_every_analysis_gets_a_form_that_gives_back_its_defaults(name: str, qtbot: QtBot, light: None) -> None:
    params = registry.analysis(name).params
    made = Form(params, lambda _list: (Choice("service:Food", "Food (3)"), Choice("x", "Poverty")))
    qtbot.addWidget(made)
    given = {key: value for key, value in made.values().items() if value != ""}
    assert build_params(params, given) is not None


@pytest.mark.parametrize(("zero", "default", "words"), [
    (say("no limit"), 0.0, "no limit"), (name("every site must say how many it has"), 0.0, ""), (say("no limit"), 5.0, ""),
    (NOTHING, 0.0, ""),
])
def test_a_zero_that_is_no_number_is_said_in_words(light: None, qtbot: QtBot, zero: Said, default: float, words: str) -> None:
    field = NumberField(ParamSpec("budget", "float", Param(name("Budget"), zero=zero, unit="usd", ge=0), default, False))
    qtbot.addWidget(field)
    assert field.box.text() == (words or f"${default:,.0f}")
    assert field.value() == default


def test_chosen_words_that_do_not_fit_are_told_whole(light: None, qtbot: QtBot) -> None:
    long = "Places per person, nearer ones count more than those further away (enhanced two-step)"
    field = ChoiceField(ParamSpec("measure", "str", Param("How?", "Which way"), "a", False), (Choice("a", long),))
    qtbot.addWidget(field)
    field.resize(160, 60)
    assert field.box.toolTip().startswith(long)
