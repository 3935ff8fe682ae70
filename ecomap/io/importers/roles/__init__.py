"""One importer per role: what its rows need and what they become."""
