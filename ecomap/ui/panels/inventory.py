"""The foot of the step Assets: what the inventory holds, and the doors for more of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.change import Change
from ecomap.model.inventory import TABLES
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import button, column, label
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace.inventory_review import waiting_count

_FEW = ("organisation", "service", "participation", "staff_role", "funding", "practice")


class InventoryBox(QFrame):
    """How many rows each table has; add one by hand, read a filled template, write one for partners."""

    add_asked = Signal()
    read_asked = Signal()
    write_asked = Signal()
    review_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("box", "raised")
        self.counts = label(NOTHING, "quiet")
        add = button(say("Add to the inventory…"), help_text=say("Who works at a school, an organisation, a service, a grant"))
        read = button(say("Read a filled template…"), help_text=say("Rows that the project has already are recognised"))
        write = button(say("Write a template for partners…"), help_text=say("An Excel file with drop-down lists; what the project holds is in it"))
        self.review = button(NOTHING, name=say("Decide what may be the same"), help_text=say("What files say otherwise than the project; nothing is merged unasked"))
        for door, asked in ((self.review, self.review_asked), (add, self.add_asked), (read, self.read_asked), (write, self.write_asked)):
            door.clicked.connect(asked)
        self.setLayout(column(label(say("The inventory"), "strong"), self.counts, self.review, add, read, write, margins=(12, 10, 12, 12), spacing=7))
        desk.replaced.connect(self._count)
        desk.changed.connect(self._on_change)
        self._count()

    def _on_change(self, change: Change) -> None:
        if change.added or change.removed or change.rows or change.empty:  # empty: only the review list has changed
            self._count()

    def _count(self) -> None:
        parts: list[Said] = []
        missing: list[Said] = []
        for spec in TABLES:
            rows = sum(len(self.desk.project.frame(layer.id)) for layer in self.desk.project.layers_of(spec.role))
            if rows:
                parts.append(joined([format_number(rows), name(spec.title).small()]))
            elif spec.role in _FEW:
                missing.append(name(spec.title).small())
        held = say("{tables}.", tables=joined(parts, ", ")) if parts else say("Nothing is written down yet.")
        lacking = say("Not reported: {tables}.", tables=joined(missing, ", ")) if missing else NOTHING
        self.counts.setText(spoken(joined([held, lacking])))
        waiting = waiting_count(self.desk.project)
        self.review.setText(spoken(plural("Decide: {n} to look at…", "Decide: {n} to look at…", waiting)))
        self.review.setVisible(waiting > 0)
        named(self, say("The inventory: {held}", held=joined([held, lacking])))
