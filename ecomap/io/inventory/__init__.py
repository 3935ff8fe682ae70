"""Rows of the asset inventory on their way in and out: read, settled, matched, merged."""

from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.inventory.matching import Match, likely_pairs, match_rows
from ecomap.io.inventory.merging import Merged, MergeItem, merge_texts
from ecomap.io.inventory.settling import Settled, Surroundings, settle
from ecomap.io.inventory.texts import Texts, frame_of_texts, texts_of_frame

__all__ = [
    "Incoming", "Match", "MergeItem", "Merged", "RawTable", "Settled", "Surroundings", "Texts", "frame_of_texts",
    "likely_pairs", "match_rows", "merge_texts", "settle", "texts_of_frame",
]
