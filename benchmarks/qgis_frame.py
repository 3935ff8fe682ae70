"""Time QGIS' parallel renderer on one layer. Run by the system's Python, where python3-qgis lives."""

from __future__ import annotations

import json
import sys
import time


def main(path: str, column: str, width: int, height: int) -> None:
    from qgis.core import (
        QgsApplication,
        QgsClassificationQuantile,
        QgsFillSymbol,
        QgsGraduatedSymbolRenderer,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsStyle,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize

    app = QgsApplication([], False)
    app.initQgis()
    layer = QgsVectorLayer(path, "areas", "ogr")
    assert layer.isValid()
    symbol = QgsFillSymbol.createSimple({"outline_color": "white", "outline_width": "0.8", "outline_width_unit": "Pixel"})
    renderer = QgsGraduatedSymbolRenderer(column)
    renderer.setSourceSymbol(symbol)
    renderer.setClassificationMethod(QgsClassificationQuantile())
    renderer.updateClasses(layer, 5)
    ramp = QgsStyle.defaultStyle().colorRamp("Purples")
    if ramp is not None:
        renderer.updateColorRamp(ramp)
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(width, height))
    settings.setDestinationCrs(layer.crs())
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    extent = layer.extent()
    extent.scale(1.08)
    settings.setExtent(extent)
    taken = []
    for _ in range(9):
        job = QgsMapRendererParallelJob(settings)
        start = time.perf_counter()
        job.start()
        job.waitForFinished()
        taken.append((time.perf_counter() - start) * 1000)
        job.renderedImage()
    sys.stdout.write(json.dumps({"median_ms": sorted(taken[1:])[len(taken[1:]) // 2]}) + "\n")
    sys.stdout.flush()
    del layer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
