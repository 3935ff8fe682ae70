"""The addresses of public services that connectors ask unless another one is given."""

from __future__ import annotations

import csv
import functools

from ecomap.model.assets import resources_dir


def service_of(name: str) -> str:
    """The address of a service of ``resources/services.csv``.

    >>> service_of("acs")
    'https://api.census.gov/data'
    """
    return _services()[name]


@functools.cache
def _services() -> dict[str, str]:
    with (resources_dir() / "services.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["address"] for row in csv.DictReader(file)}
