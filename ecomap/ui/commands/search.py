"""Find a school, a layer or a command from one box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ecomap.model.said import Said, joined, name, say
from ecomap.model.vocabulary import (
    CITY_NAME,
    EVIDENCE,
    GROUND,
    ID,
    KIND,
    NAME,
    NEIGHBOURHOOD,
    PARK,
    PRACTICE,
    SCHOOL,
    SCHOOL_ID,
    SERVICE,
    SITE,
    TITLE,
    WATER,
    ZONE,
)
from ecomap.ui.commands.actions import COMMANDS
from ecomap.ui.commands.stage import Stage
from ecomap.ui.look.icons import icon, pixmap
from ecomap.ui.look.parts import follow_theme, label, row
from ecomap.ui.look.theme import look, named, text_width
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.speech import spoken
from ecomap.ui.steps import STEPS, WORDS
from ecomap.workspace.map_order import mapped_layers

MOST = 9
Index = QModelIndex | QPersistentModelIndex


@frozen
class Found:
    """Something the box can lead to."""

    kind: str                  # school, place, layer, command
    text: Said
    second: Said
    go: Callable[[], None]


Finder = Callable[[], Sequence[Found]]


def matches(everything: Sequence[Found], words: str, most: int = MOST) -> list[Found]:
    """What holds every word, beginnings first, in the order given.

    >>> [f.text for f in matches([Found("school", "Main Street", "", print), Found("school", "Stmain", "", print)], "main")]
    ['Main Street', 'Stmain']
    """
    wanted = words.casefold().split()
    if not wanted:
        return []
    scored = []
    for place, found in enumerate(everything):
        text = spoken(found.text).casefold()
        if all(word in text or word in spoken(found.second).casefold() for word in wanted):
            parts = text.replace("-", " ").split()
            begins = sum(any(part.startswith(word) for part in parts) for word in wanted)
            scored.append((-(begins + text.startswith(wanted[0])), place, found))
    return [found for _, _, found in sorted(scored, key=lambda item: item[:2])[:most]]


WHAT: Final = say("Find a school, a layer or a command")
AROUND = 52  # px, at normal text, that the sign and the edges take beside the words


class SearchBox(QLineEdit):
    """The box at the top; its answers hang below it. Up and down choose, Return goes there, Escape leaves."""

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.setObjectName("search")
        self._finder = finder
        self._everything: Sequence[Found] = ()
        self._answers: list[Found] = []
        self.setPlaceholderText(spoken(WHAT))
        named(self, WHAT, name("Ctrl+K"))
        self._sign = self.addAction(icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.key = label(name("Ctrl K"), "key")
        inside = row(-1, self.key, margins=(0, 0, 8, 0))
        inside.setAlignment(self.key, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(inside)
        self.key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.list = QListWidget(self)  # else nothing ends it with the window, and what it calls keeps the window alive
        self.list.setItemDelegate(_AnswerLine(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setObjectName("answers")
        named(self.list, say("Answers"))
        self.list.hide()
        self.list.itemClicked.connect(lambda item: self._go(self.list.row(item)))
        self.textEdited.connect(self._search)
        self.returnPressed.connect(lambda: self._go(self.list.currentRow()))
        follow_theme(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        self._sign.setIcon(icon("search", "quiet"))
        self.setMinimumWidth(150)
        self.setMaximumWidth(look().px(330))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._everything = self._finder()
        self.key.hide()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.list.hide()
        self._make_room()
        super().focusOutEvent(event)

    def _search(self, words: str) -> None:
        self._answers = matches(self._everything, words)
        self.list.clear()
        for found in self._answers:
            item = QListWidgetItem(spoken(found.text))
            item.setData(Qt.ItemDataRole.UserRole, found)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(joined([found.text, found.second], ", ")))
            self.list.addItem(item)
        if words.strip() and not self._answers:
            item = QListWidgetItem(spoken(say("Nothing of that name")))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._answers else -1)
        self._hang(bool(words.strip()))

    def _hang(self, shown: bool) -> None:
        window = self.window()
        if self.list.parentWidget() is not window:
            self.list.setParent(window)
        rows = self.list.count()
        corner = self.mapTo(window, QPoint(0, self.height() + 5))
        tall = rows * look().px(40) + 14
        wide = max(self.width(), look().px(400))
        self.list.setGeometry(corner.x() + self.width() - wide, corner.y(), wide, tall)
        self.list.setVisible(shown)
        self.list.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._answers:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % len(self._answers))
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.list.hide()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._answers):
            found = self._answers[place]
            self.clear()
            self.list.hide()
            self.clearFocus()
            found.go()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        if self.list.isVisible():
            self._hang(True)

    def _make_room(self) -> None:
        """All the words where they fit, and the key where it fits beside them."""
        room = self.width() - look().px(AROUND)
        words = text_width(spoken(WHAT), self.font())
        self.key.setVisible(not self.text() and not self.hasFocus() and words + self.key.sizeHint().width() <= room)
        self.setPlaceholderText(spoken(WHAT if words <= room else say("Find")))


_PICTURES = {"school": "school", "place": "place", "layer": "layers", "command": "command"}


class _AnswerLine(QStyledItemDelegate):
    """An answer: its kind as a picture, its name, and quietly where it belongs."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, look().px(40))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = look()
        found = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(5, 1, -5, -1)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.colour("selected"))
            painter.drawRoundedRect(box, 6, 6)
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        if not isinstance(found, Found):
            painter.setPen(now.colour("quiet"))
            painter.drawText(box.adjusted(12, 0, 0, 0), left, str(index.data()))
            painter.restore()
            return
        side = now.px(18)
        place = QRectF(box.left() + 9, box.center().y() - side / 2, side, side)
        painter.drawPixmap(place.toRect(), pixmap(_PICTURES[found.kind], now.tokens.quiet, 48))
        words = box.adjusted(side + 20, 0, -8, 0)
        upper = words.adjusted(0, now.px(3), 0, -words.height() / 2) if found.second else words
        painter.setFont(now.font(12.5, 500))
        painter.setPen(now.colour("text"))
        elided = painter.fontMetrics().elidedText(spoken(found.text), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(upper, left, elided)
        if found.second:
            painter.setFont(now.font(11))
            painter.setPen(now.colour("quiet"))
            lower = words.adjusted(0, words.height() / 2 - 1, 0, -now.px(3))
            painter.drawText(lower, left, spoken(found.second))
        painter.restore()


_PLACES = ((SCHOOL, "school"), (ZONE, "place"), (SITE, "place"), (SERVICE, "place"))


def everything(window: Stage) -> list[Found]:
    """Schools first, then layers, commands and other places."""
    project = window.desk.project
    found: list[Found] = []
    for role, kind in _PLACES[:1]:
        found += _places(window, role, kind)
    for layer in mapped_layers(project):
        found.append(Found("layer", layer.name, say("Layer"), _to_layer(window, layer.id)))
    for known in COMMANDS:
        action = window.known_actions[known.key]
        if known.key != "find" and action.isEnabled():
            keys = joined([say("Command"), name(known.shortcut)], " · ")
            found.append(Found("command", known.text, keys, action.trigger))
    found += _practices(window)
    found += _questions(window)
    for role, kind in _PLACES[1:]:
        found += _places(window, role, kind)
    return found + _on_the_ground(window)


def _on_the_ground(window: Stage) -> list[Found]:
    """Neighbourhoods, cities, parks and waters by name: each is shown on the map."""
    project = window.desk.project
    return [
        Found("place", name(one), layer.name, _to_ground(window, layer.id, str(feature)))
        for layer in project.layers_of(GROUND)
        for frame in (project.frame(layer.id),)
        if {KIND, NAME} <= set(frame.columns)
        for named in (frame[frame[KIND].isin((NEIGHBOURHOOD, CITY_NAME, PARK, WATER))],)  # streets are by far the most
        for feature, one in zip(named[ID], named[NAME])
        if isinstance(one, str) and one.strip()
    ]


def _to_ground(window: Stage, layer_id: str, feature_id: str) -> Callable[[], None]:
    def go() -> None:
        if not window.desk.project.layer(layer_id).visible:
            window.desk.set_visible(layer_id, True)
        window.desk.zoom_asked.emit(layer_id, (feature_id,))

    return go


def _questions(window: Stage) -> list[Found]:
    """Every question of every step, by the words on its button: the analyses themselves need not be read for that."""
    return [
        Found("command", WORDS[analysis].ask, joined([say("Question"), step.name], " · "),
              _to_question(window, step.key, analysis))
        for step in STEPS for analysis in step.analyses
    ]


def _to_question(window: Stage, step: str, analysis: str) -> Callable[[], None]:
    def go() -> None:
        window.show_step(step)
        panel = window.panels[step]
        if isinstance(panel, QuestionPanel):
            panel.choose(analysis)
            panel.others.setFocus()

    return go


def _practices(window: Stage) -> list[Found]:
    """What works somewhere, by its title and what shows it: each leads to its school."""
    project = window.desk.project
    schools = {str(one): (layer.id, str(school)) for layer in project.layers_of(SCHOOL)
               for one, school in zip(project.frame(layer.id)[ID], project.frame(layer.id)[NAME])}
    found = []
    for layer in project.layers_of(PRACTICE):
        for record in project.frame(layer.id).to_dict("records"):
            place = schools.get(str(record.get(SCHOOL_ID, "")))
            if place is not None:
                words = joined([name(part) for part in (record.get(TITLE), record.get(EVIDENCE)) if part and str(part) != "nan"], " · ")
                found.append(Found("place", words, joined([say("Practice"), name(place[1])], " · "), _to_place(window, place[0], str(record[SCHOOL_ID]))))
    return found


def _places(window: Stage, role: str, kind: str) -> list[Found]:
    project = window.desk.project
    return [
        Found(kind, name(one), layer.name, _to_place(window, layer.id, str(feature)))
        for layer in project.layers_of(role)
        if layer.geometry != "none"
        for feature, one in zip(project.frame(layer.id)[ID], project.frame(layer.id)[NAME])
    ]


def _to_place(window: Stage, layer_id: str, feature_id: str) -> Callable[[], None]:
    def go() -> None:
        desk = window.desk
        if not desk.project.layer(layer_id).visible:
            desk.set_visible(layer_id, True)
        desk.table_asked.emit(layer_id)
        desk.zoom_asked.emit(layer_id, (feature_id,))
        desk.select(layer_id, (feature_id,))
        size = window.map.size()
        window.map.open_card(layer_id, feature_id, QPoint(size.width() // 2, size.height() // 2))

    return go


def _to_layer(window: Stage, layer_id: str) -> Callable[[], None]:
    def go() -> None:
        item = window.tree.layers.layer_item(layer_id)
        if item is not None:
            window.tree.setCurrentIndex(item.index())
            window.tree.setFocus()
        if not window.desk.project.layer(layer_id).visible:
            window.desk.set_visible(layer_id, True)

    return go
