"""What QGIS reads beside a layer's rows: its style with words for columns, and its metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from ecomap.model.cell_text import in_xml
from ecomap.model.layer import Column, Layer
from ecomap.model.said import Said
from ecomap.model.source import Source
from ecomap.render.qgis.renderer import renderer_xml
from ecomap.render.style.drawing import resolve
from ecomap.render.style.ground import is_ground
from ecomap.render.words.language import Language

_VERSION: Final = "3.22.0"
_PIXELS_PER_METRE: Final = 96 / 0.0254  # of a screen, by which QGIS reckons scales
_HEAD: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def style_document(layer: Layer, frame: Any, table: Any, columns: Sequence[tuple[str, str]], day: str, speak: Language) -> str:
    """The style of a layer for QGIS: what the window draws, and aliases of columns; "" where QGIS has no one style for it.

    Parameters
    ----------
    frame : GeoDataFrame
        The rows that the window draws.
    table : GeoDataFrame
        The rows in the file.
    columns : sequence of (str, str)
        Name of each column in the file and its words.
    day : str
        ISO date: that of the project.
    """
    drawn = "" if is_ground(layer) else renderer_xml(layer, resolve(layer, frame, day), frame, table, speak)
    if not drawn:
        return ""
    from_scale = layer.style.min_scale_px_per_m
    scales = f' hasScaleBasedVisibilityFlag="1" minScale="{_PIXELS_PER_METRE / from_scale:.0f}" maxScale="0"' if from_scale > 0 else ""
    aliases = "".join(f"<alias field={quoteattr(in_xml(name))} index=\"{n}\" name={quoteattr(in_xml(words))}/>" for n, (name, words) in enumerate(columns))
    return in_xml(f'{_HEAD}<qgis version="{_VERSION}" styleCategories="AllStyleCategories"{scales}>{drawn}'
                  f"<blendMode>0</blendMode><layerOpacity>1</layerOpacity><aliases>{aliases}</aliases></qgis>")


def metadata_document(name: str, title: str, abstract: str, sources: Sequence[Source], speak: Language) -> str:
    """The metadata of a layer for QGIS: what it is, what it says, who published its numbers and under which licence."""
    def every(tag: str, texts: Sequence[str]) -> str:
        return "".join(f"<{tag}>{escape(in_xml(text))}</{tag}>" for text in dict.fromkeys(texts) if text)

    def said(texts: Sequence[Said]) -> list[str]:
        return [speak.say(text) for text in texts]

    history = [" · ".join(part for part in (*said((source.title, source.publisher, source.vintage, source.universe)), source.retrieved) if part) for source in sources]
    links = "".join(f'<link name={quoteattr(in_xml(speak.say(source.title)))} type="WWW:LINK" url={quoteattr(in_xml(source.url))} description="" format="" mimeType="" size=""/>'
                    for source in sources if source.url)
    return (f'{_HEAD}<qgis version="{_VERSION}">' + every("identifier", [name]) + "<parentidentifier></parentidentifier>" + every("language", [speak.code])
            + "<type>dataset</type>" + every("title", [title]) + every("abstract", [abstract]) + f"<links>{links}</links>" + every("history", history)
            + "<fees></fees>" + every("rights", said([source.publisher for source in sources])) + every("license", said([source.licence for source in sources])) + "</qgis>")


def column_words(columns: Sequence[Column], names: Sequence[str], speak: Language) -> list[tuple[str, str, str]]:
    """Of each column in a file its name, its words with unit, and what it means."""
    from ecomap.render.tables.cells import heading

    described = {column.name: column for column in columns}
    return [(name, speak.say(heading(name, described)), speak.say(described[name].help) if name in described else "") for name in names]
