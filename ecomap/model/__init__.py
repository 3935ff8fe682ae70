"""Frozen values that every floor shares. Standard library and attrs only."""
