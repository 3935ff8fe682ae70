"""Open Referral directories (HSDS 3 JSON) as one row per service and location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_LINKS = ("service_at_locations", "locations", "location", "location_type")


def is_directory(document: Mapping[str, Any]) -> bool:
    """True for an HSDS organization, service, service_at_location or location."""
    if "id" not in document:
        return False
    return ("location_type" in document and "name" in document) or any(
        isinstance(document.get(name), list | Mapping) and document.get(name) for name in _LINKS[:3]
    )


def directory_rows(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per service at a location; a location without services is a row by itself."""
    rows = [row for document in documents for row in _rows(document)]
    return list({row["id"]: row for row in rows}.values())


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "location_type" in document or ("latitude" in document and "longitude" in document):
        yield _row({}, document, document.get("organization") or {})
    elif isinstance(document.get("location"), Mapping):
        service = document.get("service") or {}
        yield _row(service, document["location"], service.get("organization") or {}, str(document["id"]))
    elif document.get("service_at_locations"):
        for link in document["service_at_locations"]:
            yield _row(document, link.get("location") or {}, document.get("organization") or {}, str(link.get("id", "")))
    else:
        yield from _organisation_rows(document)


def _organisation_rows(organisation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    placed = set()
    for service in organisation.get("services") or []:
        for link in service.get("service_at_locations") or []:
            location = link.get("location") or {}
            placed.add(location.get("id"))
            yield _row(service, location, organisation, str(link.get("id", "")))
    for location in organisation.get("locations") or []:
        if location.get("id") not in placed:
            yield _row({}, location, organisation)


def _row(
    service: Mapping[str, Any], location: Mapping[str, Any], organisation: Mapping[str, Any], row_id: str = ""
) -> dict[str, Any]:
    addresses = location.get("addresses") or [{}]
    phones = service.get("phones") or location.get("phones") or [{}]
    terms = [
        (attribute.get("taxonomy_term") or {}).get("name")
        for attribute in service.get("attributes") or []
        if isinstance(attribute, Mapping)
    ]
    return {
        "id": row_id or str(location.get("id", "")),
        "name": service.get("name") or location.get("name"),
        "organization": organisation.get("name"),
        "category": next((term for term in terms if term), None),
        "description": service.get("description") or location.get("description"),
        "latitude": location.get("latitude"),
        "longitude": location.get("longitude"),
        "location_type": location.get("location_type"),
        "address_1": addresses[0].get("address_1"),
        "city": addresses[0].get("city"),
        "postal_code": addresses[0].get("postal_code"),
        "phone": phones[0].get("number"),
        "website": service.get("url") or location.get("url") or organisation.get("website"),
        "status": service.get("status"),
    }
