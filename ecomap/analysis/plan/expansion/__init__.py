"""The question: which schools together, under a budget and a floor, in which years?"""
