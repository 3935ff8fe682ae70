"""What is said, in the language of the reader: messages, numbers, dates, cells, cards, lines."""
