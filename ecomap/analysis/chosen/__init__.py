"""What is chosen by hand: which rows, what they come to, and how far it is between places."""
