"""What a GeoPackage says of each layer: its whole name, finding, sources, words for columns, and the look it has in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined
from ecomap.model.source import Source
from ecomap.workspace.known import told_of_layer

if TYPE_CHECKING:
    from ecomap.io.geopackage import LayerDress
    from ecomap.render.words.language import Language
    from ecomap.workspace.exports import Table


def layer_dress(project: Project, table: Table, people: tuple[Said, ...], speak: Language) -> LayerDress:
    """What is said of one table, and how QGIS draws it.

    Parameters
    ----------
    people : tuple of Said
        What was protected of the people in the file.
    """
    from ecomap.io.geopackage import LayerDress  # heavy
    from ecomap.render.qgis import document  # heavy

    said, sources = _about(project, table)
    description = " ".join(speak.say(line) for line in (*said, *people) if line)
    names = [str(name) for name in table.frame.columns if name != getattr(table.frame, "_geometry_column_name", None)]
    words = document.column_words(table.columns, names, speak)
    style = ""
    if table.layer is not None and hasattr(table.frame, "geometry"):
        frame = project.frame(table.layer.id) if project.has_layer(table.layer.id) else table.frame
        style = document.style_document(table.layer, frame, table.frame, [(name, label) for name, label, _ in words], project.day, speak)
    title = speak.say(table.title)
    return LayerDress(title, description, tuple(words), style, document.metadata_document(table.name, title, description, sources, speak))


def _about(project: Project, table: Table) -> tuple[tuple[Said, ...], tuple[Source, ...]]:
    """The finding of an answer with what to keep in mind, or what a layer says of itself; and the sources of either."""
    result = next((one for one in project.results if one.id == table.of), None)
    if result is not None:
        cautions = tuple(note.text for note in result.notes if note.kind == "caution")
        return (result.sentence, *cautions), result.provenance.sources if result.provenance else ()
    layer = table.layer
    if layer is None:
        return (), ()
    known = told_of_layer(project, layer.id) if layer.known_of else NOTHING
    sources = tuple(dict.fromkeys((*layer.sources, *(indicator.source for indicator in layer.indicators))))
    return (joined(dict.fromkeys(source.citation for source in sources), "; "), known), sources
