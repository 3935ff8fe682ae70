"""The question: who is where, and where does work overlap?"""
