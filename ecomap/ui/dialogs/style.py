"""How a layer looks: one colour, classes of a number, kinds; outline, size and names; or as another layer has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QLineEdit, QWidget

from ecomap.model.errors import EcoMapError
from ecomap.model.layer import LINE, POINT, POLYGON, Column, Layer
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.style import CATEGORISED, GRADUATED, SINGLE, LayerStyle
from ecomap.model.vocabulary import NAME
from ecomap.render.style import palette
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog, Number, PushButton, TickBox, WholeNumber
from ecomap.ui.look.parts import Scroll, airy, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import operations
from ecomap.workspace.map_order import mapped_layers
from ecomap.workspace.styling import breaks_of, by_category, copied, more_need_is_less, text_columns

KINDS = "kinds:"  # before the name of a column whose values are kinds
FIXED = "fixed"
SCHEMES = (
    ("quantiles", say("Equally many places in each")), ("equal_interval", say("Equally wide")),
    ("fisher_jenks", say("Natural breaks (Fisher-Jenks)")), (FIXED, say("Where I say")),
)
SHAPES = (("circle", say("Circle")), ("square", say("Square")), ("diamond", say("Diamond")), ("triangle", say("Triangle")),
          ("plus", say("Plus")), ("cross", say("Cross")))


class ColourButton(PushButton):
    """A button that shows a colour and opens the choice of another."""

    chosen = Signal(str)

    def __init__(self, words: Said) -> None:
        super().__init__("")
        self.colour = ""
        self.setIconSize(QSize(80, 14))
        named(self, words)
        self.clicked.connect(self._ask)

    def show_colour(self, colour: str) -> None:
        """Show a colour without telling anybody; "" is none."""
        self.colour = colour
        picture = QPixmap(160, 28)
        picture.fill(QColor(colour) if colour else Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(QPen(look().colour("control"), 2))
        painter.drawRect(1, 1, 158, 26)
        painter.end()
        self.setIcon(QIcon(picture))
        self.setText(spoken(name(colour)) if colour else spoken(say("none", context="colour")))

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self.colour or "#888888"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.pick(colour.name()))
        dialog.open()

    def pick(self, colour: str) -> None:
        """Take a colour, as ``#RRGGBB``."""
        self.show_colour(colour.upper())
        self.chosen.emit(self.colour)


class StyleDialog(FormDialog):
    """How one layer looks; each change shows on the map, and all of them together are one step to undo."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.layer_id = desk, layer_id
        layer = desk.project.layer(layer_id)
        self.before = layer.style
        self._base = layer.style  # what the controls change; another after a look was copied
        self.setWindowTitle(spoken(say("Style of {layer}", layer=layer.name)))
        self._make(layer, desk.project.frame(layer_id))
        keep, back = button(say("Done"), "primary"), button(say("Put it back"))
        keep.clicked.connect(self.accept)
        back.clicked.connect(self._put_back)
        self.problem = label(NOTHING, "problem")
        self.problem.hide()
        inside = QWidget()
        inside.setLayout(
            column(label(layer.name, "title"), label(say("Missing numbers are always hatched; points without a number are hollow."), "quiet"),
                   *self.lines.values(), self.problem, margins=(22, 18, 22, 4), spacing=8)
        )
        self.setLayout(column(Scroll(inside, say("Style")), row(back, -1, keep, margins=(22, 8, 22, 18)), spacing=0))
        self._show(self.before)
        sized(self, 450, round((inside.sizeHint().height() + keep.sizeHint().height() + 40) / look().scale))
        for box in (self.colour_by, self.palette_box, self.scheme, self.shape, self.labels, self.size_by):
            box.activated.connect(self._apply)
        for spin in (self.classes, self.symbol_size, self.opacity, self.line_width):
            spin.valueChanged.connect(self._apply)
        for colour in (self.fill, self.line):
            colour.chosen.connect(self._apply)
        self.least.toggled.connect(self._apply)
        self.breaks.editingFinished.connect(self._apply)
        self.copy_from.activated.connect(self._copy)

    def _make(self, layer: Layer, frame: Any) -> None:
        """The controls, and the lines they stand in."""
        numbers, texts = number_columns(layer, frame), text_columns(layer, frame)
        self.colour_by = _choices(say("Colour by"), [(say("One look for all"), ""), *((c.label, c.name) for c in numbers)],
                                  say("The number or the kind that decides the colour"))
        for one in texts:
            self.colour_by.addItem(spoken(say("{column} (kinds)", column=one.label)), KINDS + one.name)
        self.palette_box = Choices()
        self.palette_box.setIconSize(QSize(80, 14))
        for ramp in palette.names():
            self.palette_box.addItem(_ramp_icon(ramp), spoken(palette.label(ramp)), ramp)
        named(self.palette_box, say("Colours"), say("From low to high"))
        self.least = TickBox(spoken(say("The lowest is the strongest")))
        named(self.least, say("The lowest is the strongest"), say("For numbers where less is worse: worse stands out more, always."))
        self.classes = _spin(say("Number of classes"), 2, 9)
        self.scheme = _choices(say("Where the classes end"), [(words, value) for value, words in SCHEMES])
        self.breaks = QLineEdit()
        self.breaks.setPlaceholderText("10; 20; 50")
        named(self.breaks, say("Ends of the classes"), say("The upper end of each class, lowest first: 10; 20; 50 or 20 %; 40 %"))
        self.fill, self.line = ColourButton(say("Colour", context="of a layer")), ColourButton(say("Colour of the outline"))
        self.line_width = Number()
        self.line_width.setRange(0, 10)
        self.line_width.setSingleStep(0.5)
        self.line_width.setDecimals(1)
        self.line_width.setSuffix(" px")
        named(self.line_width, say("Width of the outline"))
        self.shape = _choices(say("Shape"), [(words, value) for value, words in SHAPES])
        self.symbol_size = Number()
        self.symbol_size.setRange(3, 60)
        self.symbol_size.setDecimals(0)
        self.symbol_size.setSuffix(" px")
        named(self.symbol_size, say("Size", context="symbol"))
        self.size_by = _choices(say("Size by"), [(say("All the same size"), ""), *((c.label, c.name) for c in numbers)],
                                say("The area of a symbol follows this number"))
        self.opacity = _spin(say("How solid the fill is"), 5, 100, " %")
        self.opacity.setSingleStep(5)
        named_columns = [c for c in layer.columns if c.name == NAME] or ([Column(NAME, say("Name"))] if NAME in frame else [])
        shown = dict.fromkeys((c.name, c.label) for c in (*named_columns, *texts, *numbers))
        self.labels = _choices(say("Names on the map"), [(say("No names"), ""), *((words, value) for value, words in shown)],
                               say("What is written beside each place, where there is room"))
        others = [one for one in mapped_layers(self.desk.project) if one.id != layer.id and one.geometry == layer.geometry]
        self.copy_from = _choices(say("As another layer"), [(say("Choose a layer"), ""), *((one.name, one.id) for one in others)],
                                  say("Takes over colours, classes, outline and names"))
        for spin in (self.classes, self.symbol_size, self.opacity, self.line_width):
            airy(spin)
        self.lines = {
            "copy": _line(say("As another layer"), self.copy_from), "by": _line(say("Colour by"), self.colour_by),
            "fill": _line(say("Colour", context="of a layer"), self.fill), "palette": _line(say("Colours"), self.palette_box),
            "least": _line(NOTHING, self.least), "scheme": _line(say("Where they end"), self.scheme),
            "classes": _line(say("Classes"), self.classes), "breaks": _line(say("Ends"), self.breaks),
            "opacity": _line(say("How solid"), self.opacity), "line": _line(say("Outline"), self.line),
            "width": _line(say("Outline width"), self.line_width), "shape": _line(say("Shape"), self.shape),
            "size": _line(say("Size", context="symbol"), self.symbol_size), "size_by": _line(say("Size by"), self.size_by),
            "labels": _line(say("Names on the map"), self.labels),
        }

    def _show(self, style: LayerStyle) -> None:
        """Set the controls to a style, telling nobody."""
        controls = (self.colour_by, self.palette_box, self.classes, self.scheme, self.shape, self.symbol_size, self.opacity, self.line_width,
                    self.least, self.labels, self.size_by, self.breaks)
        for control in controls:
            control.blockSignals(True)
        by = {GRADUATED: style.column, CATEGORISED: KINDS + style.column}.get(style.kind, "")
        self.colour_by.setCurrentIndex(max(self.colour_by.findData(by), 0))
        for box, value in ((self.palette_box, style.palette), (self.scheme, style.scheme), (self.shape, style.shape),
                           (self.labels, style.label_column), (self.size_by, style.size_column)):
            box.setCurrentIndex(max(box.findData(value), 0))
        self.classes.setValue(style.classes)
        self.breaks.setText("; ".join(f"{one:g}" for one in style.breaks))
        self.least.setChecked(style.least_is_darkest)
        self.symbol_size.setValue(style.size)
        self.opacity.setValue(round(style.fill_opacity * 100))
        self.line_width.setValue(style.line_width)
        self.fill.show_colour(palette.colour(style.fill))
        self.line.show_colour(palette.colour(style.line))
        for control in controls:
            control.blockSignals(False)
        self._fit()

    def _fit(self) -> None:
        """Only the lines that say something for this look are there."""
        geometry = self.desk.project.layer(self.layer_id).geometry
        by, own = str(self.colour_by.currentData() or ""), self.scheme.currentData() == FIXED
        graduated, point, area = bool(by) and not by.startswith(KINDS), geometry == POINT, geometry == POLYGON
        there = {
            "palette": graduated, "least": graduated, "scheme": graduated, "classes": graduated and not own, "breaks": graduated and own,
            "fill": not by and geometry != LINE, "opacity": area or point, "shape": point and not by.startswith(KINDS), "size": point,
            "size_by": point and self.size_by.count() > 1, "copy": self.copy_from.count() > 1,
        }
        for key, line in self.lines.items():
            line.setVisible(there.get(key, True))
        self.adjustSize()

    def wanted(self) -> LayerStyle:
        """The style as the controls stand.

        Raises
        ------
        EcoMapError
            If the ends of classes that were typed are none.
        """
        layer, frame = self.desk.project.layer(self.layer_id), self.desk.project.frame(self.layer_id)
        by = str(self.colour_by.currentData() or "")
        base = self._base
        style = evolve(
            base, shape=str(self.shape.currentData()), size=float(self.symbol_size.value()), fill_opacity=self.opacity.value() / 100,
            line=base.line if palette.colour(base.line) == self.line.colour else self.line.colour, line_width=self.line_width.value(),
            label_column=str(self.labels.currentData() or ""), size_column=str(self.size_by.currentData() or ""),
        )
        if by.startswith(KINDS):
            column = by.removeprefix(KINDS)
            return style if base.kind == CATEGORISED and base.column == column else by_category(evolve(layer, style=style), frame, column)
        if by:
            return self._graduated(style, layer, by)
        fill = base.fill if palette.colour(base.fill) == self.fill.colour else self.fill.colour
        if base.kind == SINGLE:
            return evolve(style, fill=fill)
        return evolve(style, kind=SINGLE, column="", symbols=(), class_labels=(), breaks=(), scheme=LayerStyle().scheme, fill=fill or "quiet",
                      zero_label=NOTHING)

    def _graduated(self, style: LayerStyle, layer: Layer, by: str) -> LayerStyle:
        base, own = self._base, self.scheme.currentData() == FIXED
        new = base.kind != GRADUATED or base.column != by
        if new and self.sender() is self.colour_by:
            self.least.blockSignals(True)
            self.least.setChecked(more_need_is_less(layer, by))
            self.least.blockSignals(False)
        breaks = breaks_of(self.breaks.text()) if own else ()
        kept = not new and (base.scheme, base.classes, base.breaks) == (self.scheme.currentData(), self.classes.value(), breaks)
        return evolve(
            style, kind=GRADUATED, column=by, palette=str(self.palette_box.currentData()), least_is_darkest=self.least.isChecked(),
            classes=self.classes.value(), scheme=str(self.scheme.currentData()), class_labels=base.class_labels if kept else (),
            breaks=breaks, symbols=(), pattern="", zero_label=base.zero_label if not new else NOTHING,
        )

    def _apply(self) -> None:
        if self.scheme.currentData() == FIXED and not self.breaks.text().strip():
            self._suggest_ends()
        self._fit()
        try:
            style = self.wanted()
        except EcoMapError as problem:
            self._say(joined([problem.message, problem.hint]))
            return
        self._say(NOTHING)
        self._set(style)

    def _suggest_ends(self) -> None:
        """Own ends begin with those on the map, rounded, so that there is something to change."""
        from ecomap.render.style.drawing import resolved  # heavy

        layer = self.desk.project.layer(self.layer_id)
        if layer.style.kind == GRADUATED:
            ends = resolved(layer, self.desk.project.frame(self.layer_id), self.desk.project.day).breaks
            self.breaks.setText("; ".join(dict.fromkeys(f"{one:.3g}" for one in ends)))

    def _copy(self) -> None:
        """Take over the look of another layer."""
        other = str(self.copy_from.currentData() or "")
        if other:
            project = self.desk.project
            self._base = copied(project.layer(other).style, project.layer(self.layer_id), project.frame(self.layer_id))
            self._show(self._base)
            self._set(self._base)

    def _set(self, style: LayerStyle) -> None:
        self._base = style
        self.fill.show_colour(palette.colour(style.fill))
        layer = self.desk.project.layer(self.layer_id)
        self.desk.apply(
            self.desk.project.with_layer_changed(evolve(layer, style=style)),
            say("Style “{layer}”", layer=layer.name), merge_key=f"style:{self.layer_id}:{id(self)}",
        )

    def _say(self, text: Said) -> None:
        self.problem.setText(spoken(text))
        self.problem.setVisible(bool(text))

    def _put_back(self) -> None:
        layer = self.desk.project.layer(self.layer_id)
        if layer.style != self.before:
            self.desk.apply(
                operations.restyle(self.desk.project, self.layer_id, **_fields(self.before)),
                say("Style “{layer}”", layer=layer.name), merge_key=f"style:{self.layer_id}:{id(self)}",
            )
        self.reject()


def _choices(words: Said, offered: Sequence[tuple[Said, str]], help_text: Said = NOTHING) -> Choices:
    made = Choices()
    for text, value in offered:
        made.addItem(spoken(text), value)
    named(made, words, help_text)
    return made


def _spin(words: Said, low: int, high: int, suffix: str = "") -> WholeNumber:
    made = WholeNumber()
    made.setRange(low, high)
    made.setSuffix(suffix)
    named(made, words)
    return made


def _fields(style: LayerStyle) -> dict[str, Any]:
    import attrs

    return {field.name: getattr(style, field.name) for field in attrs.fields(LayerStyle)}


def number_columns(layer: Layer, frame: Any) -> list[Column]:
    """The columns a layer can be coloured by: described numbers, indicators among them."""
    measured = [Column(i.column, i.label, i.unit) for i in layer.indicators]
    described = [*layer.columns, *(m for m in measured if m.name not in {c.name for c in layer.columns})]
    aside = {name for c in layer.columns for name in (c.moe, c.low, c.high)}
    return [
        c for c in described
        if c.name in frame and frame[c.name].dtype.kind in "iuf" and c.name not in aside and not c.hidden and c.name != NAME
    ]


def _line(text: Said, control: QWidget) -> QWidget:
    words = label(text, "label", wrap=False)
    words.setMinimumWidth(look().px(116))
    words.setBuddy(control)
    line = row(words, control)
    line.setStretch(1, 1)
    made = QWidget()
    made.setLayout(line)
    return made


def _ramp_icon(name: str) -> QIcon:
    picture = QPixmap(160, 28)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, colour in enumerate(palette.ramp(name, 5, look().tokens.name == "dark")):
        painter.setBrush(QColor(colour))
        painter.drawRect(QRectF(place * 32, 2, 32, 24))
    painter.end()
    return QIcon(picture)
