"""What in a project file was not believed when it was opened, in sentences, and a sound copy of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ecomap.model.fault import Fault
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as kept
from ecomap.ui.dialogs.reading import Page
from ecomap.ui.look.parts import Scroll, button, column, label

MOST = 200  # sentences; the rest are counted


class FaultsDialog(Page):
    """What is not in the project or was changed, what is lost first; ``mend`` writes a sound copy."""

    def __init__(self, parent: QWidget, faults: tuple[Fault, ...], mend: Callable[[], None] | None) -> None:
        losing = [fault for fault in faults if fault.loses]
        other = [fault for fault in faults if not fault.loses]
        lines: list[QWidget] = []
        for title, some in ((say("Could not be read"), losing), (say("Worth a look"), other)):
            if some:
                lines.append(label(title, "heading"))
                lines += [label(_sentence(fault)) for fault in some[:MOST]]
            if len(some) > MOST:
                lines.append(label(plural("and {n} more", "and {n} more", len(some) - MOST), "quiet"))
        if losing and mend is not None:
            lines.append(label(say("The project is open for reading: it is not saved over its own file. A sound copy takes what is lost "
                                   "from the earlier versions that have it whole; the file stays as it is."), "quiet"))
            write = button(say("Write a sound copy"))
            write.clicked.connect(self.accept)
            write.clicked.connect(mend)
            lines.append(write)
        inside = QWidget()
        inside.setLayout(column(*lines, -1, spacing=8, margins=(0, 0, 8, 0)))
        super().__init__(parent, say("What is not as EcoMap wrote it"), Scroll(inside, say("Findings")), 560, 520)


def _sentence(fault: Fault) -> Said:
    return joined([fault.text, say("{file} has it whole.", file=kept(fault.earlier))]) if fault.earlier and fault.loses else fault.text
