"""The importer of each role."""

from __future__ import annotations

from ecomap.io.importers.roles import (
    allocation,
    attendance_area,
    district,
    funding_rate,
    need_area,
    position,
    reference,
    school,
    service,
    site,
    spending,
    street,
    tract_relationship,
    travel_cost,
    zone,
)
from ecomap.io.importers.spec import Importer
from ecomap.model.errors import InputError
from ecomap.model.said import joined, say
from ecomap.model.said import name as named

IMPORTERS = {
    module.IMPORTER.role: module.IMPORTER
    for module in (
        need_area, attendance_area, district, zone, school, site, service, reference, street, travel_cost, tract_relationship,
        spending, allocation, position, funding_rate,
    )
}


def importer_for(role: str) -> Importer:
    """How files of this role are read.

    Raises
    ------
    InputError
        If there is no such role.
    """
    if role not in IMPORTERS:
        raise InputError(say("There is no role called '{role}'.", role=named(role)), say("Choose one of {roles}.", roles=joined(map(named, IMPORTERS), ", ")), {"role": role})
    return IMPORTERS[role]
