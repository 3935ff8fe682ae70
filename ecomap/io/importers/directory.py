"""Open Referral directories in CSV (HSDS 1.1, Ohana): what the tables beside locations.csv say of each location."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.reading import RawSource, read_source
from ecomap.io.table import text_of
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine


def with_neighbours(raw: RawSource) -> RawSource:
    """Add organisation, address, phone, services and category to the rows of a locations.csv.

    Any other file is handed back as it is. The other tables are read, never written.
    """
    if raw.path.name.lower() != "locations.csv" or not {"id", "organization_id"} <= set(raw.frame.columns):
        return raw
    folder = raw.path.parent
    ids = text_of(raw.frame["id"])
    added: dict[str, Any] = {}
    used = []
    organisations = _lookup(folder / "organizations.csv", "id", ["name"])
    if organisations:
        added["organization_name"] = text_of(raw.frame["organization_id"]).map(organisations["name"])
        used.append("organizations.csv")
    for file_name, columns in (
        ("physical_addresses.csv", ["address_1", "city", "postal_code"]),
        ("addresses.csv", ["address_1", "city", "postal_code"]),
        ("phones.csv", ["number"]),
    ):
        table = _lookup(folder / file_name, "location_id", columns)
        if table:
            added.update({{"number": "phone"}.get(c, c): ids.map(table[c]) for c in columns if c in table})
            used.append(file_name)
    offered, category = _services(folder)
    if offered:
        added["services"] = ids.map(offered)
        used.append("services.csv")
    if category:
        added["category"] = ids.map(category)
        used.append("taxonomy.csv")
    new = {name: values for name, values in added.items() if name not in raw.frame.columns and values.notna().any()}
    if not new:
        return raw
    frame = raw.frame.drop(columns=["organization_id"] if "organization_name" in new else []).assign(**new)
    note = ReportLine("note", "Names, addresses and kinds of service were taken from the tables beside it.", None, tuple(used[:5]))
    return evolve(raw, frame=frame, notes=(*raw.notes, note))


def _read(path: Path) -> Any:
    if not path.is_file():
        return None
    try:
        return read_source(path).frame
    except InputError:
        return None  # an empty or broken table beside the one asked for is no reason to refuse


def _lookup(path: Path, key: str, columns: list[str]) -> dict[str, dict[str, str]]:
    """Column -> (key -> first value) of a table, empty if it is not there."""
    frame = _read(path)
    if frame is None or key not in frame.columns:
        return {}
    keys = text_of(frame[key])
    found = {}
    for column in columns:
        if column in frame.columns:
            pairs = [(k, c) for k, c in zip(keys, text_of(frame[column])) if isinstance(k, str) and isinstance(c, str)]
            found[column] = dict(reversed(pairs))
    return found


def _services(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """(location -> names of its services, location -> its first service's top category)."""
    services = _read(folder / "services.csv")
    if services is None or "id" not in services.columns or "name" not in services.columns:
        return {}, {}
    links = _links(services, folder)
    names = dict(zip(text_of(services["id"]), text_of(services["name"])))
    terms = dict(zip(text_of(services["id"]), text_of(services["taxonomy_ids"]))) if "taxonomy_ids" in services.columns else {}
    labels = _lookup(folder / "taxonomy.csv", "taxonomy_id", ["name"]).get("name", {})
    offered: dict[str, list[str]] = {}
    category: dict[str, str] = {}
    for location, service in links:
        if isinstance(names.get(service), str):
            offered.setdefault(location, []).append(names[service])
        term = terms.get(service)
        first = term.split(",")[0].strip() if isinstance(term, str) else ""
        label = labels.get(first.split("-")[0]) or labels.get(first)
        if label:
            category.setdefault(location, label)
    return {location: "; ".join(found) for location, found in offered.items()}, category


def _links(services: Any, folder: Path) -> list[tuple[str, str]]:
    if "location_id" in services.columns:
        table, key = services, "id"
    else:
        table, key = _read(folder / "services_at_location.csv"), "service_id"
    if table is None or not {"location_id", key} <= set(table.columns):
        return []
    pairs = zip(text_of(table["location_id"]), text_of(table[key]))
    return [(location, service) for location, service in pairs if isinstance(location, str) and isinstance(service, str)]
