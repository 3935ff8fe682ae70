"""Neighbouring need areas merged until their margins are small enough."""
