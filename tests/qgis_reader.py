"""Run by the Python that QGIS is installed for: what QGIS makes of every layer of a GeoPackage, as JSON.

``/usr/bin/python3 qgis_reader.py FILE.gpkg`` prints for each layer the kind of its style, its classes, its aliases and metadata, and
for each row the symbol it is drawn with; ``qgis_reader.py FILE.gpkg LAYER PICTURE.png`` paints a layer.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from typing import Any

from qgis.core import (  # type: ignore[import-not-found,unused-ignore]
    QgsApplication,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found,unused-ignore]


def looks(symbol: Any) -> list[Any]:
    """Kind and colours of the parts of a symbol, without what is locked (halo and sign)."""
    return [[part.layerType(), part.color().name(), part.color().alpha(), _outline(part), _dashed(part)]
            for part in symbol.symbolLayers() if not part.isLocked()]


def _outline(part: Any) -> str:
    style = getattr(part, "strokeStyle", None)
    return "" if style is None or int(style()) == 0 else part.strokeColor().name()


def _dashed(part: Any) -> bool:
    if part.layerType() == "SimpleLine":
        return bool(part.useCustomDashPattern())
    style = getattr(part, "strokeStyle", None)
    return style is not None and int(style()) == 2


def classes(renderer: Any) -> list[list[str]]:
    kind = renderer.type()
    if kind == "graduatedSymbol":
        return [[one.label(), one.symbol().color().name()] for one in renderer.ranges()]
    if kind == "categorizedSymbol":
        return [[one.label(), one.symbol().color().name()] for one in renderer.categories()]
    if kind == "RuleRenderer":
        return [[one.label(), one.symbol().color().name()] for one in renderer.rootRule().children()]
    return [["", renderer.symbol().color().name()]]


def drawn(layer: Any) -> dict[str, Any]:
    """Of each row the symbol it is drawn with; None where it is not drawn. And its size, where it has one of its own."""
    context = QgsRenderContext()
    expressions = QgsExpressionContext()
    expressions.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setExpressionContext(expressions)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    found: dict[str, Any] = {}
    for feature in layer.getFeatures():
        if not feature.hasGeometry():
            continue
        context.expressionContext().setFeature(feature)
        symbols = renderer.symbolsForFeature(feature, context)
        found[str(feature["id"])] = looks(symbols[0]) if symbols else None
    renderer.stopRender(context)
    return found


def read(path: str) -> dict[str, Any]:
    from osgeo import ogr  # type: ignore[import-not-found,unused-ignore]

    source = ogr.Open(path)
    names = [source.GetLayer(n).GetName() for n in range(source.GetLayerCount())]
    answer: dict[str, Any] = {}
    for name in names:
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        if not layer.isValid() or not layer.isSpatial():
            continue
        metadata = layer.metadata()
        answer[name] = {
            "type": layer.renderer().type(), "classes": classes(layer.renderer()), "rows": drawn(layer),
            "aliases": {field.name(): layer.attributeAlias(n) for n, field in enumerate(layer.fields())},
            "title": metadata.title(), "abstract": metadata.abstract(), "licenses": list(metadata.licenses()),
        }
    return answer


def paint(path: str, name: str, picture: str) -> None:
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(900, 700))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)


def main() -> None:
    faulthandler.enable()
    application = QgsApplication([], False)
    application.initQgis()
    if len(sys.argv) == 4:
        paint(*sys.argv[1:])
    else:
        print(json.dumps(read(sys.argv[1])))
    sys.stdout.flush()
    os._exit(0)  # QGIS does not always end well when it is taken down from Python


if __name__ == "__main__":
    main()
