"""Pure functions on frames, in the order of a planner's work; an arrow between rooms always points down."""
