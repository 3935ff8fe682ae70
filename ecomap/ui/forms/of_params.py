"""A form made from an analysis' parameters: nothing about a parameter is written twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ecomap.model.errors import ParameterError
from ecomap.model.params import Choice, ParamSpec, build_params, param_specs
from ecomap.model.said import NOTHING, Said, say
from ecomap.ui.forms.chips import ChipsField
from ecomap.ui.forms.fields import (
    BoolField,
    ChecklistField,
    ChoiceField,
    DistanceField,
    Explained,
    Field,
    NumberField,
    TextField,
    WeightsField,
    WordsField,
)
from ecomap.ui.look.parts import Fold, clear, column, label
from ecomap.ui.speech import told

METHOD: Final = say("Method")
Choices = Callable[[str], tuple[Choice, ...]]
Explain = Callable[[ParamSpec, str], Said]


def _nothing(_spec: ParamSpec, _value: str) -> Said:
    return NOTHING


class Form(QWidget):
    """The controls of one params class.

    Parameters
    ----------
    params_class : type
        A frozen class whose attributes are ``Annotated[..., Param(...)]``.
    choices : callable
        The list for a ``choices_from`` name, as the project stands.
    explain : callable, optional
        Second line under a choice of a list (a direction, a vintage).
    dragged : sequence of str
        The settings that follow the hand: each has a slider.
    below : Said
        What the fold is called under which advanced parameters stand.

    Notes
    -----
    ``changed`` is sent after every change a person makes; ``valid`` tells whether the values can be used.
    """

    changed = Signal()
    touched = Signal()  # the hand is on a slider
    valid = Signal(bool)

    def __init__(
        self, params_class: type, choices: Choices, explain: Explain = _nothing, *, below: Said = METHOD, dragged: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.dragged = frozenset(dragged)
        self.params_class = params_class
        self.fields: dict[str, Field] = {}
        self._problems: dict[str, QLabel] = {}
        self._choices, self._explain = choices, explain
        self._main = QVBoxLayout()
        self._method = QWidget()
        self._method_layout = column(spacing=14, margins=(4, 0, 0, 4))
        self._method.setLayout(self._method_layout)
        self.fold = Fold(below, self._method)
        self._main.setContentsMargins(0, 0, 0, 0)
        self._main.setSpacing(14)
        self.setLayout(column(self._main, self.fold, spacing=10))
        self.rebuild()

    def rebuild(self) -> None:
        """Make the controls again because the lists to choose from changed; what was chosen stays where it can."""
        kept = self.values() if self.fields else {}
        clear(self._main)
        clear(self._method_layout)
        self.fields.clear()
        self._problems.clear()
        for spec in param_specs(self.params_class):
            self._add(spec)
        self.fold.setVisible(any(one_level_down(field.spec) for field in self.fields.values()))
        self.set_values(kept)

    def _add(self, spec: ParamSpec) -> None:
        param = spec.param
        choices = param.choices or (self._choices(param.choices_from) if param.choices_from else ())
        field = field_for(spec, choices, lambda value: self._explain(spec, value))
        field.edited.connect(self._edited)
        if spec.name in self.dragged:
            field.with_slider()
            field.touched.connect(self.touched)
        problem = label(NOTHING, "problem")
        problem.hide()
        place = self._method_layout if one_level_down(spec) else self._main
        place.addLayout(column(field, problem, spacing=4))
        self.fields[spec.name] = field
        self._problems[spec.name] = problem

    def values(self) -> dict[str, Any]:
        """What is chosen, as plain values that `build_params` takes."""
        return {name: field.value() for name, field in self.fields.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_value(value)
        self._limit_weights()
        self.check()

    def fold_lists(self) -> None:
        """Make the long lists short once they were used."""
        for field in self.fields.values():
            if isinstance(field, ChecklistField):
                field.fold(True)

    def _limit_weights(self) -> None:
        """Weights are offered for what is chosen in the list beside them."""
        for field in self.fields.values():
            for other in self.fields.values():
                same = field.spec.param.choices_from == other.spec.param.choices_from
                if same and isinstance(field, WeightsField) and isinstance(other, ChecklistField):
                    field.limit_to(other.chosen())

    def check(self) -> bool:
        """Hold the values against their bounds and say what is wrong under the control concerned."""
        for problem in self._problems.values():
            problem.hide()
        try:
            build_params(self.params_class, self.values())
        except ParameterError as wrong:
            shown = self._problems.get(str(wrong.details.get("parameter", "")))
            if shown is not None:
                shown.setText(told(wrong))
                shown.show()
            self.valid.emit(False)
            return False
        self.valid.emit(True)
        return True

    def _edited(self) -> None:
        self._limit_weights()
        self.check()
        self.changed.emit()


def field_for(spec: ParamSpec, choices: Sequence[Choice], explain: Explained) -> Field:
    """The control for a parameter: by its kind, its unit and whether there is a list to choose from."""
    if spec.kind == "bool":
        return BoolField(spec)
    listed = bool(choices or spec.param.choices_from)
    if spec.kind == "many" and not listed:
        return WordsField(spec)
    if spec.kind == "many" and spec.param.picked:
        return ChipsField(spec, choices)
    if spec.kind == "many":
        return ChecklistField(spec, choices, explain)
    if spec.kind == "weights":
        return WeightsField(spec, choices)
    if spec.kind == "str":
        return ChoiceField(spec, choices) if listed else TextField(spec)
    if spec.kind == "float" and spec.param.unit == "m":
        return DistanceField(spec)
    return NumberField(spec)


def one_level_down(spec: ParamSpec) -> bool:
    """Whether a parameter stands under "Method": what is declared so, and weights, which few people touch."""
    return spec.param.advanced or spec.kind == "weights"
