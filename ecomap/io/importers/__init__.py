"""Files of other publishers as layers of a project: one importer per role."""

from ecomap.io.importers.registry import IMPORTERS, importer_for
from ecomap.io.importers.spec import FieldSpec, Imported, Importer, ImportPreview, PreviewColumn
from ecomap.io.importers.steps.preview import guess_role, preview_file
from ecomap.io.importers.steps.running import import_file

__all__ = [
    "IMPORTERS", "FieldSpec", "ImportPreview", "Imported", "Importer", "PreviewColumn", "guess_role", "import_file",
    "importer_for", "preview_file",
]
