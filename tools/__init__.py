"""Programs that build what ships with EcoMap."""
