"""What came out when a file was made into a project again: identical, or every difference by its place, and why."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from ecomap.model.said import name, plural, say
from ecomap.model.units import format_number
from ecomap.ui.dialogs.reading import Page
from ecomap.ui.look.parts import Scroll, column, label
from ecomap.workspace.rebuilding.found import Rebuilt

MOST: Final = 200  # differences; the rest are counted


class RebuiltDialog(Page):
    """The finding, the differences, and where rows came from."""

    def __init__(self, parent: QWidget, found: Rebuilt, file: str) -> None:
        lines: list[QWidget] = [label(found.sentence, "strong")]
        if found.cells:
            lines.append(label(say("{cells} numbers and texts of {file} were compared.", cells=format_number(found.cells), file=name(file)), "quiet"))
        lines += [label(one.sentence) for one in found.differences[:MOST]]
        if len(found.differences) > MOST:
            lines.append(label(plural("and {n} more", "and {n} more", len(found.differences) - MOST), "quiet"))
        lines += [label(one, "quiet") for one in found.not_compared]
        lines += [label(note, "quiet") for note in found.notes]
        inside = QWidget()
        inside.setLayout(column(*lines, -1, spacing=8, margins=(0, 0, 8, 0)))
        super().__init__(parent, say("What the file says, asked again"), Scroll(inside, say("Findings")), 600, 520)
