"""Papers about one school, made of what a project knows: the brief, and the needs and assets assessment."""
