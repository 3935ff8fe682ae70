"""The question: whose weights change who comes first?"""
