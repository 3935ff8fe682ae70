"""The question: which schools next?"""
