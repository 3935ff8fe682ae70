"""A planner who does anything, in any order, for as long as one likes."""
