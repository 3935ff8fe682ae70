"""The question: did it help? Schools that began an approach beside schools like them that had not."""
