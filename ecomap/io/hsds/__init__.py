"""Open Referral directories (HSDS 3 JSON, HSDS 1.1 and 2.0 tables, Ohana tables) as rows of the inventory."""

from ecomap.io.hsds.entities import Entities
from ecomap.io.hsds.mapping import inventory_tables
from ecomap.io.hsds.nested import entities_of_json, is_hsds_json
from ecomap.io.hsds.tabular import entities_of_folder, is_hsds_folder

__all__ = ["Entities", "entities_of_folder", "entities_of_json", "inventory_tables", "is_hsds_folder", "is_hsds_json"]
