"""A written document, described once: as tagged PDF and as an editable text."""
