"""ArcGIS layers: asked for page by page by whatever means the service has, whole or not at all."""

from ecomap.io.connectors.arcgis.layer import Filter, fetch_layer
from ecomap.io.connectors.arcgis.service import Service

__all__ = ["Filter", "Service", "fetch_layer"]
