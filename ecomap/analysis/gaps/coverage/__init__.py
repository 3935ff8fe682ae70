"""The question: who has nothing in reach?"""
