"""Files of other publishers as layers of a project: one importer per role."""

from ecomap.io.importers.preview import guess_role, preview_file
from ecomap.io.importers.roles import IMPORTERS, importer_for
from ecomap.io.importers.running import import_file
from ecomap.io.importers.spec import FieldSpec, Imported, Importer, ImportPreview, PreviewColumn

__all__ = [
    "IMPORTERS", "FieldSpec", "ImportPreview", "Imported", "Importer", "PreviewColumn", "guess_role", "import_file",
    "importer_for", "preview_file",
]
