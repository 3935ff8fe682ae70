"""How a layer looks: colours by which column, in how many classes."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.style import GRADUATED, SINGLE, LayerStyle
from ecomap.model.vocabulary import NAME
from ecomap.render.style import palette
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import Choices, FormDialog, Number, WholeNumber
from ecomap.ui.look.parts import Scroll, airy, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import operations

SCHEMES = (
    ("quantiles", say("Equally many places in each")), ("equal_interval", say("Equally wide")),
    ("fisher_jenks", say("Natural breaks (Fisher-Jenks)")),
)
SHAPES = (("circle", say("Circle")), ("square", say("Square")), ("diamond", say("Diamond")), ("triangle", say("Triangle")))


class StyleDialog(FormDialog):
    """Palette, column and classes of one layer; each change shows on the map and is one undo step together."""

    def __init__(self, parent: QWidget, desk: Desk, layer_id: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.layer_id = desk, layer_id
        layer = desk.project.layer(layer_id)
        self.before = layer.style
        self.setWindowTitle(spoken(say("Style of {layer}", layer=layer.name)))
        self.colour_by = Choices()
        self.colour_by.addItem(spoken(say("One look for all")), "")
        for described in number_columns(layer, desk.project.frame(layer_id)):
            self.colour_by.addItem(spoken(described.label), described.name)
        named(self.colour_by, say("Colour by"), say("The number that decides the colour"))
        self.palette_box = Choices()
        self.palette_box.setIconSize(QSize(80, 14))
        for one in palette.names():
            self.palette_box.addItem(_ramp_icon(one), spoken(palette.label(one)), one)
        named(self.palette_box, say("Colours"), say("From low to high"))
        self.classes = WholeNumber()
        self.classes.setRange(2, 9)
        named(self.classes, say("Number of classes"))
        self.scheme = Choices()
        for value, words in SCHEMES:
            self.scheme.addItem(spoken(words), value)
        named(self.scheme, say("Where the classes end"))
        self.shape = Choices()
        for value, words in SHAPES:
            self.shape.addItem(spoken(words), value)
        named(self.shape, say("Shape"))
        self.symbol_size = Number()
        self.symbol_size.setRange(3, 30)
        self.symbol_size.setDecimals(0)
        self.symbol_size.setSuffix(" px")
        named(self.symbol_size, say("Size", context="symbol"))
        self.opacity = WholeNumber()
        self.opacity.setRange(10, 100)
        self.opacity.setSingleStep(10)
        self.opacity.setSuffix(" %")
        named(self.opacity, say("How solid the fill is"))
        point = layer.geometry == POINT
        lines: list[Any] = [
            _line(say("Colour by"), self.colour_by), _line(say("Colours"), self.palette_box), _line(say("Classes"), self.classes),
            _line(say("Where they end"), self.scheme),
        ]
        lines += [_line(say("Shape"), self.shape), _line(say("Size", context="symbol"), self.symbol_size)] if point else [_line(say("How solid"), self.opacity)]
        for spin in (self.classes, self.symbol_size, self.opacity):
            airy(spin)
        keep, back = button(say("Done"), "primary"), button(say("Put it back"))
        keep.clicked.connect(self.accept)
        back.clicked.connect(self._put_back)
        inside = QWidget()
        inside.setLayout(column(label(layer.name, "title"), label(say("Missing numbers are always hatched."), "quiet"), *lines,
                                margins=(22, 18, 22, 4), spacing=10))
        self.setLayout(column(Scroll(inside, say("Style")), row(back, -1, keep, margins=(22, 8, 22, 18)), spacing=0))
        sized(self, 430, round((inside.sizeHint().height() + keep.sizeHint().height() + 34) / look().scale))
        self._show(self.before)
        for box in (self.colour_by, self.palette_box, self.scheme, self.shape):
            box.activated.connect(self._apply)
        for spin in (self.classes, self.symbol_size, self.opacity):
            spin.valueChanged.connect(self._apply)

    def _show(self, style: LayerStyle) -> None:
        self.colour_by.setCurrentIndex(max(self.colour_by.findData(style.column if style.kind == GRADUATED else ""), 0))
        self.palette_box.setCurrentIndex(max(self.palette_box.findData(style.palette), 0))
        self.classes.setValue(style.classes)
        self.scheme.setCurrentIndex(max(self.scheme.findData(style.scheme), 0))
        self.shape.setCurrentIndex(max(self.shape.findData(style.shape), 0))
        self.symbol_size.setValue(style.size)
        self.opacity.setValue(round(style.fill_opacity * 100))
        self._fit()

    def _fit(self) -> None:
        graduated = bool(self.colour_by.currentData())
        for box in (self.palette_box, self.classes, self.scheme):
            box.setEnabled(graduated)

    def wanted(self) -> LayerStyle:
        """The style as the controls stand."""
        column_name = str(self.colour_by.currentData() or "")
        style = evolve(
            self.before, shape=str(self.shape.currentData()), size=float(self.symbol_size.value()),
            fill_opacity=self.opacity.value() / 100,
        )
        if column_name:
            return evolve(
                style, kind=GRADUATED, column=column_name, palette=str(self.palette_box.currentData()),
                classes=self.classes.value(), scheme=str(self.scheme.currentData()), class_labels=(), breaks=(),
                zero_label=self.before.zero_label if column_name == self.before.column else NOTHING,
            )
        return style if self.before.kind != GRADUATED else evolve(style, kind=SINGLE, column="", fill="quiet")

    def _apply(self) -> None:
        self._fit()
        layer = self.desk.project.layer(self.layer_id)
        self.desk.apply(
            self.desk.project.with_layer_changed(evolve(layer, style=self.wanted())),
            say("Style “{layer}”", layer=layer.name), merge_key=f"style:{self.layer_id}:{id(self)}",
        )

    def _put_back(self) -> None:
        layer = self.desk.project.layer(self.layer_id)
        if layer.style != self.before:
            self.desk.apply(
                operations.restyle(self.desk.project, self.layer_id, **_fields(self.before)),
                say("Style “{layer}”", layer=layer.name), merge_key=f"style:{self.layer_id}:{id(self)}",
            )
        self.reject()


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


def _line(text: Said, control: QWidget) -> Any:
    words = label(text, "label", wrap=False)
    words.setMinimumWidth(look().px(116))
    words.setBuddy(control)
    line = row(words, control)
    line.setStretch(1, 1)
    return line


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
