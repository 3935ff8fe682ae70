"""A row of the asset inventory as a form: add, change, end, take out. Made from the specs of the tables."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from ecomap.model import vocabulary as v
from ecomap.model.errors import EcoMapError
from ecomap.model.inventory import TABLES, Field, TableSpec, table_spec
from ecomap.model.said import NOTHING, Said, listed, name, plural, say
from ecomap.render.words import closed
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.importing import needed
from ecomap.ui.look.controls import Choices, FormDialog
from ecomap.ui.look.parts import Fold, Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken, told
from ecomap.ui.standing import sized
from ecomap.workspace import inventory_edits, inventory_tables

# Fields that a person rarely writes by hand stand one level down.
_ASIDE = (v.IDENTIFIERS, v.ORGANISATION_ID, v.ADDRESS, v.CITY, v.POSTCODE, v.PHONE, v.ONLINE_ONLY, v.CAPACITY_UNIT,
          v.CATEGORY, v.WEBSITE, v.DETAIL, "longitude", "latitude")
# What can be said of a school, in the order in which people think of it.
AT_A_SCHOOL = (v.STAFF_ROLE, v.PARTICIPATION, v.SERVICE, v.FUNDING, v.PRACTICE, v.TIE)
ONE_ROW = {
    v.ORGANISATION: say("An organisation"), v.SERVICE: say("A service"), v.PARTICIPATION: say("An approach the school takes part in"),
    v.STAFF_ROLE: say("A person in a role"), v.FUNDING: say("A grant or other funding"), v.PRACTICE: say("Something that works here"),
    v.TIE: say("A tie between two organisations"),
    v.NEED_LINK: say("Which need calls for which function"), v.SYSTEM_INDICATOR: say("A figure on the whole system"), v.TERM: say("An own word"),
}


class InventoryDialog(FormDialog):
    """One row. Without an id it is added; with one it is changed, and can be ended or taken out.

    Parameters
    ----------
    role : str
        The table; a planner can choose another one of `roles` while the row is new.
    school : str
        Id of the school that a new row belongs to.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, role: str, *, row_id: str = "", school: str = "", roles: tuple[str, ...] = ()
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.row_id, self.school = desk, row_id, school
        self.boxes: dict[str, QLineEdit | QComboBox] = {}
        self._before: dict[str, str] = {}
        schools = inventory_tables.project_schools(desk.project)
        title = say("Add to the inventory")
        if row_id:
            title = say("Change {what}", what=ONE_ROW[role].small())
        elif school in schools:
            title = say("Add who works here at {school}", school=name(schools[school]))
        self.setWindowTitle(spoken(title))
        self.kind = Choices()
        for one in roles or tuple(spec.role for spec in TABLES):
            self.kind.addItem(spoken(ONE_ROW[one]), one)
        self.kind.setCurrentIndex(max(self.kind.findData(role), 0))
        self.kind.setEnabled(not row_id)
        named(self.kind, say("What is it?"), say("The table of the inventory that the row belongs to"))
        self.help = label(NOTHING, "quiet")
        self.trouble = label(NOTHING, "problem")
        self.trouble.hide()
        self.save = button(say("Save") if row_id else say("Add"), "primary")
        self.save.clicked.connect(self._save)
        leave = button(say("Cancel"))
        leave.clicked.connect(self.reject)
        self.out = button(say("Take it out"), name=say("Take the row out"), help_text=say("For mistakes. What has ended is better given an end."))
        self.out.clicked.connect(self._take_out)
        self.out.setVisible(bool(row_id))
        self._fields = column(spacing=0)
        inside = QWidget()
        inside.setLayout(column(self._fields, -1, margins=(0, 0, 10, 4)))
        places = column(
            label(title, "title"), column(label(say("What is it?"), "label"), self.kind, self.help, spacing=5),
            Scroll(inside, say("Fields")), self.trouble, row(self.out, -1, leave, self.save), margins=(22, 18, 22, 18), spacing=12,
        )
        places.setStretch(2, 1)
        self.setLayout(places)
        sized(self, 560, 640)
        self.kind.activated.connect(lambda _: self._fill())
        self._fill()

    @property
    def spec(self) -> TableSpec:
        return table_spec(str(self.kind.currentData()))

    # --- the form --------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        clear(self._fields)
        self.boxes.clear()
        self.help.setText(spoken(name(self.spec.help)))
        texts = inventory_tables.table_texts(self.desk.project, self.spec.role)
        place = list(texts[v.ID]).index(self.row_id) if self.row_id and self.row_id in list(texts[v.ID]) else -1
        self._before = {name: str(texts[name][place]) for name in self.spec.names} if place >= 0 else {}
        shown = [field for field in self.spec.fields if field.name != v.ID]
        self._fields.addLayout(self._grid([field for field in shown if field.name not in _ASIDE]))
        aside = [field for field in shown if field.name in _ASIDE]
        if aside:
            more = QWidget()
            more.setLayout(self._grid(aside))
            self._fields.addWidget(Fold(say("More about it"), more, opened=any(self._before.get(f.name) for f in aside)))
        first = next((box for field in shown if (box := self.boxes[field.name]) and field.name != v.SCHOOL_ID), None)
        if first is not None:
            first.setFocus()

    def _grid(self, fields: list[Field]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 8)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, field in enumerate(fields):
            called, about = name(field.label), name(field.help)
            words = QLabel(spoken(needed(called) if field.required else called))
            words.setToolTip(spoken(about))
            box = self._box(field)
            named(box, called, about)
            words.setBuddy(box)
            self.boxes[field.name] = box
            grid.addWidget(words, place, 0)
            typed = isinstance(box, QLineEdit) or box.isEditable()
            grid.addLayout(column(box, *((label(about, "quiet"),) if typed and about else ()), spacing=2), place, 1)
            grid.setAlignment(words, Qt.AlignmentFlag.AlignTop)
        return grid

    def _box(self, field: Field) -> QLineEdit | QComboBox:
        text = self._before.get(field.name, self.school if field.refers == "school" and not self.row_id else "")
        choices = self._choices(field)
        if not choices and field.kind != "flag":
            return QLineEdit(text)
        box = Choices()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.addItem("", "")
        for code, words in choices or [("yes", say("yes"))]:
            box.addItem(spoken(words), code)
        box.setEditable(not field.choices and field.kind != "flag")  # words the list does not know are kept
        if box.isEditable():
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        found = box.findData(text)
        if found >= 0:
            box.setCurrentIndex(found)
        elif text and box.isEditable():
            box.setEditText(text)
        return box

    def _choices(self, field: Field) -> list[tuple[str, Said]]:
        """What can stand in a field: the schools, the organisations, the words of its list."""
        project = self.desk.project
        if field.refers == "school":
            schools = inventory_tables.project_schools(project)
            return [(key, name(schools[key])) for key in sorted(schools, key=lambda key: schools[key].casefold())]
        if field.refers == "organisation":
            rows = inventory_tables.inventory_rows(project, v.ORGANISATION)
            return [(one, name(one)) for one in sorted({str(one) for one in rows[v.NAME]}, key=str.casefold)]
        if field.vocabulary:
            return [(term.code, term.label) for term in inventory_tables.project_terms(project).of(field.vocabulary)]
        return [(word, closed.word(word, field.name)) for word in field.choices]

    def values(self) -> dict[str, Any]:
        """What stands in the form, column by column, as texts."""
        return {name: _text(box) for name, box in self.boxes.items()}

    # --- what it does ----------------------------------------------------------------------------------------------

    def _save(self) -> None:
        role, given = self.spec.role, self.values()
        lacking = [field for field in self.spec.fields if field.required and not given.get(field.name)]
        if lacking:
            names = listed([say("“{field}”", field=name(field.label)) for field in lacking])
            self.trouble.setText(spoken(plural("{fields} is needed.", "{fields} are needed.", len(lacking), fields=names)))
            self.trouble.show()
            self.boxes[lacking[0].name].setFocus()
            return
        try:
            if self.row_id:
                changed = {name: text for name, text in given.items() if text != self._before.get(name, "")}
                project = inventory_edits.change_row(self.desk.project, role, self.row_id, changed)
            else:
                project, _ = inventory_edits.add_row(self.desk.project, role, {name: text for name, text in given.items() if text})
        except EcoMapError as problem:
            self.trouble.setText(told(problem))
            self.trouble.show()
            wrong = self.boxes.get(str(problem.details.get("column", "")))
            if wrong is not None:
                wrong.setFocus()
            return
        self.desk.apply(project, say("Change {what}" if self.row_id else "Add {what}", what=ONE_ROW[role].small()))
        self.accept()

    def _take_out(self) -> None:
        if self.desk.try_apply(lambda p: inventory_edits.remove_rows(p, self.spec.role, [self.row_id]), say("Take out {what}", what=ONE_ROW[self.spec.role].small())):
            self.accept()


def _text(box: QLineEdit | QComboBox) -> str:
    if isinstance(box, QLineEdit):
        return box.text().strip()
    if box.isEditable() and box.currentText() != box.itemText(box.currentIndex()):
        return box.currentText().strip()
    return str(box.currentData() or "")


def holds(role: str) -> bool:
    """Whether rows of a role can be changed here."""
    return any(spec.role == role for spec in TABLES)
