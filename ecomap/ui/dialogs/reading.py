"""What is read, not done: method and sources, keys, about."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QPlainTextEdit, QTextBrowser, QWidget

from ecomap.model.project import Project
from ecomap.model.result import Note, Result
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.version import VERSION
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import number, spoken
from ecomap.ui.standing import sized
from ecomap.workspace.pages import cautions, source_lines

MAP_KEYS = (
    (say("Arrow keys"), say("Move the map")), (name("+  −  0"), say("Zoom in, out, show everything")),
    (say("Return"), say("Tell what is in the middle of the map")), (say("Space"), say("Show or hide the layer")),
    (say("Alt + up, down"), say("Move the layer in its heading")), (name("Esc"), say("Close the card or the message")),
)


class Page(QDialog):
    """A page of text with a button to leave."""

    def __init__(self, parent: QWidget, title: Said, inside: QWidget, wide: int, tall: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(title))
        leave = button(say("Close"), "primary")
        leave.clicked.connect(self.accept)
        places = column(label(title, "title"), inside, row(-1, leave), margins=(22, 18, 22, 18), spacing=12)
        places.setStretch(1, 1)
        self.setLayout(places)
        sized(self, wide, tall)


class MethodDialog(Page):
    """How the answers were found, what was counted out, and who says so."""

    def __init__(self, parent: QWidget, project: Project, analysis: str) -> None:
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        named(text, say("Method and sources"))
        text.setHtml(method_page(project, analysis))
        super().__init__(parent, say("Method and sources"), text, 680, 640)


class KeysDialog(Page):
    """Every key: under each heading the keys and what they do, then those of the map."""

    def __init__(self, parent: QWidget, groups: Sequence[tuple[Said, Sequence[tuple[str, Said]]]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        place = 0
        of_map = (say("On the map and in the layers"), MAP_KEYS)
        for title, keyed in (*groups, of_map):
            grid.addWidget(label(title, "heading"), place, 0, 1, 2)
            for line, (keys, words) in enumerate(keyed, place + 1):
                grid.addWidget(label(name(keys), "strong", wrap=False), line, 0)
                grid.addWidget(label(words, wrap=False), line, 1)
            place += 1 + len(keyed)
        grid.setColumnStretch(1, 1)
        inside = QWidget()
        inside.setLayout(column(grid, -1))
        super().__init__(parent, say("Keys"), Scroll(inside, say("Keys")), 460, 620)


class FaultDialog(Page):
    """What whoever mends EcoMap needs to know of a mistake: a text to read and to copy; nothing is sent."""

    def __init__(self, parent: QWidget, report: str) -> None:
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        named(self.text, say("The report"))
        self.copy = button(say("Copy the report"))
        self.copied = label(NOTHING, "quiet")
        self.copy.clicked.connect(self._copy)
        inside = QWidget()
        places = column(
            label(say("This is all that the report holds: which EcoMap and which system, what kind of mistake, and where in EcoMap's own"
                      " code. No names, paths or numbers of yours are in it. EcoMap sends nothing: copy it, and give it to whoever"
                      " looks after EcoMap for you.")),
            self.text, row(self.copy, self.copied, -1), spacing=10,
        )
        places.setStretch(1, 1)
        inside.setLayout(places)
        super().__init__(parent, say("Report of a mistake"), inside, 620, 520)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copied.setText(spoken(say("Copied.")))


class AboutDialog(Page):
    """What EcoMap is."""

    def __init__(self, parent: QWidget) -> None:
        inside = QWidget()
        inside.setLayout(
            column(
                label(say("Version {version}", version=name(VERSION)), "quiet"),
                label(
                    say("EcoMap maps children's need against the schools, supports and services around them, and says where"
                    " to go next. It works without a network, sends nothing, and weighs no approach above another.")
                ),
                label(say("Numbers come with their margin, their period and their source. None of them is a verdict."), "quiet"),
                -1,
            )
        )
        super().__init__(parent, say("About EcoMap"), inside, 440, 230)


def method_page(project: Project, analysis: str) -> str:
    """The page as HTML; every word from data is escaped."""
    from ecomap.analysis import registry  # heavy

    asked = (analysis,) if analysis else tuple({result.analysis: None for result in project.results})
    parts: list[str] = []
    for one in asked:
        known = registry.analysis(one)
        parts.append(f"<h3>{_html(known.question)}</h3><p>{_html(known.summary)}</p>")
        if known.method:
            parts.append(f"<p>{_html(name(known.method))}</p>")
        if known.sources:
            parts.append(f"<p>{_html(say('After {sources}.', sources=joined(map(name, known.sources), '; ')))}</p>")
        result = project.latest_result(one)
        if result is not None:
            parts.append(_result_part(result))
    lines = source_lines(project.layers)
    if lines:
        parts.append(f"<h3>{_html(say('Who says so'))}</h3><ul>" + "".join(f"<li>{_html(name(line))}</li>" for line in lines) + "</ul>")
    found = cautions(project)
    if found:
        parts.append(f"<h3>{_html(say('Keep in mind'))}</h3><ul>" + "".join(f"<li>{_html(name(text))}</li>" for text in found) + "</ul>")
    return "".join(parts) or f"<p>{_html(say('Nothing was asked yet. Run a step first.'))}</p>"


def _result_part(result: Result) -> str:
    parts = [f"<h4>{_html(say('The last answer'))}</h4><p>{_html(result.sentence)}</p>"]
    if result.notes:
        items = "".join(
            f"<li>{_html(note.text)}{_count(note)}</li>"
            for note in result.notes
        )
        parts.append(f"<ul>{items}</ul>")
    if result.provenance is not None:
        asked = joined([name(f"{key.replace('_', ' ')}: {_plain(value)}") for key, value in result.provenance.params.items()], ", ")
        made = say("Asked with {settings}. Made {time}.", settings=asked, time=name(result.provenance.made_at))
        parts.append(f"<p>{_html(made)}</p>")
    return "".join(parts)


def _html(text: Said) -> str:
    return escape(spoken(text))


def _count(note: Note) -> str:
    """How many a note speaks of, where its words do not say so themselves."""
    said = note.count is None or str(note.count) in note.text.replace(",", "")
    return "" if said or note.count is None else f" ({number(note.count)})"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value) or spoken(say("all"))
    return str(value)
