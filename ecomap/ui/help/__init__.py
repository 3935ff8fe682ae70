"""Help inside the window: the guide, every question, and what is new, to be read and searched offline."""
