"""The things an Open Referral directory speaks of, as flat records, whatever file they came in."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ecomap.model.report import ReportLine

Record = dict[str, str]  # field of the standard -> text

# Names of tables and of nested lists in the versions of the standard -> one name each.
KINDS = {
    "organization": "organizations", "organizations": "organizations",
    "service": "services", "services": "services",
    "location": "locations", "locations": "locations",
    "service_at_location": "links", "service_at_locations": "links", "services_at_location": "links",
    "services_at_locations": "links",
    "address": "addresses", "addresses": "addresses", "physical_address": "addresses", "physical_addresses": "addresses",
    "postal_address": "postal", "postal_addresses": "postal", "mail_addresses": "postal", "mail_address": "postal",
    "phone": "phones", "phones": "phones", "contact": "contacts", "contacts": "contacts",
    "program": "programs", "programs": "programs", "funding": "funding", "fundings": "funding",
    "organization_identifier": "identifiers", "organization_identifiers": "identifiers",
    "taxonomy": "terms", "taxonomies": "terms", "taxonomy_term": "terms", "taxonomy_terms": "terms",
    "services_taxonomy": "service_terms", "service_taxonomy": "service_terms", "service_taxonomies": "service_terms",
    "attribute": "attributes", "attributes": "attributes", "service_attributes": "attributes",
    "service_capacity": "capacities", "service_capacities": "capacities", "unit": "units", "units": "units",
}
_NESTED_AS = "_attributes"     # how Ohana calls what it nests: "services_attributes"


def kind_of_key(key: str) -> str:
    """The kind of thing that a table or a nested list is called by, "" for any other.

    >>> kind_of_key("services_attributes"), kind_of_key("physical_address"), kind_of_key("weather")
    ('services', 'addresses', '')
    """
    name = key.strip().lower()
    return KINDS.get(name) or KINDS.get(name.removesuffix(_NESTED_AS), "")


SINGULAR = {
    "organizations": "organization", "services": "service", "locations": "location", "links": "service_at_location",
    "programs": "program", "contacts": "contact", "terms": "taxonomy_term", "units": "unit",
}


@frozen
class Entities:
    """Records by kind, how many of each were read, and what was found on the way.

    ``lines`` by kind hold "dropped" rows; ``passed_over`` names tables that EcoMap has no use for, with how many records
    each holds.
    """

    format: str
    records: Mapping[str, list[Record]] = field(repr=False)
    read: Mapping[str, int] = field(factory=dict)
    lines: Mapping[str, tuple[ReportLine, ...]] = field(factory=dict)
    passed_over: tuple[tuple[str, int], ...] = ()

    def of(self, kind: str) -> list[Record]:
        return self.records.get(kind, [])
