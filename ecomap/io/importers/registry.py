"""The importer of each role: a row in the table of roles, and a module called like it in the folder of roles."""

from __future__ import annotations

from importlib import import_module

from ecomap.io.importers.spec import Importer
from ecomap.model.errors import InputError
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

IMPORTERS: dict[str, Importer] = {
    role: import_module(f"ecomap.io.importers.roles.{role}").IMPORTER for role in (*ROLES, *MONEY_ROLES)
}


def importer_for(role: str) -> Importer:
    """How files of this role are read.

    Raises
    ------
    InputError
        If there is no such role.
    """
    if role not in IMPORTERS:
        raise InputError(say("There is no role called '{role}'.", role=named(role)),
                         say("Choose one of {roles}.", roles=joined(map(named, IMPORTERS), ", ")), {"role": role})
    return IMPORTERS[role]
