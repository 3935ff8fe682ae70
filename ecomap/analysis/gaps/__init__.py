"""Who has nothing in reach: people, what is in their reach, and what is missing."""
