"""The question: who is charged more for its staff than they cost?"""
