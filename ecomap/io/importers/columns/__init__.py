"""Columns of a file on their way to fields: guessed, converted, described."""
