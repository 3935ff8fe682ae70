"""How far it is from people to places, whichever way they take: as the crow flies, along the streets, or by a table."""
