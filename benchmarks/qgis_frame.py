"""Time QGIS' parallel renderer on one layer, a frame for every line it is sent. Run by a Python that has python3-qgis.

It answers each line with the milliseconds of a frame: of the processor with all threads, and on the clock.
"""

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
    for _ in sys.stdin:
        job = QgsMapRendererParallelJob(settings)
        began, worked = time.perf_counter(), time.process_time()
        job.start()
        job.waitForFinished()
        taken = {"cpu_ms": (time.process_time() - worked) * 1000, "clock_ms": (time.perf_counter() - began) * 1000}
        job.renderedImage()
        sys.stdout.write(json.dumps(taken) + "\n")
        sys.stdout.flush()
    del layer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
