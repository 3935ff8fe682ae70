"""A form made from a question's parameters."""
