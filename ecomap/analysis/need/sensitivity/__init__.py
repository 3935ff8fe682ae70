"""The question: would other reasonable choices change who comes first?"""
