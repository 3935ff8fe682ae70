"""What people wrote in the meeting file comes home: listed, and accepted, kept as a note or declined by the planner."""
