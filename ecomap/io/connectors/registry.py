"""Every connector by its name; the command, the dialog and the reference page are made from this list."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from ecomap.io.connectors.spec import Connector
from ecomap.model.errors import ParameterError
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

# name -> module that holds ``CONNECTOR``; imported only when asked for. In the order of the dialog.
_MODULES: Mapping[str, str] = {
    "arcgis": "ecomap.io.connectors.arcgis.connector",
    "socrata": "ecomap.io.connectors.socrata",
    "ckan": "ecomap.io.connectors.ckan",
    "referral": "ecomap.io.connectors.referral",
    "file": "ecomap.io.connectors.file",
    "acs": "ecomap.io.connectors.acs",
    "boundaries": "ecomap.io.connectors.boundaries",
    "nces": "ecomap.io.connectors.nces",
    "gtfs": "ecomap.io.connectors.gtfs",
    "geocoder": "ecomap.io.connectors.geocoder",
}


def names() -> tuple[str, ...]:
    """The names of all connectors, in the order in which they are offered."""
    return tuple(_MODULES)


def connector(name: str) -> Connector:
    """One connector by name.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    if name not in _MODULES:
        raise ParameterError(say("There is no source called '{name}'.", name=named(name)), say("Known: {names}.", names=joined(_MODULES, ", ")))
    found: Connector = import_module(_MODULES[name]).CONNECTOR
    return found
