"""Answers at the hand's speed: arrays prepared once per question, pure functions of the setting that is dragged."""
