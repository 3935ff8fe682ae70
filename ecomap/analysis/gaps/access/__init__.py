"""The question: how much is in reach for whom, given what others want from the same places?"""
