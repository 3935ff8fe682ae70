"""From intent to picture, page, paper and file."""
