"""A layer as QGIS shows it: the window's classes, colours, hatch and words as a style and metadata in QGIS' own format."""
