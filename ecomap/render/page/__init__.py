"""The meeting file: one HTML page that needs no network."""
