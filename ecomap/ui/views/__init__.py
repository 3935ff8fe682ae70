"""Answers shown as more than a table: grids, combinations, rosters, dollars side by side, months."""
