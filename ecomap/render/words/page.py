"""The meeting file's own words, by the name that its scripts and its template call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecomap.model.said import Said, say

PAGE: Final[Mapping[str, Said]] = {
    "page.skip_to_map": say("Skip to the map"),
    "page.skip_to_results": say("Skip to the results"),
    "page.map": say("Map"),
    "page.map_help": say("Arrow keys move the map, plus and minus zoom, Enter opens the card of the place in the middle."),
    "page.beyond": say("Places outside this view: {count}"),
    "page.legend": say("Legend"),
    "page.layers": say("Layers and legend"),
    "page.find": say("Find a school, an area or a service"),
    "page.find_none": say("Nothing by that name is on this map."),
    "page.find_more": say("{count} more. Type on to narrow the list."),
    "page.results": say("What we found"),
    "page.search_table": say("Search this table"),
    "page.rows_shown": say("{shown} of {all} rows"),
    "page.show_columns": say("Show all {all} columns"),
    "page.show_all": say("Show all {all} rows"),
    "page.sort_hint": say("Choose a heading to sort. Choose a row to see it on the map."),
    "page.sorted_up": say("sorted, lowest first"),
    "page.sorted_down": say("sorted, highest first"),
    "page.rank_bands": say("The dot is the rank; the bar spans the ranks it could have, given the margins of error."),
    "page.bars_margins": say("Bars show 90 % margins where they are known."),
    "page.cautions": say("Read with care"),
    "page.sources": say("Sources"),
    "page.people": say("Small groups of people"),
    "page.method": say("How it was worked out"),
    "page.made_with": say("Made with EcoMap. This file needs no network. Map drawing: Leaflet."),
    "page.close": say("Close"),
    "page.also_here": say("Also here"),
    "page.show_on_map": say("Show {name} on the map"),
    "page.whole_map": say("Show the whole map"),
    "page.zoom_in": say("Zoom in"),
    "page.zoom_out": say("Zoom out"),
    "page.print": say("Print"),
    "page.not_on_map": say("{count} without a place, not on the map"),
    "page.nearer": say("Zoom in to see this layer."),
    "page.no_script": say(
        "This page draws its map with a script, which this viewer does not run. Open the file in a web browser."),
    "page.more_layers": say("More layers ({count})"),
    "page.other_layers": say("Other layers"),
    "page.nothing_here": say("No place of a visible layer lies here."),
    "page.dashed": say("dashed: {boundary}"),
    "page.tables_left_out": say(
        "The tables of this answer and its lines on the cards are not in this file, to keep it small."),
    "page.ground": say("Ground"),
    "page.names": say("Names on the map"),
    "page.no_rows": say("No row matches."),
}
