"""What is new: a layer beside a newer list of the same things, before anything is replaced."""
