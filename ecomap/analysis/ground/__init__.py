"""Areas laid on areas: who lives where, carried from one set of areas to another with what it costs in certainty."""
