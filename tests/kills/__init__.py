"""Programs that are killed while they work, and what they leave behind."""
