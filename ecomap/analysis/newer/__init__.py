"""A set of rows beside a newer one: which row is which, and what of its numbers is more than error."""
