"""The application without a face: one function per thing a planner does."""
