"""The question: what do the areas around our schools look like?"""
