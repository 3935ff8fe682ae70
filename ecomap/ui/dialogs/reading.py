"""What is read, not done: method and sources, keys, about."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QTextBrowser, QWidget

from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.version import VERSION
from ecomap.ui.commands.actions import MENUS, SEPARATOR, command
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.workspace.pages import cautions, source_lines

MAP_KEYS = (
    ("Arrow keys", "Move the map"), ("+  −  0", "Zoom in, out, show everything"),
    ("Return", "Tell what is in the middle of the map"), ("Space", "Show or hide the layer"),
    ("Alt + up, down", "Move the layer in its heading"), ("Esc", "Close the card or the message"),
)


class Page(QDialog):
    """A page of text with a button to leave."""

    def __init__(self, parent: QWidget, title: str, inside: QWidget, wide: int, tall: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        leave = button("Close", "primary")
        leave.clicked.connect(self.accept)
        places = column(label(title, "title"), inside, row(-1, leave), margins=(22, 18, 22, 18), spacing=12)
        places.setStretch(1, 1)
        self.setLayout(places)
        self.resize(look().px(wide), look().px(tall))


class MethodDialog(Page):
    """How the answers were found, what was counted out, and who says so."""

    def __init__(self, parent: QWidget, project: Project, analysis: str) -> None:
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        named(text, "Method and sources")
        text.setHtml(method_page(project, analysis))
        super().__init__(parent, "Method and sources", text, 680, 640)


class KeysDialog(Page):
    """Every key."""

    def __init__(self, parent: QWidget) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        place = 0
        for title, items in MENUS:
            keyed = [command(str(i)) for i in items if isinstance(i, str) and i != SEPARATOR and command(str(i)).shortcut]
            if keyed:
                grid.addWidget(label(title, "heading"), place, 0, 1, 2)
                place += 1
            for known in keyed:
                grid.addWidget(label(known.shortcut, "strong", wrap=False), place, 0)
                grid.addWidget(label(known.text.rstrip("…"), wrap=False), place, 1)
                place += 1
        grid.addWidget(label("On the map and in the layers", "heading"), place, 0, 1, 2)
        for keys, words in MAP_KEYS:
            place += 1
            grid.addWidget(label(keys, "strong", wrap=False), place, 0)
            grid.addWidget(label(words, wrap=False), place, 1)
        grid.setColumnStretch(1, 1)
        inside = QWidget()
        inside.setLayout(column(grid, -1))
        super().__init__(parent, "Keys", Scroll(inside, "Keys"), 460, 620)


class AboutDialog(Page):
    """What EcoMap is."""

    def __init__(self, parent: QWidget) -> None:
        inside = QWidget()
        inside.setLayout(
            column(
                label(f"Version {VERSION}", "quiet"),
                label(
                    "EcoMap maps children's need against the schools, supports and services around them, and says where"
                    " to go next. It works without a network, sends nothing, and weighs no approach above another."
                ),
                label("Numbers come with their margin, their period and their source. None of them is a verdict.", "quiet"),
                -1,
            )
        )
        super().__init__(parent, "About EcoMap", inside, 440, 230)


def method_page(project: Project, analysis: str) -> str:
    """The page as HTML; every word from data is escaped."""
    from ecomap.analysis import registry  # heavy

    names = (analysis,) if analysis else tuple({result.analysis: None for result in project.results})
    parts: list[str] = []
    for name in names:
        known = registry.analysis(name)
        parts.append(f"<h3>{escape(known.question)}</h3><p>{escape(known.summary)}</p>")
        if known.method:
            parts.append(f"<p>{escape(known.method)}</p>")
        if known.sources:
            parts.append("<p>After " + "; ".join(escape(source) for source in known.sources) + ".</p>")
        result = project.latest_result(name)
        if result is not None:
            parts.append(_result_part(result))
    lines = source_lines(project.layers)
    if lines:
        parts.append("<h3>Who says so</h3><ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")
    found = cautions(project)
    if found:
        parts.append("<h3>Keep in mind</h3><ul>" + "".join(f"<li>{escape(text)}</li>" for text in found) + "</ul>")
    return "".join(parts) or "<p>Nothing was asked yet. Run a step first.</p>"


def _result_part(result: Result) -> str:
    parts = [f"<h4>The last answer</h4><p>{escape(result.sentence)}</p>"]
    if result.notes:
        items = "".join(
            f"<li>{escape(note.text)}{f' ({note.count:,})' if note.count is not None and str(note.count) not in note.text.replace(',', '') else ''}</li>"
            for note in result.notes
        )
        parts.append(f"<ul>{items}</ul>")
    if result.provenance is not None:
        asked = ", ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in result.provenance.params.items())
        parts.append(f"<p>Asked with {escape(asked)}. Made {escape(result.provenance.made_at)}.</p>")
    return "".join(parts)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value) or "all"
    return str(value)
