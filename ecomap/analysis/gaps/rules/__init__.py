"""The question: which areas are a gap by a rule with its thresholds in sight?"""
