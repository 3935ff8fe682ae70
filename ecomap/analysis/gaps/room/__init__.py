"""The question: who finds a place, who finds it full, and who has none in reach?"""
