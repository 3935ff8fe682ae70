"""The question: where is need highest?"""
