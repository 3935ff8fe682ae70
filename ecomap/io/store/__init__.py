"""The project file ``name.ecomap.gpkg``: a GeoPackage that any GIS opens, and that keeps everything EcoMap knows.

One table per layer and per result table, plus four ``ecomap_`` tables with plain JSON. The file is read and written
with SQLite alone, so that there is never a second library with another idea of what is locked.
"""

from ecomap.io.store.checking import Finding, check_project
from ecomap.io.store.files import refuse_to_lose
from ecomap.io.store.fingerprints import fingerprint
from ecomap.io.store.mending import Mended, mend_project
from ecomap.io.store.opening import open_project
from ecomap.io.store.saving import save_project
from ecomap.io.store.schema import SCHEMA_VERSION

__all__ = [
    "SCHEMA_VERSION", "Finding", "Mended", "check_project", "fingerprint", "mend_project", "open_project", "refuse_to_lose", "save_project",
]
